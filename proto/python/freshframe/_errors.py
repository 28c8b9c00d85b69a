"""What can go wrong, beside Python's own ConnectionError, TypeError and ValueError."""

from __future__ import annotations


class Refused(Exception):
    """The server refused something and said why. `code` is for programs, `reason` for people;
    proto/README.md and proto/publishing.md list the codes."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class Hopeless(ConnectionError):
    """There is somebody, but never will there be what was asked for: not tried again."""


class TryAgain(Exception):
    """This connection came to nothing, and the next may do better."""
