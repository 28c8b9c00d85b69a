"""One case: what is sent, and which answers are acceptable."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Cut:
    """Bytes that are sent in pieces of `size`; or in two, the first of which has `at` bytes."""

    data: bytes
    size: int = 1
    at: int | None = None

    def pieces(self, data):
        if self.at is not None:
            return [data[:self.at], data[self.at:]]
        return [data[i:i + self.size] for i in range(0, len(data), self.size)]


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    area: str
    name: str
    rfc: str
    # Bytes, Cut, or a function that makes bytes for a Target.
    sends: tuple
    expects: tuple
    # Of cases behind the handshake: header lines that it has. None where the case is the handshake.
    opening: tuple | None
    publishes: bool = False


class Area(list):
    """The cases of one file."""

    def __init__(self, name, rfc):
        self.name = name
        self.rfc = rfc

    def _add(self, name, section, sends, expects, **more):
        sends = tuple(sends) if isinstance(sends, (list, tuple)) else (sends,)
        rfc = section if section.startswith(("RFC", "proto")) else f"{self.rfc}, {section}"
        self.append(Case(self.name, name, rfc, sends, tuple(expects), **more))

    def http(self, name, section, sends, *expects, publishes=False):
        """Sent on a new connection. A list is sent piece by piece."""
        self._add(name, section, sends, expects, opening=None, publishes=publishes)

    def frames(self, name, section, sends, *expects, opening=(), publishes=False):
        """Sent behind a handshake. Where no expectation ends the connection, it must work afterwards."""
        self._add(name, section, sends, expects, opening=opening, publishes=publishes)
