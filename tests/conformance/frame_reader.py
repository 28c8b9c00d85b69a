"""Reads a server's frames, strictly: whatever breaks RFC 6455 fails the case, whichever it is."""

import zlib

from . import wire
from .broken import Broken
from .events import Close, End, Message, Ping, Pong

NEVER_SENT = {1005, 1006, 1015}  # RFC 6455, section 7.4.1
MOST_BYTES = 64 << 20


class FrameReader:
    def __init__(self, peer, is_deflated):
        self.peer = peer
        self.is_deflated = is_deflated
        self.inflater = zlib.decompressobj(-15)
        # Of the message whose first fragments have come.
        self.kind, self.is_compressed, self.parts = None, False, []

    def _read(self, size):
        data = self.peer.read(size)
        if len(data) < size:
            raise Broken("the connection ended within a frame")
        return data

    def _frame(self):
        """FIN, RSV, opcode and payload; None at the connection's end."""
        first = self.peer.read(1)
        if not first:
            return None
        fin, rsv, opcode = first[0] >> 7, first[0] >> 4 & 7, first[0] & 15
        second = self._read(1)[0]
        if second & 0x80:
            raise Broken("the server masked a frame")
        size = second & 0x7F
        if size >= 126:
            length_bytes, least = (2, 126) if size == 126 else (8, 65536)
            size = int.from_bytes(self._read(length_bytes), "big")
            if size < least:
                raise Broken(f"a length of {size} is written in {length_bytes} bytes")
        if opcode >= 8 and (size > 125 or not fin):
            raise Broken("a control frame is fragmented or too long")
        if size > MOST_BYTES:
            raise Broken(f"a frame has {size} bytes")
        return fin, rsv, opcode, self._read(size)

    def next(self):
        """The next event."""
        while True:
            found = self._frame()
            if found is None:
                if self.kind is not None:
                    raise Broken("the connection ended within a message")
                return End()
            fin, rsv, opcode, payload = found
            may_be_compressed = self.is_deflated and opcode in (wire.TEXT, wire.BINARY)
            if rsv & ~(wire.RSV1 if may_be_compressed else 0):
                raise Broken(f"a frame of opcode {opcode} has RSV bits {rsv:03b}")
            if opcode >= 8:
                return self._control(opcode, payload)
            if (opcode == wire.CONTINUATION) != (self.kind is not None) or opcode > 2:
                raise Broken(f"opcode {opcode} is out of place")
            if opcode:
                self.kind, self.is_compressed = opcode, bool(rsv)
            self.parts.append(payload)
            if fin:
                return self._message()

    def _message(self):
        kind, content = self.kind, b"".join(self.parts)
        is_compressed = self.is_compressed
        self.kind, self.is_compressed, self.parts = None, False, []
        if is_compressed:
            try:
                content = self.inflater.decompress(content + b"\x00\x00\xff\xff")
            except zlib.error as error:
                raise Broken(f"a message cannot be inflated: {error}") from None
        if kind == wire.TEXT:
            self._check_text(content)
        return Message(kind, content)

    def _control(self, opcode, payload):
        if opcode == wire.PING:
            return Ping(payload)
        if opcode == wire.PONG:
            return Pong(payload)
        if opcode != wire.CLOSE:
            raise Broken(f"opcode {opcode} is reserved")
        if not payload:
            return Close(None)
        code = int.from_bytes(payload[:2], "big")
        if len(payload) == 1 or code < 1000 or code in NEVER_SENT:
            raise Broken(f"a close frame has the payload {payload!r}")
        self._check_text(payload[2:])
        return Close(code)

    @staticmethod
    def _check_text(content):
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise Broken(f"the server sent text that is not UTF-8: {error}") from None
