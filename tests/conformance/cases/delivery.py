"""The same bytes in other pieces, and bytes where none belong."""

from .. import wire
from ..case import Area, Cut
from ..expectations import Ends, accepted, closes, either, status
from ..request import handshake, plain

AREA = Area("delivery", "RFC 9112")

AREA.http("a handshake byte by byte", "2.2", Cut(handshake()), accepted())
AREA.http("a plain request byte by byte", "2.2", Cut(plain()), status(200))
for size in (2, 3, 7, 16, 100):
    AREA.http(f"a handshake in pieces of {size}", "2.2", Cut(handshake(), size), accepted())
for at in (-1, -2, -3, -4, -5):
    AREA.http(f"a handshake cut {-at} bytes before its end", "2.2", Cut(handshake(), at=at), accepted())
for at in (1, 3, 4, 5):
    AREA.http(f"a handshake cut behind {at} bytes", "2.2", Cut(handshake(), at=at), accepted())
AREA.http("two requests at once", "9.3.2", plain() + plain(), status(200), status(200))
AREA.http("ten requests at once", "9.3.2", plain() * 10, *[status(200)] * 10)
AREA.http("a request and a handshake at once", "9.3.2", plain() + handshake(), status(200), accepted())
AREA.http("a request, and then a handshake", "9.3", [plain(), handshake()], status(200), accepted())
AREA.http("a refused handshake, and then a good one", "9.3", [handshake(Sec_WebSocket_Version="8"), handshake()],
          either(status(426, ends=True), status(426)), either(accepted(), Ends()))
AREA.http("a request that ends its connection", "9.6", plain("Connection: close"), status(200, ends=True))
AREA.http("what follows a request that ends its connection", "9.6", plain("Connection: close") + plain(),
          status(200, ends=True))
AREA.http("HTTP/1.0 ends its connection", "9.3", plain(line="GET /api/v1/cameras HTTP/1.0"), either(
    status(200, ends=True), status(200, header=("connection", "keep-alive"))))
AREA.http("HTTP/1.0 that is kept", "9.3", plain("Connection: keep-alive", line="GET /api/v1/cameras HTTP/1.0"),
          status(200))

PING = wire.text(wire.ping_message())
AREA.http("a frame right behind the handshake", "RFC 6455, 4.1", handshake() + PING,
          either(accepted(), status(400, ends=True)))
AREA.http("a request behind the handshake", "RFC 6455, 4.1", handshake() + plain(), status(400, ends=True))
AREA.http("a handshake behind the handshake", "RFC 6455, 4.1", handshake() + handshake(), status(400, ends=True))
AREA.http("one byte behind the handshake", "RFC 6455, 4.1", handshake() + b"\x81", status(400, ends=True))
AREA.http("a CRLF behind the handshake", "RFC 6455, 4.1", handshake() + b"\r\n", status(400, ends=True))

NOISE = either(status(400, 405, 414, 431, 501, 505, ends=True), Ends())
for what, data in {
    "TLS on a plain port": bytes.fromhex("16030100c8010000c40303") + bytes(200) + b"\r\n\r\n",
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), "a frame instead of a handshake": PING
    + b"\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "SMTP": b"EHLO localhost\r\n\r\n", "a line of 100,000 letters": b"A"
    * 100000,
    "NULs": bytes(4096) + b"\r\n\r\n", "high bytes": b"\xff" * 4096 + b"\r\n\r\n",
    "an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "Redis": b"*1\r\n$4\r\nPING\r\n\r\n", "JSON": b'{"type":"ping"}\r\n\r\n',
    "a proxy's header": b"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n" + plain(),
}.items():
    AREA.http(what, "3", data, NOISE)

AREA.frames("HTTP on a WebSocket", "RFC 6455, 5.2", plain(), closes(1002))
AREA.frames("a second handshake on a WebSocket", "RFC 6455, 5.2", handshake(), closes(1002))
AREA.frames("high bytes on a WebSocket", "RFC 6455, 5.2", b"\xff" * 1000, closes(1002))
AREA.frames("NULs on a WebSocket", "RFC 6455, 5.2", bytes(1000), closes(1002))
