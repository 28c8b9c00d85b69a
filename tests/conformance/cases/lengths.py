"""Lengths in 7, 16 and 64 bits, and frames in pieces."""

from ..case import Area, Cut
from ..expectations import PongFrame, closes, error, pong_message
from ..wire import BINARY, PING, TEXT, frame, ping_message, text

AREA = Area("lengths", "RFC 6455")
TOO_LARGE = closes(1009)

for size in (60, 124, 125, 126, 127, 128, 255, 256, 1000, 4095, 4096):
    AREA.frames(f"a text of {size} bytes", "5.2", text(ping_message(size=size)), pong_message())
for size in (1, 125, 126, 127, 128, 4096):
    AREA.frames(f"a binary message of {size} bytes", "5.2", frame(BINARY, bytes(size)), error("not-text"))
for size in (4097, 65535, 65536):
    AREA.frames(f"a text of {size} bytes", "proto/README.md", text(ping_message(size=size)), error("too-large"))
    AREA.frames(f"a binary message of {size} bytes", "proto/README.md", frame(BINARY, bytes(size)), error("too-large"))
AREA.frames("a text of 65,536 bytes in pieces of 997", "5.2", Cut(text(ping_message(size=65536)), 997),
            error("too-large"))
for size in (65537, 100_000, 1 << 20):
    AREA.frames(f"a text of {size} bytes", "7.4.1", text(b"a" * size), TOO_LARGE)
    AREA.frames(f"a binary message of {size} bytes", "7.4.1", frame(BINARY, bytes(size)), TOO_LARGE)
for power in (17, 31, 32, 33, 62):
    AREA.frames(f"a length of 2^{power}, and no payload", "5.2", frame(TEXT, length=1 << power), TOO_LARGE)
AREA.frames("a length of 2^63 - 1, and no payload", "5.2", frame(TEXT, length=(1 << 63) - 1), TOO_LARGE)
for length in (1 << 63, (1 << 63) + 5, (1 << 64) - 1):
    AREA.frames(f"a length of {length:#x}: the first bit must be 0", "5.2", frame(TEXT, b"hello", length=length),
                closes(1002, 1009))

for size in (0, 1, 125):
    for bits, length_bytes in ((16, 2), (64, 8)):
        for name, opcode in (("text", TEXT), ("binary", BINARY)):
            AREA.frames(f"a length of {size} in {bits} bits, {name}", "5.2",
                        frame(opcode, b" " * size, length_bytes=length_bytes),
                        closes(1002))
        AREA.frames(f"a ping's length of {size} in {bits} bits", "5.5",
                    frame(PING, b" " * size, length_bytes=length_bytes), closes(1002))
for size in (126, 127, 4096, 65535):
    AREA.frames(f"a length of {size} in 64 bits", "5.2", text(b" " * size, length_bytes=8), closes(1002))

MESSAGE = text(ping_message())
for at in range(1, 15):
    AREA.frames(f"a frame cut behind byte {at}", "5.2", Cut(MESSAGE, at=at), pong_message())
LONG = text(ping_message(size=300))
for at in range(1, 11):
    AREA.frames(f"a frame with 16 bits of length cut behind byte {at}", "5.2", Cut(LONG, at=at), pong_message())
LONGER = text(ping_message(size=65536))
for at in range(1, 15):
    AREA.frames(f"a frame with 64 bits of length cut behind byte {at}", "5.2", Cut(LONGER, at=at), error("too-large"))
AREA.frames("a frame byte by byte", "5.2", Cut(MESSAGE), pong_message())
AREA.frames("a frame of 300 bytes byte by byte", "5.2", Cut(LONG), pong_message())
AREA.frames("a ping byte by byte", "5.2", Cut(frame(PING, b"hello")), PongFrame(b"hello"))
AREA.frames("three frames in pieces of 7", "5.2", Cut(MESSAGE * 3, 7), *[pong_message()] * 3)
AREA.frames("a frame and a half, and the rest", "5.2", Cut(MESSAGE * 2, at=len(MESSAGE) * 3 // 2), *[pong_message()]
            * 2)
