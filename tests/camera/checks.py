"""One line per check, and the counting."""

import asyncio
import time
import traceback


class CheckFailed(Exception):
    """What was seen, as a sentence."""


class CheckSkipped(Exception):
    """Why this machine cannot tell."""


def require(fact, otherwise):
    """Fails the running check with `otherwise` unless `fact` holds."""
    if not fact:
        raise CheckFailed(otherwise)


class Checks:
    """The checks of one run, printed as they end in the form of the Test Anything Protocol."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0

    async def check(self, sentence, coroutine, timeout_seconds=120):
        """Runs `coroutine`; `sentence` says what holds when it ends well. What it returns is printed as
        the measurement behind the verdict. Gives False when it failed."""
        started = time.monotonic()
        try:
            measured = await asyncio.wait_for(coroutine, timeout_seconds)
        except CheckFailed as failure:
            return self._fail(sentence, str(failure))
        except CheckSkipped as skipped:
            self.skip(sentence, str(skipped))
            return True
        except asyncio.TimeoutError:
            return self._fail(sentence, f"not done after {timeout_seconds} s")
        except Exception:  # A check that breaks has failed; the others shall still run.
            return self._fail(sentence, traceback.format_exc())
        self.passed += 1
        seconds = time.monotonic() - started
        print(f"ok {self._number()} - {sentence} # {measured + ', ' if measured else ''}{seconds:.1f} s",
              flush=True)
        return True

    def skip(self, sentence, reason):
        self.skipped += 1
        print(f"ok {self._number()} - {sentence} # SKIP {reason}", flush=True)

    def fail(self, sentence, reason):
        """For what could not even be begun."""
        self._fail(sentence, reason)

    def summary(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def _fail(self, sentence, reason):
        self.failed += 1
        print(f"not ok {self._number()} - {sentence}")
        for line in reason.splitlines():
            print(f"# {line}")
        print(end="", flush=True)
        return False

    def _number(self):
        return self.passed + self.failed + self.skipped
