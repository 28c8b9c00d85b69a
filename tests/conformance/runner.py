"""Runs cases and prints their table."""

import collections
import concurrent.futures
import dataclasses
import time

from . import wire
from .broken import Broken
from .expectations import pong_message
from .peer import Peer
from .talk import Talk, check_health


@dataclasses.dataclass(frozen=True)
class Result:
    case: object
    finding: str | None  # what is wrong; None where nothing is
    came: str
    bytes_shown: str


def run_case(target, case):
    came, shown = "", ""
    try:
        with Peer(target) as peer:
            try:
                came = Talk(peer).hold(case)
                return Result(case, None, came, "")
            except Broken as broken:
                shown = peer.shown()
                return Result(case, str(broken), came, shown)
    except OSError as error:
        return Result(case, f"could not connect: {error}", came, shown)


def health_of(target):
    """What is wrong with how a good viewer is served; None when nothing is."""
    try:
        with Peer(target) as peer:
            check_health(Talk(peer))
    except (Broken, OSError) as problem:
        return f"a new viewer is not served any more: {problem}"
    return None


class Companion:
    """A viewer that is there all the time. It must notice nothing of what others do."""

    def __init__(self, target):
        self.peer = Peer(target)
        self.talk = Talk(self.peer)
        self.talk.open(())

    def finding(self):
        self.peer.renew_patience()
        try:
            self.talk.send(wire.text(wire.ping_message("here")))
            self.talk.expect(pong_message("here"))
        except Broken as broken:
            return f"another viewer is not served any more: {broken}"
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.peer.__exit__()


# A viewer may send 20 messages a second, and a fast server gets through hundreds of cases in one.
COMPANION_EVERY_S = 0.1


def run_cases(target, cases):
    """One by one, with a good viewer after each and one beside them. Yields a Result for each."""
    with Companion(target) as companion:
        heard_at = time.monotonic()
        for number, case in enumerate(cases, 1):
            result = run_case(target, case)
            finding = result.finding or health_of(target)
            if finding is None and (time.monotonic() - heard_at >= COMPANION_EVERY_S or number == len(cases)):
                finding = companion.finding()
                heard_at = time.monotonic()
            yield dataclasses.replace(result, finding=finding)


def failing_cases(target, cases, at_once=32):
    """Those that fail, many at a time, without a look at what comes after them."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        results = pool.map(lambda case: run_case(target, case), cases)
        return {result.case for result in results if result.finding}


def row(result):
    case = result.case
    expected = ", ".join(map(str, case.expects))
    return f"{'FAILED' if result.finding else 'ok':6}  {case.area:14}  {case.name}  [{case.rfc}: {expected}]"


def findings(target, cases):
    """For each case that fails, one by one: what it is, what is wrong, and the bytes."""
    return [f"{row(result)}\n{result.finding}\n{result.bytes_shown}"
            for result in run_cases(target, cases) if result.finding]


def print_table(results):
    """Prints as they come, and returns how many failed."""
    areas, failed = collections.Counter(), collections.Counter()
    for result in results:
        print(row(result), flush=True)
        areas[result.case.area] += 1
        if result.finding:
            failed[result.case.area] += 1
            print(f"  {result.finding}\n{result.bytes_shown}", flush=True)
    print(f"\n{'area':14}  cases  failed")
    for area, count in areas.items():
        print(f"{area:14}  {count:5}  {failed[area]:6}")
    print(f"{'all':14}  {areas.total():5}  {failed.total():6}")
    return failed.total()
