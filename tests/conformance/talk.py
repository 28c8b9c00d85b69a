"""Holds one case's conversation with the server."""

import re

from . import request, wire
from .broken import Broken
from .case import Cut
from .events import Close, End, Ping
from .expectations import Accepted, Closes, Either, Ends, Reply, Status, pong_message
from .frame_reader import FrameReader
from .http_answer import accept_of, read_answer

HELLO = Reply({"type": "hello"})
AFTERWARDS = "afterwards"
CLOSE_BYTE = bytes([0x80 | wire.CLOSE])


class Talk:
    def __init__(self, peer):
        self.peer = peer
        self.reader = None  # once it is a WebSocket
        self.has_closed = False

    def hold(self, case):
        """Returns what came, for the table; raises Broken when it is not acceptable."""
        if case.opening is not None:
            self.open(case.opening)
        for piece in case.sends:
            self.send_piece(piece)
        came, expected, event = [], None, None
        for expected in case.expects:
            event = self.next(is_head=isinstance(expected, Status) and expected.is_of_head)
            complaint = expected.judge(event)
            if complaint:
                raise Broken(f"expected {expected}; {complaint}")
            came.append(str(event))
            if isinstance(expected, Either):
                expected = expected.chosen(event)
            if isinstance(expected, Accepted):
                self.become_web_socket(event, b"".join(getattr(piece, "data", piece) for piece in case.sends))
        self.end_well(expected, event)
        return ", ".join(came)

    def send_piece(self, piece):
        if isinstance(piece, Cut):
            for part in piece.pieces(self.peer.target.fill_in(piece.data)):
                self.send(part)
        else:
            self.send(piece(self.peer.target) if callable(piece) else piece)

    def send(self, data):
        self.has_closed |= self.reader is not None and data[:1] == CLOSE_BYTE
        self.peer.send(data)

    def next(self, is_head=False):
        if self.reader is None:
            answer = read_answer(self.peer, is_head)
            return End() if answer is None else answer
        while isinstance(event := self.reader.next(), Ping):
            self.send(wire.frame(wire.PONG, event.payload))
        return event

    def open(self, lines):
        """The handshake that cases about frames begin with."""
        sent = request.handshake(*lines)
        self.send(sent)
        answer = self.next()
        if isinstance(answer, End) or answer.status != 101:
            raise Broken(f"the handshake was answered with {answer}")
        if lines and answer.header("sec-websocket-extensions") is None:
            raise Broken("permessage-deflate was not agreed on")
        self.become_web_socket(answer, sent)

    def become_web_socket(self, answer, sent):
        key = re.search(rb"(?i)sec-websocket-key:[ \t]*(\S+)", sent)[1]
        found = answer.header("sec-websocket-accept")
        if found != accept_of(key):
            raise Broken(f"Sec-WebSocket-Accept is {found}")
        for name, value in (("upgrade", "websocket"), ("connection", "upgrade")):
            if (answer.header(name) or "").lower() != value:
                raise Broken(f"the answer has {name}: {answer.header(name)}")
        if answer.header("content-length") or answer.header("transfer-encoding"):
            raise Broken("an answer of 101 has a body")
        self.reader = FrameReader(self.peer, answer.header("sec-websocket-extensions") is not None)
        self.expect(HELLO)

    def expect(self, expected):
        complaint = expected.judge(self.next())
        if complaint:
            raise Broken(f"{AFTERWARDS} expected {expected}; {complaint}")

    def end_well(self, expected, event):
        """Sees that what the last expectation leaves behind is in order."""
        if isinstance(expected, Ends):
            return
        if isinstance(expected, Status):
            self.end_after_answer(expected, event)
        elif isinstance(expected, Closes):
            if not self.has_closed:
                self.send(wire.frame(wire.CLOSE, b"" if event.code is None else event.code.to_bytes(2, "big")))
            self.expect_end()
        else:
            self.send(wire.text(wire.ping_message(AFTERWARDS)))
            self.expect(pong_message(AFTERWARDS))
            self.send(wire.close(1000))
            self.expect(Closes((1000,)))
            self.expect_end()

    def end_after_answer(self, expected, answer):
        if expected.ends and not answer.ends:
            raise Broken("the answer does not end the connection")
        if answer.ends:
            self.expect_end()
            return
        self.send(request.plain())
        next_answer = self.next()
        if isinstance(next_answer, End) or next_answer.status != 200:
            raise Broken(f"the connection was kept, and a good request on it was answered with {next_answer}")

    def expect_end(self):
        rest = self.peer.read_to_end()
        if rest:
            raise Broken(f"{len(rest)} more bytes before the connection's end")


def check_health(talk):
    """A viewer that does all right is served."""
    talk.open(())
    talk.send(wire.text(wire.ping_message(AFTERWARDS)))
    talk.expect(pong_message(AFTERWARDS))
    talk.send(wire.close(1000))
    event = talk.next()
    if not isinstance(event, Close) or event.code != 1000:
        raise Broken(f"a good viewer's close was answered with {event}")
