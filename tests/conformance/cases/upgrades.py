"""Upgrade, Connection, Sec-WebSocket-Key and Sec-WebSocket-Version."""

import base64

from ..case import Area
from ..expectations import accepted, either, status
from ..request import KEY, handshake, plain

AREA = Area("upgrade", "RFC 6455")
NO_HANDSHAKE = status(400, 426)

AREA.http("a plain request for a WebSocket", "4.2.1", plain(line="GET @WS@ HTTP/1.1"), NO_HANDSHAKE)
for what, value in {"empty": "", "another protocol": "h2c", "a longer name": "websockets", "a shorter name": "websocke",
                    "quotes": '"websocket"', "commas alone": ",,,"}.items():
    AREA.http(f"Upgrade: {what}", "4.2.1", handshake(Upgrade=value), NO_HANDSHAKE)
for value in ("WebSocket", "WEBSOCKET", "websocket, h2c", "h2c, websocket", "h2c,websocket", ", websocket",
              "websocket,"):
    AREA.http(f"Upgrade: {value}", "4.2.1", handshake(Upgrade=value), accepted())
AREA.http("Upgrade: websocket/13", "RFC 9110, 7.8", handshake(Upgrade="websocket/13"), either(accepted(), NO_HANDSHAKE))
AREA.http("no Upgrade", "4.2.1", handshake(without=("Upgrade",)), NO_HANDSHAKE)
AREA.http("Upgrade twice, websocket first", "RFC 9110, 5.3", handshake("Upgrade: h2c"), accepted())
AREA.http("Upgrade twice, websocket second", "RFC 9110, 5.3", handshake("Upgrade: websocket", Upgrade="h2c"),
          accepted())
AREA.http("websocket twice", "RFC 9110, 5.3", handshake("Upgrade: websocket"), either(accepted(), status(400)))

for what, value in {"empty": "", "close": "close", "keep-alive": "keep-alive", "a longer name": "upgraded",
                    "two words": "not upgrade"}.items():
    AREA.http(f"Connection: {what}", "4.2.1", handshake(Connection=value), NO_HANDSHAKE)
for value in ("upgrade", "UPGRADE", "keep-alive, Upgrade", "Upgrade, keep-alive", "keep-alive,upgrade", ", Upgrade ,",
              "Upgrade, Upgrade"):
    AREA.http(f"Connection: {value}", "4.2.1", handshake(Connection=value), accepted())
AREA.http("no Connection", "4.2.1", handshake(without=("Connection",)), NO_HANDSHAKE)
AREA.http("Connection twice, Upgrade first", "RFC 9110, 5.3", handshake("Connection: keep-alive"), accepted())
AREA.http("Connection twice, Upgrade second", "RFC 9110, 5.3",
          handshake("Connection: Upgrade", Connection="keep-alive"), accepted())
AREA.http("Connection: close, Upgrade", "RFC 9110, 7.6.1", handshake(Connection="close, Upgrade"),
          either(accepted(), NO_HANDSHAKE))
AREA.http("Connection names other headers", "RFC 9110, 7.6.1", handshake(Connection="Upgrade, Sec-WebSocket-Key, Host"),
          either(accepted(), NO_HANDSHAKE))
AREA.http("neither Upgrade nor Connection", "4.2.1", handshake(without=("Upgrade", "Connection")), NO_HANDSHAKE)

for what, key in {"zeros": bytes(16), "ones": b"\xff" * 16, "counting": bytes(range(16)),
                  "slashes and pluses": b"\xfb\xef\xbe" * 5 + b"\xff"}.items():
    AREA.http(f"a key of {what}", "4.2.2", handshake(Sec_WebSocket_Key=base64.b64encode(key).decode()), accepted())
AREA.http("a key with space around it", "RFC 9110, 5.5", handshake(Sec_WebSocket_Key=f"  {KEY}\t"), accepted())
for what, key in {
    "an empty key": "", "a key of 15 bytes": base64.b64encode(bytes(15)).decode(),
    "a key of 17 bytes": base64.b64encode(bytes(17)).decode(),
    "a key of 32 bytes": base64.b64encode(bytes(32)).decode(),
    "a key without padding": KEY[:-2], "a key with half its padding": KEY[:-1], "a key with too much padding": KEY
    + "=",
    "a key with a space inside": KEY[:8] + " " + KEY[9:], "a key with a letter that is none": KEY[:8] + "*" + KEY[9:],
    "a key of the other alphabet": "-_" + KEY[2:], "padding inside the key": "==" + KEY[2:],
    "a key of two": f"{KEY}, {KEY}",
    "a key of high bytes": "\xe9" * 24, "a key of 4,000 bytes": "A" * 4000,
}.items():
    AREA.http(what, "4.2.1", handshake(Sec_WebSocket_Key=key), status(400))
AREA.http("a key whose last letter has bits to spare", "4.2.1", handshake(Sec_WebSocket_Key=KEY[:-3] + "R=="),
          either(accepted(), status(400)))
AREA.http("no key", "4.2.1", handshake(without=("Sec-WebSocket-Key",)), status(400))
AREA.http("the same key twice", "11.3.1", handshake(f"Sec-WebSocket-Key: {KEY}"), status(400))
AREA.http("two keys", "11.3.1", handshake(f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}"), status(400))

for value in ("", "0", "1", "6", "7", "8", "12", "14", "25", "130", "255", "999", "13.0", "+13", "-13", "013", "0x0d",
              "thirteen",
              "1 3", "13;", "8, 13", "13, 13"):
    AREA.http(f"version {value or 'empty'}", "4.4", handshake(Sec_WebSocket_Version=value), NO_HANDSHAKE)
AREA.http("no version", "4.2.1", handshake(without=("Sec-WebSocket-Version",)), NO_HANDSHAKE)
AREA.http("version 13 with space around it", "RFC 9110, 5.5", handshake(Sec_WebSocket_Version="\t13  "), accepted())
AREA.http("version 13 twice", "11.3.5", handshake("Sec-WebSocket-Version: 13"), NO_HANDSHAKE)
AREA.http("version 13 and 8", "11.3.5", handshake("Sec-WebSocket-Version: 8"), NO_HANDSHAKE)
AREA.http("an answer's header in a request", "11.3.3", handshake("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
          either(accepted(), status(400)))
AREA.http("a wrong version is told the right one", "4.4", handshake(Sec_WebSocket_Version="8"), status(426))
