"""Reads requests as RFC 9112 has them."""

import dataclasses
import re

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([01])")
LOOSE_LINE = re.compile(rb"\s*(\S*)\s*([^ ]*?)\s*(?:HTTP/.*)?")
ANY_TARGET = re.compile(rb"(" + TOKEN + rb") (.*) HTTP/1\.([01])", re.DOTALL)
ANY_VERSION = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+)(?: .*)?()")
ANY_METHOD = re.compile(rb"(.*?) ?([\x21-\x7e]+) HTTP/1\.([01])", re.DOTALL)
HEADER = re.compile(rb"(" + TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
MOST_BYTES = 8192


class Refused(Exception):
    """With the status, after which the connection ends."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


@dataclasses.dataclass
class Head:
    method: str
    target: str
    minor: int
    headers: list

    def values(self, name):
        return [value for given, value in self.headers if given == name]

    def one_list(self, name):
        return [word.strip() for word in ", ".join(self.values(name)).split(",")]


def parse_request_line(line, rules):
    pattern = REQUEST_LINE
    if not rules.keep("looks at targets"):
        pattern = ANY_TARGET
    elif not rules.keep("knows versions"):
        pattern = ANY_VERSION
    elif not rules.keep("knows methods"):
        pattern = ANY_METHOD
    found = pattern.fullmatch(line)
    if not found and not rules.keep("refuses who asks wrongly"):
        return "GET", "/ws?subscribe=none", 1
    if not found:
        raise Refused(400)
    return found[1].decode("latin-1"), found[2].decode("latin-1"), int(found[3] or b"1")


def parse_headers(lines, rules):
    headers = []
    for line in lines:
        found = HEADER.fullmatch(line)
        if found:
            headers.append((found[1].decode().lower(), found[2].decode("latin-1")))
        elif rules.keep("parses header lines strictly") and rules.keep("refuses who asks wrongly"):
            raise Refused(400)
        else:
            name, _, value = line.partition(b":")
            headers.append((name.strip().decode("latin-1").lower(), value.strip().decode("latin-1")))
    return headers


def parse_head(raw, rules):
    """`raw` ends with the empty line."""
    request_line, *lines = raw[:-4].split(b"\r\n")
    method, target, minor = parse_request_line(request_line, rules)
    return Head(method, target, minor, parse_headers(lines, rules))
