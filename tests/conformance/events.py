"""What may come from a server, beside an HTTP answer (http_answer.Answer)."""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Message:
    kind: int
    content: bytes

    @property
    def json(self):
        """None when it is none."""
        try:
            found = json.loads(self.content)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def __str__(self):
        found = self.json or {}
        return f"{found.get('type', 'message')} {found.get('code', '')}".strip()


@dataclasses.dataclass(frozen=True)
class Ping:
    payload: bytes

    def __str__(self):
        return "ping frame"


@dataclasses.dataclass(frozen=True)
class Pong:
    payload: bytes

    def __str__(self):
        return f"pong frame of {len(self.payload)} bytes"


@dataclasses.dataclass(frozen=True)
class Close:
    code: int | None

    def __str__(self):
        return "close without a code" if self.code is None else f"close {self.code}"


@dataclasses.dataclass(frozen=True)
class End:
    def __str__(self):
        return "the connection's end"
