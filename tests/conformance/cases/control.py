"""Pings and pongs."""

from .. import wire
from ..case import Area, Cut
from ..expectations import PongFrame, closes, error, pong_message
from ..wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, fragments, ping_message, text

AREA = Area("control", "RFC 6455")
PROTOCOL_ERROR = closes(1002)
MESSAGE = ping_message()

for size in (0, 1, 2, 4, 64, 124, 125):
    payload = bytes(i * 7 & 0xFF for i in range(size))
    AREA.frames(f"a ping of {size} bytes", "5.5.2", frame(PING, payload), PongFrame(payload))
    AREA.frames(f"a ping of {size} bytes, byte by byte", "5.5.2", Cut(frame(PING, payload)), PongFrame(payload))
AREA.frames("a ping that is not UTF-8", "5.5.2", frame(PING, b"\xff\xfe\xc0"), PongFrame(b"\xff\xfe\xc0"))
for name, opcode in (("ping", PING), ("pong", PONG), ("close", CLOSE)):
    for size in (126, 127, 200, 65535, 65536):
        AREA.frames(f"a {name} of {size} bytes", "5.5", frame(opcode, b"\x03\xe8" + bytes(size - 2)), PROTOCOL_ERROR)
    AREA.frames(f"a {name} that says 126 bytes and has none", "5.5", frame(opcode, length=126), PROTOCOL_ERROR)
    for size in (0, 2, 125):
        AREA.frames(f"a {name} of {size} bytes as a fragment", "5.5",
                    frame(opcode, (b"\x03\xe8" + b"a" * 123)[:size], fin=False), PROTOCOL_ERROR)
    AREA.frames(f"a {name} in two fragments", "5.5", fragments(opcode, [b"\x03", b"\xe8"]), PROTOCOL_ERROR)
    AREA.frames(f"a {name} as a fragment within a message", "5.5",
                text("a", fin=False) + frame(opcode, fin=False) + frame(CONTINUATION, b"b"), PROTOCOL_ERROR)

for size in (0, 1, 125):
    AREA.frames(f"a pong of {size} bytes that nobody asked for", "5.5.3", frame(PONG, bytes(size)) + text(MESSAGE),
                pong_message())
AREA.frames("five pongs that nobody asked for", "5.5.3", frame(PONG, b"a") * 5 + frame(PING, b"b"), PongFrame(b"b"))
AREA.frames("a pong is not answered", "5.5.3", frame(PONG, b"a") + frame(PING, b"b"), PongFrame(b"b"))
AREA.frames("pings one after another", "5.5.2", [frame(PING, b"1"), text(MESSAGE), frame(PING, b"2")],
            PongFrame(b"1"), pong_message(), PongFrame(b"2"))

FIRST, LAST = MESSAGE[:10], MESSAGE[10:]
AREA.frames("a ping between fragments", "5.4", text(FIRST, fin=False) + frame(PING, b"a") + frame(CONTINUATION, LAST),
            PongFrame(b"a"), pong_message())
AREA.frames("a pong between fragments", "5.4", text(FIRST, fin=False) + frame(PONG, b"a") + frame(CONTINUATION, LAST),
            pong_message())
AREA.frames("a ping between fragments, byte by byte", "5.4",
            Cut(text(FIRST, fin=False) + frame(PING, b"a") + frame(CONTINUATION, LAST)), PongFrame(b"a"),
            pong_message())
AREA.frames("a ping between the fragments of a binary message", "5.4",
            frame(BINARY, b"a", fin=False) + frame(PING, b"b") + frame(CONTINUATION, b"c"), PongFrame(b"b"),
            error("not-text"))
AREA.frames("a ping within a message too large", "5.4",
            text(b"a" * 5000, fin=False) + frame(PING, b"b") + frame(CONTINUATION, b"c"), PongFrame(b"b"),
            error("too-large"))
AREA.frames("a ping and an unmasked one", "5.1", frame(PING, b"a") + frame(PING, b"b", mask=None), PongFrame(b"a"),
            PROTOCOL_ERROR)
AREA.frames("a ping behind a close", "5.5.1", wire.close(1000) + frame(PING, b"a"), closes(1000))
AREA.frames("a text's opcode in a control frame's place", "5.4", text(FIRST, fin=False) + frame(TEXT, LAST),
            PROTOCOL_ERROR)
