"""Reads a server's HTTP answers, strictly."""

import base64
import hashlib
import re

from .broken import Broken

HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
MOST_HEAD_BYTES = 65536


class Answer:
    def __init__(self, version, status, headers, body):
        self.version = version
        self.status = status
        self.headers = headers
        self.body = body

    def __str__(self):
        return f"status {self.status}"

    def header(self, name):
        """All lines of that name as one list; None where there is none."""
        values = [value for given, value in self.headers if given == name.lower()]
        return ", ".join(values) if values else None

    @property
    def ends(self):
        """Whether its connection ends with it (RFC 9112, section 9.3)."""
        words = [word.strip().lower() for word in (self.header("connection") or "").split(",")]
        return "close" in words or (self.version == "1.0" and "keep-alive" not in words)

    def length(self, is_head):
        """Of its body; None where the connection's end is the body's."""
        if self.status < 200 or self.status in (204, 304) or is_head:
            return 0
        length = self.header("content-length")
        if self.header("transfer-encoding") is not None:
            raise Broken("this client reads no chunked answers")
        if length is not None and not re.fullmatch("[0-9]+", length):
            raise Broken(f"Content-Length is {length!r}")
        return None if length is None else int(length)


def read_answer(peer, is_head=False):
    """None when the connection ended before one."""
    head = peer.read_until(b"\r\n\r\n", MOST_HEAD_BYTES)
    if not head:
        return None
    if not head.endswith(b"\r\n\r\n"):
        raise Broken("the connection ended within an answer's head")
    status_line, *lines = head[:-4].split(b"\r\n")
    found = re.fullmatch(rb"HTTP/(1\.[01]) ([1-5][0-9][0-9]) [\t\x20-\x7e]*", status_line)
    if not found:
        raise Broken(f"the answer's first line is {status_line!r}")
    headers = []
    for line in lines:
        header = HEADER.fullmatch(line)
        if not header:
            raise Broken(f"the answer has the header line {line!r}")
        headers.append((header[1].decode().lower(), header[2].decode("latin-1")))
    answer = Answer(found[1].decode(), int(found[2]), headers, b"")
    length = answer.length(is_head)
    answer.body = peer.read_to_end() if length is None else peer.read(length)
    if length is not None and len(answer.body) < length:
        raise Broken("the connection ended within an answer's body")
    return answer


def accept_of(key):
    """RFC 6455, section 4.2.2."""
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return base64.b64encode(digest).decode()
