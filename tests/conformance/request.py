"""HTTP requests as bytes (RFC 9112): well-formed ones, and as wrong as a case wants them."""

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HANDSHAKE = {"Host": "@HOST@", "Upgrade": "websocket", "Connection": "Upgrade",
             "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13"}


def request(line, headers, *more_lines, body=b"", end="\r\n"):
    """`more_lines` are headers as they go out; @MORE@ becomes what the target wants in every request."""
    lines = [line, *(f"{name}: {value}" for name, value in headers.items()), *more_lines]
    return (end.join(lines) + end + "@MORE@" + end).encode("latin-1") + body


def handshake(*more_lines, line="GET @WS@?subscribe=none HTTP/1.1", body=b"", end="\r\n", without=(), **changed):
    """A WebSocket handshake (RFC 6455, section 4.1). `changed` are header values, with _ for -."""
    changed = {name.replace("_", "-").lower(): value for name, value in changed.items()}
    headers = {name: changed.pop(name.lower(), value) for name, value in HANDSHAKE.items() if name not in without}
    assert not changed, changed
    return request(line, headers, *more_lines, body=body, end=end)


def plain(*more_lines, line="GET /api/v1/cameras HTTP/1.1", body=b"", host="@HOST@", end="\r\n"):
    """A request that is no handshake."""
    return request(line, {} if host is None else {"Host": host}, *more_lines, body=body, end=end)


def upload(*more_lines, body=b"", version="HTTP/1.1"):
    """An image of a publisher's (proto/publishing.md): the one request that may have a body."""
    return request(f"PUT /cameras/@PUBLISH@/frame {version}", {"Host": "@HOST@"}, *more_lines, body=body)


def chunked(*chunks):
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
