"""Host and Origin: which server is meant, and who asks."""

from ..case import Area
from ..expectations import accepted, either, status
from ..request import handshake, plain

AREA = Area("host, origin", "RFC 9110")
REFUSED = status(400, 421)

AREA.http("no Host", "RFC 9112, 3.2", handshake(without=("Host",)), status(400, ends=True))
AREA.http("no Host on a plain request", "RFC 9112, 3.2", plain(host=None), status(400, ends=True))
AREA.http("two Hosts", "RFC 9112, 3.2", handshake("Host: other.example"), status(400, ends=True))
AREA.http("the same Host twice", "RFC 9112, 3.2", handshake("Host: @HOST@"), status(400, ends=True))
AREA.http("a second Host in small letters", "RFC 9112, 3.2", handshake("host: evil.example"), status(400, ends=True))
AREA.http("two Hosts on a plain request", "RFC 9112, 3.2", plain("Host: @HOST@"), status(400, ends=True))
for what, host in {
    "an empty Host": "", "a list of Hosts": "@HOST@, @HOST@", "a Host with a user": "user@@HOST@",
    "a Host with a path": "@HOST@/ws", "a Host with a scheme": "http://@HOST@", "a Host with a space": "local host",
    "a Host with a port of letters": "localhost:http", "a Host with a negative port": "localhost:-1",
    "a Host of brackets": "[]", "an unclosed bracket": "[::1", "an IPv6 address without brackets": "::1",
    "a Host of a stranger": "evil.example", "a stranger's Host with a port": "evil.example:80",
    "a stranger that begins as localhost": "localhost.evil.example",
    "an address that ends as a stranger": "127.0.0.1.evil.example",
    "a stranger that ends like .local": "evil-local.example", "a Host of high bytes": "caf\xe9.example",
    "a Host with a percent sign": "evil%2eexample", "a Host with a question mark": "a?b.local",
    "a Host of 3,000 bytes": "a." * 1500 + "example",
}.items():
    AREA.http(what, "7.2", handshake(Host=host), REFUSED)
for host in ("localhost", "localhost:8080", "LOCALHOST", "127.0.0.1", "192.168.7.9:1234", "[::1]", "[::1]:8080",
             "camera",
             "camera.local", "camera.local.", "camera.home.arpa", "camera.lan", "camera.internal"):
    AREA.http(f"Host: {host}", "7.2", handshake(Host=host), accepted())
    AREA.http(f"Host: {host} on a plain request", "7.2", plain(host=host), status(200))
AREA.http("a stranger's Host on a plain request", "7.4", plain(host="evil.example"), REFUSED)

AREA.http("the server's own origin", "RFC 6455, 10.2", handshake("Origin: @SCHEME@://@HOST@"), accepted())
AREA.http("the server's own origin in capitals", "RFC 6455, 10.2",
          handshake("Origin: HTTP://LOCALHOST", Host="localhost"),
          either(accepted(), status(403)))
for what, lines in {
    "another origin": ["Origin: http://evil.example"], "null": ["Origin: null"], "an empty origin": ["Origin:"],
    "another port's origin": ["Origin: @SCHEME@://127.0.0.1:1"],
    "an origin with a path": ["Origin: @SCHEME@://@HOST@/"],
    "an origin without a scheme": ["Origin: @HOST@"], "two origins, the first good": ["Origin: @SCHEME@://@HOST@",
                                                                                      "Origin: null"],
    "two origins, the second good": ["Origin: null", "Origin: @SCHEME@://@HOST@"],
    "the good origin twice": ["Origin: @SCHEME@://@HOST@", "Origin: @SCHEME@://@HOST@"],
    "a list of origins": ["Origin: @SCHEME@://@HOST@ http://evil.example"],
    "an origin that ends like ours": ["Origin: http://evil.example://@HOST@"],
    "an origin that begins like ours": ["Origin: @SCHEME@://@HOST@.evil.example"],
    "an origin with a user": ["Origin: http://evil.example@@HOST@"], "a file's origin": ["Origin: file://"],
}.items():
    AREA.http(what, "RFC 6455, 4.2.2", handshake(*lines), status(400, 403))
