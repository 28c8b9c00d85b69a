"""Watching; proto/README.md is what it keeps to."""

from __future__ import annotations

import dataclasses
import ssl
from types import TracebackType
from typing import Any, Callable

from ._errors import Refused
from ._frame import Frame, Status
from ._link import Link, log
from ._socket import Socket

OnStatus = Callable[[Status], None]


class Watch(Link):
    """Watches one camera. Iterate over it with `async for`, within `async with` or without."""

    def __init__(self, url: str, camera: str | None = None, *, max_fps: float | None = None,
                 token: str | None = None, tls: ssl.SSLContext | None = None, timeout: float | None = 5.0,
                 on_status: OnStatus | None = None) -> None:
        super().__init__(url, tls, token)
        if max_fps is not None and not 0 < max_fps <= 1000:
            raise ValueError(f"max_fps must be above 0 and at most 1000, and {max_fps} is not")
        self.camera = camera
        self.status: Status | None = None
        self._max_fps = max_fps
        self._timeout = timeout
        self._on_status = on_status
        self._newest: tuple[Frame, Socket | None] | None = None
        self._handed_out: tuple[Frame, Socket | None] | None = None

    async def next_frame(self) -> Frame | None:
        """Says that the last frame is done with, and waits for the newest there is. None when it was closed."""
        if self._handed_out is not None:
            frame, socket = self._handed_out
            self._handed_out = None
            if socket is not None and socket is self._socket:
                self._say({"type": "ack", "camera": frame.camera, "sequence": frame.sequence})
        await self._until(lambda: self._newest is not None)
        if self._newest is None or self._closed:
            return None
        self._handed_out, self._newest = self._newest, None
        return self._handed_out[0]

    def __aiter__(self) -> Watch:
        return self

    async def __anext__(self) -> Frame:
        if self._task is None:
            await self.open(self._timeout)
        frame = await self.next_frame()
        if frame is None:
            raise StopAsyncIteration
        return frame

    async def __aenter__(self) -> Watch:
        if self._task is None:
            await self.open(self._timeout)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        await self.close()

    def _requests(self, hello: dict[str, Any]) -> list[dict[str, Any]]:
        if self.camera is None:
            cameras = hello.get("cameras") or []
            if not cameras:
                raise Refused("unknown-camera", "the server has no cameras")
            self.camera = cameras[0]["name"]
        subscribe: dict[str, Any] = {"type": "subscribe", "camera": self.camera, "id": "subscribe"}
        if self._max_fps is not None:
            subscribe["max_fps"] = self._max_fps
        return [subscribe]

    def _receive(self, message: dict[str, Any]) -> None:
        if message.get("type") == "status" and message["camera"] == self.camera:
            self._change_status(message["state"], message["reason"])
            self._ready()
        elif message.get("type") == "error":
            refused = Refused(str(message["code"]), str(message["reason"]))
            if message.get("id") == "subscribe":
                raise refused
            log.error("the server refused a message, %s", refused)

    def _receive_frame(self, head: dict[str, Any], image: bytes) -> None:
        dropped = head["dropped"]
        if self._newest is not None:
            # Replacing, not queueing: who is late wants the present. The later acknowledgement counts for both.
            dropped += self._newest[0].dropped + 1
        members = {name: head[name] for name in _MEMBERS if name in head}
        self._newest = Frame(**{**members, "dropped": dropped, "data": image, "_clock": self.clock}), self._socket
        self._news.set()

    def _change_status(self, state: str, reason: str) -> None:
        status = Status(self.camera or "", state, reason)
        if status == self.status:
            return
        self.status = status
        if self._on_status is not None:
            try:
                self._on_status(status)
            except Exception:
                log.exception("on_status failed")

    def _lost(self, reason: str) -> None:
        self._change_status("disconnected", reason)


_MEMBERS = [member.name for member in dataclasses.fields(Frame) if member.name not in ("data", "_clock")]


def watch(url: str, camera: str | None = None, *, max_fps: float | None = None, token: str | None = None,
          tls: ssl.SSLContext | None = None, timeout: float | None = 5.0, on_status: OnStatus | None = None) -> Watch:
    """As `freshframe.watch`, for `async for` and `async with`."""
    return Watch(url, camera, max_fps=max_fps, token=token, tls=tls, timeout=timeout, on_status=on_status)
