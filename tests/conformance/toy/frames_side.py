"""The toy's frames: from bytes to messages."""

import codecs
import zlib

from ..wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, masked

RESERVED = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}
MOST_VIEWER_BYTES, MOST_PUBLISHER_BYTES = 65536, 64 << 20


class Failed(Exception):
    """The connection is closed with this code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Ended(Exception):
    """The peer has gone."""


def is_good_code(code, rules):
    if not rules.keep("knows codes"):
        return True
    return code in {1000, 1001, 1002, 1003, *range(1007, 1015)} or code >= 3000


class FramesSide:
    def __init__(self, stream, rules, is_deflated):
        self.stream = stream
        self.rules = rules
        self.is_deflated = is_deflated
        self.publishes = False
        self.inflater = zlib.decompressobj(-15)
        self.start()

    def keep(self, rule):
        return self.rules.keep(rule)

    def start(self):
        self.kind, self.is_compressed, self.content = None, False, bytearray()
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def read(self, size):
        data = self.stream.read(size)
        if len(data) < size:
            raise Ended
        return data

    def most(self):
        if self.publishes and self.keep("takes publishers' messages"):
            return MOST_PUBLISHER_BYTES if self.keep("bounds publishers' messages") else 1 << 40
        return MOST_VIEWER_BYTES if self.keep("bounds messages") else 1 << 30

    def read_frame(self):
        first, second = self.read(2)
        fin, rsv, opcode, is_masked, size = first >> 7, first >> 4 & 7, first & 15, second >> 7, second & 127
        if opcode in RESERVED and self.keep("knows opcodes"):
            raise Failed(1002)
        self.check_rsv(rsv, opcode)
        if not is_masked and self.keep("wants masks"):
            raise Failed(1002)
        if size >= 126:
            length_bytes, least = (2, 126) if size == 126 else (8, 65536)
            size = int.from_bytes(self.read(length_bytes), "big" if self.keep("reads long lengths") else "little")
            if (size < least or size >> 63) and self.keep("wants shortest lengths"):
                raise Failed(1002)
        if opcode >= 8 and (size > 125 or not fin) and self.keep("keeps control frames whole" if not fin
                                                                 else "keeps control frames short"):
            raise Failed(1002)
        self.check_place(opcode)
        if opcode < 8 and len(self.content) + size > self.most():
            raise Failed(1009)
        mask = self.read(4) if is_masked else bytes(4)
        payload = self.read(size)
        return fin, rsv, opcode, masked(payload, mask) if self.keep("unmasks") else payload

    def check_rsv(self, rsv, opcode):
        may = 0
        if self.is_deflated and (opcode in (TEXT, BINARY)
                                 or not self.keep("wants RSV1 first only")) or not self.keep("wants an agreement for RSV1"):
            may = 4
        if rsv & ~may and self.keep("knows RSV bits"):
            raise Failed(1002)

    def check_place(self, opcode):
        if opcode == CONTINUATION and self.kind is None and self.keep("wants a first fragment"):
            raise Failed(1002)
        if opcode in (TEXT, BINARY) and self.kind is not None and self.keep("wants no new message within one"):
            raise Failed(1002)

    def next(self):
        """Opcode and payload of a whole message or control frame."""
        while True:
            fin, rsv, opcode, payload = self.read_frame()
            if opcode >= 8:
                if self.kind is not None and not self.keep("reads control frames between fragments"):
                    raise Failed(1002)
                return opcode, payload
            if opcode or self.kind is None:
                self.start()
                self.kind, self.is_compressed = opcode or TEXT, bool(rsv & 4)
            self.content += payload
            self.check_text(payload, fin)
            if fin or not self.keep("joins fragments"):
                return self.message()

    def check_text(self, payload, fin):
        if self.kind != TEXT or self.is_compressed:
            return
        try:
            if payload or self.keep("wants UTF-8 behind empty fragments"):
                self.decoder.decode(payload, bool(fin))
        except UnicodeDecodeError:
            if self.keep("wants UTF-8"):
                raise Failed(1007) from None
        if not payload.isascii() and not self.keep("takes all UTF-8"):
            raise Failed(1007)

    def message(self):
        kind, content = self.kind, bytes(self.content)
        if self.is_compressed:
            content = self.inflate(kind, content)
        self.start()
        return kind, content

    def inflate(self, kind, content):
        if len(content) > 4096 and not self.publishes:
            return b" " * 4097 if self.keep("bounds what it inflates") else b"x"
        if not self.keep("inflates"):
            return content
        is_alone = self.keep("inflates each message alone")
        inflater = zlib.decompressobj(-15) if is_alone else self.inflater
        most = self.most() if self.keep("bounds what it inflates") else 1 << 30
        try:
            found = inflater.decompress(content + b"\0\0\xff\xff", most + 1)
            is_whole = bool(content) and (inflater.eof or not is_alone or ends_in_a_block(content))
        except zlib.error:
            found, is_whole = b"", False
        if not is_whole and self.keep("wants DEFLATE"):
            raise Failed(1007)
        if len(found) > most:
            raise Failed(1009)
        if kind == TEXT and self.keep("wants UTF-8 inside"):
            try:
                found.decode()
            except UnicodeDecodeError:
                raise Failed(1007) from None
        return found

    def check_close(self, payload):
        """The code; None where there is none."""
        if len(payload) == 1 and self.keep("wants a code of two bytes"):
            raise Failed(1002)
        if len(payload) < 2:
            return None
        code = int.from_bytes(payload[:2], "big")
        if not is_good_code(code, self.rules):
            raise Failed(1002)
        if code != 1000 and not self.keep("takes good codes"):
            raise Failed(1008)
        try:
            payload[2:].decode()
        except UnicodeDecodeError:
            if self.keep("wants UTF-8 in reasons"):
                raise Failed(1007) from None
        return code


def ends_in_a_block(content):
    """Whether a message is whole: only then may a new block follow what was taken from its end."""
    probe = zlib.decompressobj(-15)
    return probe.decompress(content + b"\0\0\xff\xff" + b"\x01\x00\x00\xff\xff", 1 << 28) is not None and probe.eof


__all__ = ["CLOSE", "PING", "PONG", "TEXT", "BINARY", "Ended", "Failed", "FramesSide"]
