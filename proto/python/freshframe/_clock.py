"""The server's clock, as pings tell it."""

from __future__ import annotations

import time
from typing import Callable, NamedTuple

KEPT_US = 120_000_000
DRIFT = 100e-6  # two quartz clocks run apart by up to about 100 ppm


def monotonic_us() -> int:
    return time.monotonic_ns() // 1000


def wall_us() -> int:
    return time.time_ns() // 1000


class Reading(NamedTuple):
    offset_us: float  # what our monotonic clock lacks to the server's
    error_us: float
    taken_us: int

    def error_at_us(self, now_us: int) -> float:
        return self.error_us + DRIFT * (now_us - self.taken_us)


class Clock:
    """Measured against the monotonic clock, which nobody sets.

    Learning is for the connection's thread; asking is for any.
    """

    def __init__(self, monotonic: Callable[[], int] = monotonic_us, wall: Callable[[], int] = wall_us) -> None:
        self.now_us = monotonic
        self._wall_us = wall
        self._readings: list[Reading] = []
        self._best: Reading | None = None

    def learn(self, sent_us: int, server_received_us: int, server_sent_us: int) -> None:
        """A ping of ours has just come back; proto/README.md, "Clocks", has the formulas."""
        now_us = self.now_us()
        offset_us = ((server_received_us - sent_us) + (server_sent_us - now_us)) / 2
        error_us = max(0, (now_us - sent_us) - (server_sent_us - server_received_us)) / 2
        # Two readings that contradict each other mean that the server's clock was set, or that it is
        # another server: the older one is void.
        readings = [older for older in self._readings
                    if now_us - older.taken_us <= KEPT_US
                    and abs(older.offset_us - offset_us) <= older.error_at_us(now_us) + error_us]
        readings.append(Reading(offset_us, error_us, now_us))
        self._readings = readings
        self._best = min(readings, key=lambda reading: reading.error_at_us(now_us))

    def server_now_us(self) -> float | None:
        """None while nothing was measured."""
        best = self._best
        return None if best is None else self.now_us() + best.offset_us

    def to_server_us(self, wall_us: int) -> int:
        """A moment of this machine's Unix time by the server's clock: the same number unless the clocks
        are known to differ."""
        best = self._best
        if best is None:
            return wall_us
        # This thread may be put aside between reading one clock and the other.
        before_us, here_us, after_us = self.now_us(), self._wall_us(), self.now_us()
        ahead_us = (before_us + after_us) / 2 + best.offset_us - here_us
        if abs(ahead_us) <= best.error_at_us(after_us) + (after_us - before_us) / 2 + 1:
            return wall_us
        return round(wall_us + ahead_us)
