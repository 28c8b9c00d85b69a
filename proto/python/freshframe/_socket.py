"""The WebSocket library: websockets 10 as Debian 12 has it, or 13 and later with its newer client."""

from __future__ import annotations

import importlib
import inspect
import ssl
from typing import Any, Protocol

import websockets.exceptions

FORMS = ["freshframe.v1.binary", "freshframe.v1.json"]
OPEN_S = 10.0
MAX_BYTES = 64 * 1024 * 1024
# A path that died without a word is noticed after both.
KEEPALIVE_S = 15.0

Closed = websockets.exceptions.ConnectionClosed


class Socket(Protocol):
    async def recv(self) -> str | bytes: ...
    async def send(self, message: str | bytes) -> None: ...
    async def close(self) -> None: ...


class NotAdmitted(Exception):
    """The server answered, but not with a WebSocket. `status` is that of its answer, where it was HTTP."""

    def __init__(self, sentence: str, status: int | None) -> None:
        super().__init__(sentence)
        self.status = status


def _connect_function() -> Any:
    try:
        return importlib.import_module("websockets.asyncio.client").connect
    except ImportError:
        return importlib.import_module("websockets.legacy.client").connect


_connect = _connect_function()
# What the older client calls extra_headers is additional_headers in the newer.
_HEADERS = ("additional_headers" if "additional_headers" in inspect.signature(_connect.__init__).parameters
            else "extra_headers")
# websockets 15 takes proxies from the environment; a camera is on this network, and 10 does not.
_NO_PROXY: dict[str, Any] = (
    {"proxy": None} if "proxy" in inspect.signature(_connect.__init__).parameters else {})


async def open_socket(url: str, tls: ssl.SSLContext | None, token: str | None = None) -> Socket:
    """Raises OSError or TimeoutError when nobody answers, NotAdmitted when somebody does and lets nobody in."""
    options: dict[str, Any] = dict(_NO_PROXY)
    if tls is not None:
        options["ssl"] = tls
    if token is not None:
        options[_HEADERS] = {"Authorization": f"Bearer {token}"}
    try:
        # Pictures are compressed already.
        socket: Socket = await _connect(
            url, subprotocols=FORMS, compression=None, max_size=MAX_BYTES, open_timeout=OPEN_S,
            ping_interval=KEEPALIVE_S, ping_timeout=KEEPALIVE_S, close_timeout=1.0, **options)
        return socket
    except websockets.exceptions.WebSocketException as error:
        raise _not_admitted(error) from error


def _not_admitted(error: Exception) -> NotAdmitted:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(error, "status_code", None)
    if status is None:
        return NotAdmitted(f"it speaks no WebSocket ({error})", None)
    body = getattr(response, "body", None) or b""
    line = body.decode("utf-8", "replace").strip() if len(body) < 300 else ""
    return NotAdmitted(f"it answered with HTTP status {status}" + (f": {line}" if line else ""), status)


def close_code(closed: Closed) -> int | None:
    """With which code the other side ended it; None when it did not say."""
    return closed.rcvd.code if closed.rcvd is not None else None
