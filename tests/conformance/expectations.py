"""What a case takes for an answer. Each judges one event, and says what is wrong with it or nothing."""

import dataclasses

from .events import Close, End, Message, Pong
from .http_answer import Answer

DEFLATE = "permessage-deflate"


@dataclasses.dataclass(frozen=True)
class Reply:
    """A message of the protocol with these members."""

    members: dict

    def judge(self, event):
        found = event.json if isinstance(event, Message) else None
        if found is None:
            return f"came {event}"
        wrong = {name: found.get(name) for name, value in self.members.items() if found.get(name) != value}
        return f"the reply has {wrong}" if wrong else None

    def __str__(self):
        return self.members.get("code") or self.members["type"]


def pong_message(an_id="a"):
    return Reply({"type": "pong", "client_time_us": 1, "id": an_id})


def error(code):
    return Reply({"type": "error", "code": code})


@dataclasses.dataclass(frozen=True)
class PongFrame:
    payload: bytes

    def judge(self, event):
        if not isinstance(event, Pong):
            return f"came {event}"
        return None if event.payload == self.payload else f"the pong's payload is {event.payload!r}"

    def __str__(self):
        return "pong frame"


@dataclasses.dataclass(frozen=True)
class Closes:
    """A close frame with one of `codes`, None for one that has none; then the connection's end and nothing else."""

    codes: tuple

    def judge(self, event):
        if not isinstance(event, Close):
            return f"came {event}"
        return None if event.code in self.codes else f"came {event}"

    def __str__(self):
        return "close " + "/".join("empty" if code is None else str(code) for code in self.codes)


def closes(*codes):
    return Closes(codes)


@dataclasses.dataclass(frozen=True)
class Ends:
    """The connection's end, with no answer before it."""

    def judge(self, event):
        return None if isinstance(event, End) else f"came {event}"

    def __str__(self):
        return "end"


@dataclasses.dataclass(frozen=True)
class Status:
    """A refusal or another answer without an upgrade. With `ends` no further request may be read of the connection;
    otherwise the server chooses, and one that keeps the connection must then serve it. `header` is one that the
    answer must have, as name and value."""

    statuses: tuple
    ends: bool = False
    header: tuple = ()
    is_of_head: bool = False

    def judge(self, event):
        if not isinstance(event, Answer) or event.status not in self.statuses:
            return f"came {event}"
        required = [self.header] if self.header else []
        if event.status == 405:
            required.append(("allow", None))  # RFC 9110, section 15.5.6
        if event.status == 426:
            required += [("upgrade", "websocket"), ("sec-websocket-version", "13")]
        for name, value in required:
            found = event.header(name)
            if found is None or value not in (None, found):
                return f"the answer has {name}: {found}"
        return None

    def __str__(self):
        return "/".join(map(str, self.statuses)) + (" and end" if self.ends else "")


def status(*statuses, **more):
    return Status(statuses, **more)


@dataclasses.dataclass(frozen=True)
class Accepted:
    """101, after which the WebSocket works. `deflate` are the parameters that permessage-deflate must be agreed on
    with, None where it must not be."""

    subprotocol: str | None = None
    deflate: frozenset | None = None

    def judge(self, event):
        if not isinstance(event, Answer) or event.status != 101:
            return f"came {event}"
        if event.header("sec-websocket-protocol") != self.subprotocol:
            return f"the answer has the subprotocol {event.header('sec-websocket-protocol')}"
        found = event.header("sec-websocket-extensions")
        if self.deflate is None:
            return None if found is None else f"the answer has the extension {found}"
        name, *parameters = [part.strip() for part in (found or "").split(";")]
        # What the client may do by itself, it may be told or not.
        wrong = self.deflate ^ (set(parameters) - {"client_no_context_takeover"})
        return f"the answer has the extension {found}" if name != DEFLATE or wrong else None

    def __str__(self):
        return " ".join(filter(None, ["101", self.subprotocol, None if self.deflate is None else "deflate"]))


def accepted(subprotocol=None, deflate=None):
    return Accepted(subprotocol, None if deflate is None else frozenset(deflate))


@dataclasses.dataclass(frozen=True)
class Either:
    choices: tuple

    def judge(self, event):
        complaints = [choice.judge(event) for choice in self.choices]
        return None if None in complaints else complaints[0]

    def chosen(self, event):
        return next(choice for choice in self.choices if choice.judge(event) is None)

    def __str__(self):
        return " or ".join(map(str, self.choices))


def either(*choices):
    return Either(choices)
