"""Messages that are compressed, rightly and wrongly."""

import zlib

from ..case import Area, Cut
from ..expectations import PongFrame, closes, either, error, pong_message
from ..wire import (BINARY, CONTINUATION, PING, PONG, RSV1, RSV2, RSV3, TEXT, close, deflated, fragments, frame,
                    ping_message, text)

AREA = Area("compression", "RFC 7692")
OFFER = ("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",)
PROTOCOL_ERROR = closes(1002)
# RFC 7692 names no code for what is not DEFLATE.
NOT_DEFLATE = closes(1002, 1007)
MESSAGE = ping_message()


def case(name, section, sends, *expects):
    AREA.frames(name, section, sends, *expects, opening=OFFER)


def packed(message, **how):
    return text(deflated(message, **how), rsv=RSV1)


case("a message that is not compressed", "6", text(MESSAGE), pong_message())
for level in (0, 1, 6, 9):
    case(f"a compressed message, level {level}", "7.2.1", packed(MESSAGE, level=level), pong_message())
for bits in range(9, 16):
    case(f"a compressed message, window of {bits} bits", "7.2.1", packed(ping_message(size=4000), window_bits=bits),
         pong_message())
for name, strategy in (("Huffman alone", zlib.Z_HUFFMAN_ONLY), ("fixed codes", zlib.Z_FIXED),
                       ("runs alone", zlib.Z_RLE)):
    case(f"a compressed message, {name}", "7.2.3", packed(ping_message(size=500), strategy=strategy), pong_message())
whole = zlib.compressobj(6, zlib.DEFLATED, -15)
LAST_BLOCK = whole.compress(MESSAGE) + whole.flush()
case("a last block", "7.2.3.5", text(LAST_BLOCK + b"\0", rsv=RSV1), pong_message())
case("a block without compression", "7.2.3.3", text(b"\0" + len(MESSAGE).to_bytes(2, "little")
                                                    + (len(MESSAGE) ^ 0xFFFF).to_bytes(2, "little") + MESSAGE + b"\0",
                                                    rsv=RSV1),
     pong_message())
parts = zlib.compressobj(6, zlib.DEFLATED, -15)
BLOCKS = b"".join(parts.compress(MESSAGE[i:i + 9]) + parts.flush(zlib.Z_SYNC_FLUSH)
                  for i in range(0, len(MESSAGE), 9))[:-4]
case("many blocks", "7.2.3.4", text(BLOCKS, rsv=RSV1), pong_message())
case("the same message three times", "7.2.3.2", packed(MESSAGE) * 3, *[pong_message()] * 3)
case("compressed and not, by turns", "6", (packed(MESSAGE) + text(MESSAGE)) * 2, *[pong_message()] * 4)
case("a message of 4,096 bytes", "7.2.1", packed(ping_message(size=4096)), pong_message())
case("a message that grows when it is compressed", "7.2.1", packed(ping_message("äöü€"), level=0), pong_message("äöü€"))
case("an empty message", "7.2.3.6", text(b"\0", rsv=RSV1), error("not-json"))
case("an empty payload", "7.2.3.6", text(b"", rsv=RSV1), either(error("not-json"), NOT_DEFLATE))
case("a compressed binary message", "6", frame(BINARY, deflated(b"a"), rsv=RSV1), error("not-text"))
DEFLATED = deflated(MESSAGE)
for at in (0, 1, 5, len(DEFLATED)):
    case(f"fragments, cut at {at}", "6.1", fragments(TEXT, [DEFLATED[:at], DEFLATED[at:]], rsv=RSV1), pong_message())
case("fragments of a byte", "6.1", fragments(TEXT, [bytes([byte]) for byte in DEFLATED], rsv=RSV1), pong_message())
case("byte by byte", "6.1", Cut(packed(MESSAGE)), pong_message())
case("a ping between fragments", "6.1", frame(TEXT, DEFLATED[:9], fin=False, rsv=RSV1) + frame(PING, b"a")
     + frame(CONTINUATION, DEFLATED[9:]),
     PongFrame(b"a"), pong_message())

for name, opcode, payload in (("ping", PING, b"a"), ("pong", PONG, b"a"), ("close", 8, b"\x03\xe8")):
    case(f"a compressed {name}", "6", frame(opcode, deflated(payload), rsv=RSV1), PROTOCOL_ERROR)
    case(f"a {name} with RSV1", "6", frame(opcode, payload, rsv=RSV1), PROTOCOL_ERROR)
case("RSV1 on a continuation", "6.1", frame(TEXT, DEFLATED[:9], fin=False, rsv=RSV1)
     + frame(CONTINUATION, DEFLATED[9:], rsv=RSV1), PROTOCOL_ERROR)
case("RSV1 on a continuation alone", "6.1", text(MESSAGE[:9], fin=False) + frame(CONTINUATION, MESSAGE[9:], rsv=RSV1),
     PROTOCOL_ERROR)
case("RSV1 on a continuation of nothing", "6.1", frame(CONTINUATION, b"a", rsv=RSV1), PROTOCOL_ERROR)
for rsv in (RSV2, RSV3, RSV1 | RSV2, RSV1 | RSV3, 7):
    case(f"RSV {rsv:03b}", "6", text(DEFLATED, rsv=rsv), PROTOCOL_ERROR)
case("a reserved opcode with RSV1", "6", frame(3, DEFLATED, rsv=RSV1), PROTOCOL_ERROR)
case("a compressed message without a mask", "6", text(DEFLATED, rsv=RSV1, mask=None), PROTOCOL_ERROR)
AREA.frames("a compressed message that nobody agreed to", "6", packed(MESSAGE), PROTOCOL_ERROR)

for name, payload in {
    "text": b"{}", "a reserved block": b"\x07", "ones": b"\xff" * 50,
    "a stored length that is wrong": b"\x00\x05\x00\x05\x00hello",
    "a distance before the message": b"\x4b\x04\x21\x00", "a cut message": DEFLATED[:len(DEFLATED) // 2],
    "a gzip file": bytes.fromhex("1f8b0800000000000003"),
    "a zlib stream": zlib.compress(MESSAGE), "a broken code table": b"\x05\xe0\x81\x08\x00\x00\x00\x00\x00",
}.items():
    case(f"not DEFLATE: {name}", "7.2.2", text(payload, rsv=RSV1), NOT_DEFLATE)
    if len(payload) > 2:
        case(f"not DEFLATE: {name}, in fragments", "7.2.2", fragments(TEXT, [payload[:2], payload[2:]], rsv=RSV1),
             NOT_DEFLATE)
case("a reserved opcode behind what is not DEFLATE", "RFC 6455, 7.1.7",
     text(b"\x07", rsv=RSV1) + text(MESSAGE) + frame(3), NOT_DEFLATE)
context = zlib.compressobj(9, zlib.DEFLATED, -15)
FIRST, SECOND = (context.compress(MESSAGE) + context.flush(zlib.Z_SYNC_FLUSH) for _ in range(2))
case("a message that leans on the one before", "7.1.1.2", text(FIRST[:-4], rsv=RSV1) + text(SECOND[:-4], rsv=RSV1),
     pong_message(), NOT_DEFLATE)

case("UTF-8 inside", "RFC 6455, 8.1", packed(ping_message("κόσμε🎥")), pong_message("κόσμε🎥"))
for name, payload in {"a lone byte": b"\xff", "a surrogate": b"a\xed\xa0\x80", "a cut sequence": b"a\xe2\x82"}.items():
    case(f"not UTF-8 inside: {name}", "RFC 6455, 8.1", packed(payload), closes(1007))
case("not UTF-8 outside does not matter", "RFC 6455, 8.1", packed(ping_message("a" * 60)), pong_message("a" * 60))
for size in (4097, 65536):
    case(f"{size} bytes inside", "proto/README.md", packed(ping_message(size=size)), error("too-large"))
for size in (65537, 1 << 20, 3 << 20):
    case(f"a bomb of {size} bytes", "RFC 6455, 7.4.1", packed(bytes(size), level=9), closes(1009))
# Too large before anybody inflates it.
case("a bomb of 60 MiB", "RFC 6455, 7.4.1", packed(bytes(60 << 20), level=9), either(error("too-large"), closes(1009)))
case("a bomb in fragments", "RFC 6455, 7.4.1", fragments(TEXT, [deflated(bytes(1 << 20))[i:i + 100]
                                                                for i in range(0, 1100, 100)], rsv=RSV1), closes(1009))
case("70,000 bytes of compressed noise", "RFC 6455, 7.4.1", text(b"\xff" * 70_000, rsv=RSV1), closes(1009))
case("a close behind a compressed message", "6", packed(MESSAGE) + close(1000), pong_message(), closes(1000))
