"""The ways to write where a server is."""

from __future__ import annotations

import urllib.parse

DEFAULT_PORT = 8080
SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
FORMS = 'such as "http://127.0.0.1:8080", "https://camera.example/front-door/" or "192.168.1.20:8080"'


def socket_url(url: str) -> str:
    """The WebSocket's address of a server whose page is at `url`, or whose WebSocket is."""
    if not isinstance(url, str):
        raise TypeError(f"the server's address must be text {FORMS}, not {type(url).__name__}")
    has_scheme = "://" in url
    parts = urllib.parse.urlsplit(url if has_scheme else f"ws://{url}")
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"the port in {url!r} is no port; give an address {FORMS}") from None
    if parts.scheme not in SCHEMES or not parts.hostname or any(letter.isspace() for letter in url):
        raise ValueError(f"{url!r} is no address of a server; give one {FORMS}")
    if parts.query or parts.fragment:
        raise ValueError(f"{url!r} has more than an address; give the camera as an argument of its own")
    authority = parts.netloc
    if port is None and not has_scheme:
        authority = f"{authority.rstrip(':')}:{DEFAULT_PORT}"
    path = parts.path
    if not path.endswith("/ws"):
        path = f"{path.rstrip('/')}/ws"
    return f"{SCHEMES[parts.scheme]}://{authority}{path}"


def checked_token(token: str | None) -> str | None:
    """The token without the line feed that a file ends with. No message shows it."""
    if token is None:
        return None
    if not isinstance(token, str):
        raise TypeError(f"token must be text, not {type(token).__name__}")
    token = token.strip()
    if not token or not all("!" <= letter <= "~" for letter in token):
        raise ValueError("token must be visible ASCII characters, no spaces among them")
    return token
