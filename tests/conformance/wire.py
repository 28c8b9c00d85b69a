"""WebSocket frames as bytes (RFC 6455, section 5.2): well-formed ones, and as wrong as a case wants them."""

import json
import zlib

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
RSV1, RSV2, RSV3 = 4, 2, 1
MASK = bytes.fromhex("37fa213d")


def masked(payload, mask=MASK):
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def frame(opcode, payload=b"", *, fin=True, rsv=0, mask=MASK, length=None, length_bytes=None):
    """`length` is what the header says instead of the payload's own, `length_bytes` (0, 2 or 8) the form it is
    said in instead of the shortest. Without `mask` it is not masked, as only a server may send it."""
    size = len(payload) if length is None else length
    if length_bytes is None:
        length_bytes = 0 if size < 126 else 2 if size < 65536 else 8
    first = fin << 7 | rsv << 4 | opcode
    second = (mask is not None) << 7 | {0: size & 0x7F, 2: 126, 8: 127}[length_bytes]
    header = bytes([first, second]) + (size.to_bytes(length_bytes, "big") if length_bytes else b"")
    return header + payload if mask is None else header + mask + masked(payload, mask)


def text(payload, **how):
    return frame(TEXT, payload.encode() if isinstance(payload, str) else payload, **how)


def close(code=None, reason=b"", **how):
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason, **how)


def ping_message(an_id="a", size=0):
    """A message of the protocol that is answered with a pong that carries `id`; filled up to `size` bytes."""
    message = json.dumps({"type": "ping", "client_time_us": 1, "id": an_id}, ensure_ascii=False).encode()
    return message.ljust(size)


def fragments(opcode, parts, **first_how):
    """One message as a frame for each part."""
    last = len(parts) - 1
    return b"".join(frame(opcode if i == 0 else CONTINUATION, part, fin=i == last, **(first_how if i == 0 else {}))
                    for i, part in enumerate(parts))


def deflated(message, *, level=6, window_bits=15, strategy=zlib.Z_DEFAULT_STRATEGY):
    """A message as permessage-deflate has it (RFC 7692, section 7.2.1)."""
    deflater = zlib.compressobj(level, zlib.DEFLATED, -window_bits, 8, strategy)
    return (deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
