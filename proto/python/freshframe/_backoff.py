"""How long to wait between tries to connect."""

from __future__ import annotations

import random

FIRST_S = 0.5
LONGEST_S = 8.0


class Backoff:
    """Each wait is drawn evenly from nothing to a ceiling that doubles, so that the many clients of a
    server that restarts do not all come back in one instant."""

    def __init__(self) -> None:
        self._ceiling_s = FIRST_S

    def next_s(self) -> float:
        wait_s = random.uniform(0, self._ceiling_s)
        self._ceiling_s = min(2 * self._ceiling_s, LONGEST_S)
        return wait_s

    def reset(self) -> None:
        self._ceiling_s = FIRST_S
