"""The cases of proto/conformance, and how they are run."""

from . import acknowledgements, connecting, controls, frames, requests, subscriptions, wrong_messages
from .case import Broken, Skipped

CASES = [
    *connecting.CASES,
    *frames.CASES,
    *subscriptions.CASES,
    *requests.CASES,
    *controls.CASES,
    *acknowledgements.CASES,
    *wrong_messages.CASES,
]


async def run_all(target, only=None):
    """Runs the cases one after the other; returns the exit code."""
    passed, failed, skipped = 0, 0, 0
    try:
        await target.look()
    except Broken as finding:
        print(f"FAILED  {CASES[0].sentence}: {finding}\n0 passed, 1 failed, all others not run")
        return 1
    for case in CASES:
        if only and only not in case.sentence:
            continue
        try:
            await case.check(target)
        except Skipped as reason:
            skipped += 1
            print(f"skipped {case.sentence}: {reason}", flush=True)
        except Broken as finding:
            failed += 1
            print(f"FAILED  {case.sentence}: {finding}", flush=True)
        else:
            passed += 1
            print(f"ok      {case.sentence}", flush=True)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1
