"""Methods, targets and versions."""

from ..case import Area
from ..expectations import accepted, either, status
from ..request import handshake, plain

AREA = Area("request line", "RFC 9112")
BAD = status(400)
NO_SUCH_METHOD = status(400, 405, 501)
NO_SUCH_VERSION = status(400, 505)

AREA.http("a handshake", "RFC 6455, 4.2", handshake(), accepted())
AREA.http("a plain request", "3", plain(), status(200))
AREA.http("HEAD has no body", "RFC 9110, 9.3.2", plain(line="HEAD /api/v1/cameras HTTP/1.1"),
          status(200, is_of_head=True))

for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "BREW", "get", "GETT", "G"):
    AREA.http(f"{method} is not for a WebSocket", "RFC 6455, 4.1", handshake(line=f"{method} @WS@ HTTP/1.1"),
              NO_SUCH_METHOD)
AREA.http("HEAD is not for a WebSocket", "RFC 6455, 4.1", handshake(line="HEAD @WS@ HTTP/1.1"),
          status(400, 405, is_of_head=True))
AREA.http("CONNECT with its own kind of target", "3.2.3", plain(line="CONNECT @HOST@ HTTP/1.1"), NO_SUCH_METHOD)
AREA.http("OPTIONS *", "3.2.4", plain(line="OPTIONS * HTTP/1.1"), status(200, 204, 400, 404, 405, 501))

for what, line in {
    "no method": " @WS@ HTTP/1.1", "a method with a bracket": "GE(T @WS@ HTTP/1.1",
    "a method with a NUL": "GE\0T @WS@ HTTP/1.1", "a colon behind the method": "GET: @WS@ HTTP/1.1",
    "no target": "GET HTTP/1.1", "an empty target": "GET  HTTP/1.1", "a space in the target": "GET @WS@ x HTTP/1.1",
    "a tab in the target": "GET @WS@?a\tb HTTP/1.1", "a NUL in the target": "GET @WS@?a\0b HTTP/1.1",
    "DEL in the target": "GET @WS@?a\x7fb HTTP/1.1", "a bare CR in the target": "GET @WS@?a\rb HTTP/1.1",
    "tabs for spaces": "GET\t@WS@\tHTTP/1.1", "only a method": "GET", "a target without a slash": "GET ws HTTP/1.1",
}.items():
    AREA.http(what, "3", handshake(line=line), BAD)
for what, line in {
    "a high byte in the target": "GET @WS@?subscribe=none&a\xe9b HTTP/1.1", "a fragment": "GET @WS@#part HTTP/1.1",
    "another scheme's target": "GET ftp://@HOST@@WS@ HTTP/1.1",
    "another host's target": "GET @SCHEME@://other.example@WS@ HTTP/1.1",
    "a target of a scheme alone": "GET http:// HTTP/1.1", "user and password in the target":
    "GET @SCHEME@://user:pass@@HOST@@WS@ HTTP/1.1",
}.items():
    AREA.http(what, "3.2", handshake(line=line), either(status(400, 404, 421), *(
        [accepted()] if "high byte" in what else [])))
for what, line in {
    "another path": "GET @WS@x HTTP/1.1", "a slash behind the path": "GET @WS@/ HTTP/1.1",
    "two slashes": "GET /@WS@ HTTP/1.1", "dots that leave the root": "GET /../..@WS@ HTTP/1.1",
    "encoded dots": "GET /%2e%2e/etc/passwd HTTP/1.1", "a path of another case": "GET /WS HTTP/1.1",
}.items():
    AREA.http(what, "RFC 9110, 15.5.5", handshake(line=line), status(400, 404))
AREA.http("broken percent-encoding", "RFC 3986, 2.1", handshake(line="GET @WS@?camera=%zz HTTP/1.1"), status(400, 404))
AREA.http("an encoded NUL in a name", "RFC 3986, 2.1", handshake(line="GET @WS@?camera=%00 HTTP/1.1"), status(400, 404))
AREA.http("absolute-form", "3.2.2", handshake(line="GET @SCHEME@://@HOST@@WS@?subscribe=none HTTP/1.1"), accepted())
AREA.http("absolute-form, the scheme in capitals", "RFC 3986, 3.1",
          handshake(line="GET HTTP://@HOST@@WS@?subscribe=none HTTP/1.1"), either(accepted(), status(400)))
AREA.http("absolute-form of a plain request", "3.2.2", plain(line="GET @SCHEME@://@HOST@/api/v1/cameras HTTP/1.1"),
          status(200))
AREA.http("a query of 1,900 bytes", "3", handshake(line=f"GET @WS@?subscribe=none&x={'a' * 1900} HTTP/1.1"), accepted())
AREA.http("a query of 4,000 bytes", "3", handshake(line=f"GET @WS@?subscribe=none&x={'a' * 4000} HTTP/1.1"),
          status(400, 414, 431))
AREA.http("a target of 20,000 bytes", "3", handshake(line=f"GET /{'a' * 20000} HTTP/1.1"),
          status(400, 414, 431, ends=True))
AREA.http("a method of 20,000 bytes", "3", handshake(line=f"{'G' * 20000} / HTTP/1.1"),
          status(400, 431, 501, ends=True))

AREA.http("HTTP/1.0 cannot be upgraded", "RFC 6455, 4.1", handshake(line="GET @WS@ HTTP/1.0"), status(400, 426))
AREA.http("HTTP/1.0", "2.3", plain(line="GET /api/v1/cameras HTTP/1.0"), status(200))
AREA.http("HTTP/1.0 without Host", "3.2", plain(line="GET /api/v1/cameras HTTP/1.0", host=None),
          status(200, 400, 421))
AREA.http("HTTP/1.2 is 1.1's", "RFC 9110, 2.5", handshake(line="GET @WS@?subscribe=none HTTP/1.2"),
          either(accepted(), NO_SUCH_VERSION))
for version in ("HTTP/0.9", "HTTP/2.0", "HTTP/3", "HTTP/11", "HTTP/1.10", "HTTP/01.1", "HTTP/1", "HTTP/1.", "HTTP/1,1",
                "HTTP /1.1", "http/1.1", "HTTPS/1.1", "HTTP/-1.1", "HTTP/1.1x", "HTTP/A.B", "XTTP/1.1"):
    AREA.http(f"version {version}", "2.3", handshake(line=f"GET @WS@ {version}"), NO_SUCH_VERSION)
AREA.http("no version", "2.3", b"GET @WS@\r\n\r\n", NO_SUCH_VERSION)
