"""Close frames: their codes, their reasons, and what may follow."""

from ..case import Area, Cut
from ..expectations import closes, pong_message
from ..wire import CLOSE, CONTINUATION, PING, TEXT, close, frame, ping_message, text

AREA = Area("closing", "RFC 6455")
PROTOCOL_ERROR = closes(1002)
SAID_GOODBYE = closes(1000)

AREA.frames("a close without a code", "5.5.1", close(), closes(None, 1000))
AREA.frames("a close of one byte", "5.5.1", frame(CLOSE, b"\x03"), PROTOCOL_ERROR)
AREA.frames("a close byte by byte", "5.5.1", Cut(close(1000, b"bye")), SAID_GOODBYE)
for size in (0, 1, 2, 63, 122, 123):
    AREA.frames(f"a reason of {size} bytes", "5.5.1", close(1000, b"a" * size), SAID_GOODBYE)
AREA.frames("a reason of 124 bytes", "5.5", close(1000, b"a" * 124), PROTOCOL_ERROR)
AREA.frames("a reason of two, three and four bytes a letter", "5.5.1", close(1000, "äΩ€𝄞".encode()), SAID_GOODBYE)
AREA.frames("a reason with a NUL", "5.5.1", close(1000, b"a\0b"), SAID_GOODBYE)
for what, reason in {"a byte that is none": b"\xff", "a cut sequence": b"a\xe2\x82", "a surrogate": b"\xed\xa0\x80",
                     "a sequence too long": b"\xc0\xaf", "too large a code point": b"\xf4\x90\x80\x80",
                     "a broken sequence behind good text": "κόσμε".encode() + b"\xed\xa0\x80edited"}.items():
    AREA.frames(f"a reason with {what}", "5.5.1", close(1000, reason), closes(1002, 1007))

for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011):
    AREA.frames(f"code {code}", "7.4.1", close(code), closes(code, 1000))
for code in (1012, 1013):
    AREA.frames(f"code {code}, registered later", "11.7", close(code), closes(code, 1000))
AREA.frames("code 1014, registered later", "11.7", close(1014), closes(1014, 1000, 1002))
for code in (3000, 3001, 3500, 3999, 4000, 4001, 4242, 4998, 4999):
    AREA.frames(f"code {code}", "7.4.2", close(code, b"because"), closes(code, 1000))
for code in (1004, 1005, 1006, 1015):
    AREA.frames(f"code {code}, which is never sent", "7.4.1", close(code), PROTOCOL_ERROR)
for code in (0, 1, 2, 99, 100, 255, 256, 500, 998, 999):
    AREA.frames(f"code {code}, below all", "7.4.2", close(code), PROTOCOL_ERROR)
for code in (1016, 1017, 1100, 1500, 1999, 2000, 2001, 2500, 2998, 2999):
    AREA.frames(f"code {code}, which means nothing yet", "7.4.2", close(code), PROTOCOL_ERROR)
for code in (5000, 9999, 32768, 65535):
    AREA.frames(f"code {code}, above all", "7.4.2", close(code), closes(code, 1000, 1002))

for what, more in {"a ping": frame(PING, b"a"), "a message": text(ping_message()), "another close": close(1001),
                   "a fragment": text("a", fin=False), "a reserved opcode": frame(3),
                   "a frame without a mask": text("a", mask=None),
                   "noise": b"\xff" * 64, "65,536 bytes": text(b"a" * 65536), "1 MiB": bytes(1 << 20)}.items():
    AREA.frames(f"{what} behind a close", "5.5.1", close(1000) + more, SAID_GOODBYE)
AREA.frames("a message before a close", "5.5.1", text(ping_message()) + close(1000), pong_message(), SAID_GOODBYE)
AREA.frames("a close within a message", "5.4", text("a", fin=False) + close(1000), SAID_GOODBYE)
AREA.frames("a close between fragments", "5.5.1", text("a", fin=False) + close(1000) + frame(CONTINUATION, b"b"),
            SAID_GOODBYE)
AREA.frames("a close behind an empty fragment", "5.5.1", frame(TEXT, fin=False) + close(1000), SAID_GOODBYE)
AREA.frames("a close of one byte behind a message", "5.5.1", text(ping_message()) + frame(CLOSE, b"\x03"),
            pong_message(), PROTOCOL_ERROR)
