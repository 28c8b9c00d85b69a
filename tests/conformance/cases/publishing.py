"""Messages of a publisher's size: up to 8 MiB is taken, up to 64 MiB answered (proto/publishing.md)."""

import json

from ..case import Area, Cut
from ..expectations import PongFrame, Reply, closes, either, error
from ..wire import BINARY, CONTINUATION, PING, RSV1, TEXT, deflated, fragments, frame, text

AREA = Area("publishing", "RFC 6455")
CREDIT = Reply({"type": "credit"})
NO_IMAGE = either(error("no-image"), error("raw-pixels"))
TOO_LARGE = error("image-too-large")
MOST = 8 << 20
LISTENED_TO = 64 << 20


def claim(target):
    return text(json.dumps({"type": "publish", "camera": target.publish, "takeover": True}))


def case(name, section, sends, *expects, **how):
    sends = sends if isinstance(sends, list) else [sends]
    AREA.frames(name, section, [claim, *sends], CREDIT, *expects, publishes=True, **how)


case("nothing but a claim", "5", [])
for size in (1, 65536, 65537, 1 << 20, MOST):
    case(f"a binary message of {size} bytes", "5.2", frame(BINARY, b"x" * size), NO_IMAGE, CREDIT)
case("a binary message in fragments of 64 KiB", "5.4", fragments(BINARY, [b"x" * 65536] * 16), NO_IMAGE, CREDIT)
case("a binary message in fragments of 64 bytes", "5.4", fragments(BINARY, [b"x" * 64] * 1024), NO_IMAGE, CREDIT)
case("a binary message of 1 MiB in pieces of 997", "5.2", Cut(frame(BINARY, b"x" * (1 << 20)), 997), NO_IMAGE, CREDIT)
case("a ping within a large message", "5.4", frame(BINARY, b"x" * 500_000, fin=False) + frame(PING, b"a")
     + frame(CONTINUATION, b"x" * 500_000),
     PongFrame(b"a"), NO_IMAGE, CREDIT)
case("a byte more than is taken", "7.4.1", frame(BINARY, bytes(MOST + 1)), TOO_LARGE, CREDIT)
case("fragments of more than is taken", "7.4.1", fragments(BINARY, [bytes(1 << 20)] * 9), TOO_LARGE, CREDIT)
case("more than is listened to", "7.4.1", frame(BINARY, length=LISTENED_TO + 1), closes(1009))
case("a length of 2^62", "7.4.1", frame(BINARY, length=1 << 62), closes(1009))
case("a large text that is not UTF-8", "8.1", text(b"a" * 1_000_000 + b"\xff"), closes(1007))
case("a large text, not UTF-8 at its begin", "8.1", text(b"\xff" + b"a" * 1_000_000), closes(1007))
case("RSV1 that nobody agreed to", "5.2", frame(BINARY, b"x", rsv=RSV1), closes(1002))
OFFER = ("Sec-WebSocket-Extensions: permessage-deflate",)
case("a compressed binary message", "RFC 7692, 6", frame(BINARY, deflated(b"x" * 1_000_000), rsv=RSV1), NO_IMAGE,
     CREDIT, opening=OFFER)
case("compressed fragments", "RFC 7692, 6", fragments(TEXT, [deflated(b'{"type":"frame","data":""}')] + [b""] * 3,
                                                      rsv=RSV1), NO_IMAGE, CREDIT, opening=OFFER)
