"""Header lines as such, and how they end."""

from ..case import Area
from ..expectations import accepted, either, status
from ..request import KEY, handshake, plain

AREA = Area("header lines", "RFC 9112")
BAD = status(400, ends=True)
GOOD_OR_BAD = either(accepted(), status(400))

for what, line in {
    "a space before the colon": "X-Thing : a", "a tab before the colon": "X-Thing\t: a", "no colon": "X-Thing",
    "no name": ": a", "a space in the name": "X Thing: a", "a bracket in the name": "X(Thing: a",
    "a quote in the name": 'X"Thing: a', "a NUL in the name": "X\0Thing: a", "a high byte in the name": "X\xe9Thing: a",
    "a bare CR in the name": "X\rThing: a", "an @ in the name": "X@Thing: a",
}.items():
    AREA.http(what, "5.1", handshake(line), BAD)
for what, line in {
    "a NUL in the value": "X-Thing: a\0b", "a bare CR in the value": "X-Thing: a\rb",
    "ESC in the value": "X-Thing: a\x1bb",
    "DEL in the value": "X-Thing: a\x7fb", "VT in the value": "X-Thing: a\x0bb", "only a NUL": "X-Thing: \0",
}.items():
    AREA.http(what, "RFC 9110, 5.5", handshake(line), BAD)
for what, line in {
    "no space behind the colon": "X-Thing:a", "tabs around the value": "X-Thing:\ta\t",
    "many spaces": f"X-Thing:{' ' * 99}a ",
    "an empty value": "X-Thing:", "high bytes in the value": "X-Thing: caf\xe9 \xff",
    "a colon in the value": "X-Thing: a:b::",
    "every letter that a name may have": "!#$%&'*+-.^_`|~09azAZ: a", "quotes and brackets": 'X-Thing: "a\\"(b)[c]{d}',
    "the same header twice": "X-Thing: a\r\nX-Thing: a", "a value of 2,000 bytes": f"X-Thing: {'a' * 2000}",
    "names in capitals": "ACCEPT-LANGUAGE: en", "a header of a browser's": "Sec-Fetch-Mode: websocket",
}.items():
    AREA.http(what, "5", handshake(line), accepted())

AREA.http("a folded header", "5.2", handshake("X-Thing: a\r\n b"), GOOD_OR_BAD)
AREA.http("a header folded with a tab", "5.2", handshake("X-Thing: a\r\n\tb"), GOOD_OR_BAD)
AREA.http("a folded Upgrade", "5.2", handshake(Upgrade="\r\n websocket"), GOOD_OR_BAD)
AREA.http("a header line folded before the first", "2.2",
          handshake(line="GET @WS@?subscribe=none HTTP/1.1\r\n X-Thing: a"),
          GOOD_OR_BAD)
AREA.http("a folded line hides no Host", "5.2", handshake("X-Thing: a\r\n Host: evil.example"), GOOD_OR_BAD)

AREA.http("names in small letters", "RFC 9110, 5.1", handshake().replace(b"Sec-WebSocket", b"sec-websocket")
          .replace(b"Upgrade:", b"upgrade:").replace(b"Connection:", b"connection:").replace(b"Host:", b"host:"),
          accepted())
AREA.http("names in capitals throughout", "RFC 9110, 5.1", handshake().replace(b"Sec-WebSocket-Key",
                                                                               b"SEC-WEBSOCKET-KEY")
          .replace(b"Sec-WebSocket-Version", b"SEC-WEBSOCKET-VERSION"), accepted())
AREA.http("in another order", "5.3 of RFC 9110", b"GET @WS@?subscribe=none HTTP/1.1\r\nSec-WebSocket-Version: 13\r\n"
          b"Sec-WebSocket-Key: " + KEY.encode()
          + b"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n@MORE@Host: @HOST@\r\n\r\n",
          accepted())
AREA.http("80 more headers", "5.4 of RFC 9110", handshake(*(f"X-{i}: {i}" for i in range(80))), accepted())
AREA.http("500 short headers", "5.4 of RFC 9110", handshake(*(f"X-{i}: a" for i in range(500))),
          either(accepted(), status(400, 431)))
AREA.http("2,000 headers", "RFC 6585, 5", handshake(*(f"X-{i}: a" for i in range(2000))), status(400, 431, ends=True))
AREA.http("a header of 9,000 bytes", "RFC 6585, 5", handshake(f"X-Thing: {'a' * 9000}"), status(400, 431, ends=True))
AREA.http("a header name of 9,000 bytes", "RFC 6585, 5", handshake(f"{'a' * 9000}: a"), status(400, 431, ends=True))
AREA.http("a header without an end", "RFC 6585, 5", handshake()[:-2] + b"X-Thing: " + b"a" * 65536,
          status(400, 431, ends=True))
AREA.http("spaces without an end", "RFC 6585, 5", handshake()[:-2] + b"X-Thing: a" + b" " * 65536,
          status(400, 431, ends=True))

AREA.http("lines that end in LF alone", "2.2", handshake(end="\n"), GOOD_OR_BAD)
AREA.http("a plain request with LF alone", "2.2", plain(end="\n"), status(200, 400))
AREA.http("one line that ends in LF alone", "2.2", handshake("X-Thing: a\nX-Other: b"), GOOD_OR_BAD)
AREA.http("LF alone hides no second Host", "2.2", handshake("X-Thing: a\nHost: evil.example"), status(400))
AREA.http("lines that end in CR alone", "2.2", handshake(end="\r") + b"\r\n\r\n", BAD)
AREA.http("CR CR LF", "2.2", handshake("X-Thing: a\r"), BAD)
AREA.http("an empty line before the request", "2.2", b"\r\n" + handshake(), GOOD_OR_BAD)
AREA.http("an empty line before a second request", "2.2", plain() + b"\r\n" + plain(), status(200), status(200, 400))
AREA.http("a space before the request", "3", b" " + handshake(), BAD)
AREA.http("NULs before the request", "3", b"\0\0\0" + handshake(), BAD)
AREA.http("a byte order mark before the request", "3", b"\xef\xbb\xbf" + handshake(), BAD)
