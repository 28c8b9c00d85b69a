"""The toy's HTTP: requests, and the handshake."""

import base64
import ipaddress
import re

from ..http_answer import accept_of
from . import offers
from .head import MOST_BYTES, Refused, parse_head

REASONS = {101: "Switching Protocols", 200: "OK"}
PATHS = {"/ws": "GET", "/api/v1/cameras": "GET, HEAD", "/cameras/vision/frame": "PUT, POST"}
MOST_BODY_BYTES = 8 << 20
LOCAL = re.compile(r"[a-z0-9_-]+|([a-z0-9_-]+\.)+(local|lan|home\.arpa|internal)\.?", re.IGNORECASE)
CHUNK_LINE = re.compile(rb"([0-9a-fA-F]{1,16})")


class HttpSide:
    def __init__(self, stream, rules, scheme):
        self.stream = stream
        self.rules = rules
        self.scheme = scheme

    def keep(self, rule):
        return self.rules.keep(rule)

    def run(self):
        """Answers requests. The head of the one that asked for a WebSocket, None when none did."""
        while True:
            try:
                raw = self.read_head()
                if raw is None:
                    return None
                head = parse_head(raw, self.rules)
                keeps = self.check(head)
                extra = self.shake_hands(head) if head.target.startswith("/ws") else None
            except Refused as refused:
                self.answer(refused.status, ends=True)
                return None
            except NotYet:
                continue
            if extra is not None:
                self.answer(101, extra=extra)
                return head
            is_head = head.method == "HEAD" and self.keep("leaves the body of HEAD out")
            answers = self.keep("answers plain requests")
            self.answer(200 if answers and head.method != "PUT" else 422 if answers else 404, not keeps, head=is_head,
                        minor=head.minor)
            if not keeps or not self.keep("answers one request after the other"):
                return None

    def read_head(self):
        most = MOST_BYTES if self.keep("bounds heads") else 1 << 30
        raw = self.stream.read_until(b"\r\n\r\n", most)
        if raw == b"":
            return None
        if len(raw) > most:
            raise Refused(431)
        if not raw.endswith(b"\r\n\r\n"):
            raise Refused(400)
        if raw.startswith(b"\r\n"):
            raise Refused(400)
        return raw

    def check(self, head):
        """Whether the connection is kept."""
        if not self.keep("refuses who asks wrongly"):
            head.target = "/ws?subscribe=none"
            return True
        host, *more = head.values("host") or ([""] if head.minor == 0 else [None])
        if (host is None or more) and self.keep("wants one Host"):
            raise Refused(400)
        if self.keep("takes absolute targets") and host and head.target.startswith(f"{self.scheme}://{host}/"):
            head.target = head.target[len(self.scheme) + 3 + len(host):]
        if not head.target.startswith("/") and self.keep("looks at targets") and self.keep("looks at paths"):
            raise Refused(400)
        if len(head.target) > 2048:
            raise Refused(414)
        path, _, query = head.target.partition("?")
        if not self.keep("looks at paths") and path not in PATHS:
            path, head.target = "/ws", "/ws?subscribe=none"
        if "camera=%" in query and self.keep("looks at paths"):
            raise Refused(400)
        self.check_body(head, path)
        if head.minor == 1 and not self.is_known_host(host or ""):
            raise Refused(421)
        methods = PATHS.get(path)
        if methods is None:
            raise Refused(404)
        if head.method not in methods.split(", ") and self.keep("knows methods"):
            self.answer(405, ends=True, extra=[f"Allow: {methods}"] if self.keep("names allowed methods") else [],
                        head=head.method == "HEAD")
            raise EndOfConnection
        words = [word.lower() for word in head.one_list("connection")]
        return "close" not in words and (head.minor == 1 or "keep-alive" in words)

    def is_known_host(self, host):
        if not self.keep("knows its own hosts"):
            return False
        if not self.keep("knows strangers' hosts"):
            return True
        found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(:[0-9]{1,5})?", host)
        if not found:
            return False
        try:
            ipaddress.ip_address(found[1].strip("[]"))
            return True
        except ValueError:
            return bool(LOCAL.fullmatch(found[1]))

    def check_body(self, head, path):
        lengths, encodings = head.values("content-length"), head.values("transfer-encoding")
        if path.endswith("/frame") and head.method == "PUT":
            self.read_body(head, lengths, encodings)
        elif (encodings or lengths not in ([], ["0"])) and self.keep("refuses bodies"):
            raise Refused(413)

    def read_body(self, head, lengths, encodings):
        if not encodings:
            if not lengths and self.keep("wants one length"):
                raise Refused(411)
            if self.keep("wants one length") and (len(lengths) > 1 or not re.fullmatch("[0-9]+", lengths[0])):
                raise Refused(400)
            length = int((re.findall("[0-9]+", " ".join(lengths)) or ["0"])[0])
            if length > MOST_BODY_BYTES and self.keep("bounds bodies"):
                raise Refused(413)
            if self.keep("reads bodies to their end"):
                self.stream.read(min(length, 30))
            return
        if self.keep("wants plain chunks") and (lengths or [value.lower() for value in encodings] != ["chunked"]
                                                or head.minor == 0):
            raise Refused(400)
        if self.keep("reads bodies to their end"):
            self.read_chunks()

    def read_chunks(self):
        total, size = 0, 1
        while size:
            line = self.stream.read_until(b"\r\n", 64)[:-2]
            found = CHUNK_LINE.fullmatch(line)
            if not found:
                if self.keep("reads chunks strictly"):
                    raise Refused(400)
                return
            size = int(found[1], 16)
            total += size
            if total > MOST_BODY_BYTES and self.keep("bounds bodies"):
                raise Refused(413)
            self.stream.read(min(size, 9 << 20))
            if self.stream.read(2) != b"\r\n":
                if self.keep("reads chunks strictly"):
                    raise Refused(400)
                return

    def shake_hands(self, head):
        """The answer's header lines."""
        if not self.keep("refuses who asks wrongly"):
            return self.accept(head)
        upgrades = [word.lower() for word in (head.one_list("upgrade") if self.keep("reads Upgrade as a list")
                                              else head.values("upgrade"))]
        connections = [word.lower() for word in (head.one_list("connection") if self.keep("reads Connection as a list")
                                                 else head.values("connection"))]
        is_asked = (head.minor == 1 and ("websocket" in upgrades or not self.keep("wants Upgrade"))
                    and ("upgrade" in connections or not self.keep("wants Connection")))
        if not is_asked or (head.values("sec-websocket-version") != ["13"] and self.keep("wants version 13")):
            version = ["Sec-WebSocket-Version: 13"] if self.keep("names its version") else []
            self.answer(426, ends=head.minor == 0, extra=["Upgrade: websocket", *version], minor=head.minor)
            raise EndOfConnection if head.minor == 0 else NotYet
        keys = head.values("sec-websocket-key")
        if self.keep("wants a key") and (len(keys) != 1 or not is_key(keys[0])):
            raise Refused(400)
        origins = head.values("origin")
        if origins and origins != [f"{self.scheme}://{head.values('host')[0]}"] and self.keep("knows strangers' origins"):
            raise Refused(403)
        if self.stream.received and self.keep("refuses bytes behind a handshake"):
            raise Refused(400)
        if not self.keep("lets in who asks rightly"):
            raise Refused(403)
        return self.accept(head)

    def accept(self, head):
        key = (head.values("sec-websocket-key") or [""])[0]
        accept = accept_of(key.encode("latin-1")) if self.keep("computes Sec-WebSocket-Accept") else key
        lines = ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}"]
        chosen = offers.choose_subprotocol(head, self.rules)
        if chosen:
            lines.append(f"Sec-WebSocket-Protocol: {chosen}")
        try:
            extension = offers.agree_on_deflate(head, self.rules)
        except offers.Malformed:
            raise Refused(400) from None
        head.is_deflated = extension is not None
        return lines + ([f"Sec-WebSocket-Extensions: {extension}"] if extension else [])

    def answer(self, status, ends=False, extra=(), head=False, minor=1):
        body = b"" if status == 101 else b"toy\n"
        lines = [f"HTTP/1.{minor} {status} {REASONS.get(status, 'Refused')}", *extra]
        if ends or (status != 101 and not self.keep("says Connection: close only where it ends")):
            lines.append("Connection: close")
        elif minor == 0:
            lines.append("Connection: keep-alive")
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.stream.write("\r\n".join([*lines, "", ""]).encode() + (b"" if head else body))


class EndOfConnection(Exception):
    """It was said why."""


class NotYet(Exception):
    """A handshake was refused, and another may follow."""


def is_key(key):
    try:
        return len(base64.b64decode(key, validate=True)) == 16 and len(key) == 24
    except ValueError:
        return False
