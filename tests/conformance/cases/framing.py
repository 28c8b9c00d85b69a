"""The header of a frame: opcodes, reserved bits, masks."""

from .. import wire
from ..case import Area, Cut
from ..expectations import closes, error, pong_message
from ..wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, ping_message, text

AREA = Area("framing", "RFC 6455")
PROTOCOL_ERROR = closes(1002)

AREA.frames("nothing at all", "5", ())
AREA.frames("a message", "5.6", text(ping_message()), pong_message())
AREA.frames("a message with a mask of zeros", "5.3", text(ping_message(), mask=bytes(4)), pong_message())
AREA.frames("a message with a mask of ones", "5.3", text(ping_message(), mask=b"\xff" * 4), pong_message())
AREA.frames("another mask for each message", "5.3", b"".join(text(ping_message(), mask=bytes([i] * 4))
                                                             for i in range(5)),
            *[pong_message()] * 5)
AREA.frames("five messages at once", "5.2", b"".join(text(ping_message(str(i))) for i in range(5)),
            *[pong_message(str(i)) for i in range(5)])
AREA.frames("an empty text", "5.6", text(""), error("not-json"))
AREA.frames("an empty binary message", "5.6", frame(BINARY), error("not-text"))
AREA.frames("a binary message", "5.6", frame(BINARY, ping_message()), error("not-text"))

for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
    for what, payload in (("", b""), (" with a payload", b"hello")):
        AREA.frames(f"opcode {opcode}{what}", "5.2", frame(opcode, payload), PROTOCOL_ERROR)
    AREA.frames(f"opcode {opcode} as a fragment", "5.2", frame(opcode, b"hello", fin=False), PROTOCOL_ERROR)
    AREA.frames(f"opcode {opcode} behind a message", "5.2", text(ping_message()) + frame(opcode) + text(ping_message()),
                pong_message(), PROTOCOL_ERROR)

for rsv in range(1, 8):
    for name, sent in (("a text", text(ping_message(), rsv=rsv)), ("a binary message", frame(BINARY, b"a", rsv=rsv)),
                       ("a ping", frame(PING, b"a", rsv=rsv)), ("a pong", frame(PONG, rsv=rsv)),
                       ("a close", wire.close(1000, rsv=rsv)),
                       ("a continuation", text("a", fin=False) + frame(CONTINUATION, b"b", rsv=rsv))):
        AREA.frames(f"{name} with RSV {rsv:03b}", "5.2", sent, PROTOCOL_ERROR)
AREA.frames("RSV behind a message", "5.2", text(ping_message()) + text(ping_message(), rsv=2), pong_message(),
            PROTOCOL_ERROR)
AREA.frames("RSV byte by byte", "5.2", Cut(text(ping_message(), rsv=1)), PROTOCOL_ERROR)

for name, opcode, payload in (("text", TEXT, ping_message()), ("binary", BINARY, b"a"), ("ping", PING, b"a"),
                              ("pong", PONG, b"a"),
                              ("close", CLOSE, b"\x03\xe8"), ("continuation", CONTINUATION, b"a"),
                              ("empty text", TEXT, b"")):
    AREA.frames(f"{name} without a mask", "5.1", frame(opcode, payload, mask=None), PROTOCOL_ERROR)
AREA.frames("a continuation without a mask", "5.1", text("a", fin=False) + frame(CONTINUATION, b"b", mask=None),
            PROTOCOL_ERROR)
AREA.frames("no mask behind a message", "5.1", text(ping_message()) + text(ping_message(), mask=None), pong_message(),
            PROTOCOL_ERROR)
