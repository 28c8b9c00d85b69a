"""Publishing; proto/publishing.md is what it keeps to."""

from __future__ import annotations

import asyncio
import collections
import ssl
import threading
import time
from types import TracebackType
from typing import Any, Callable, Literal

from ._clock import wall_us
from ._errors import Hopeless, Refused, TryAgain
from ._frame import binary_form, json_form
from ._images import encoder_of
from ._link import Link, log
from ._socket import Socket

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
# A connection that broke unseen by the server keeps its camera until the server's own pings find out.
GHOST_S = 60.0
LAST_WORDS_S = 2.0
YEAR_2000_US = 946_684_800_000_000

ImageFormat = Literal["jpeg", "png"]
OnError = Callable[[Refused], None]


class Claim:
    """One connection's hold on the camera: its credit, and at most one frame that waits to leave."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()  # send() runs in the program's threads, the rest in the loop's
        self._credit = 0
        self._waiting: str | bytes | None = None
        self._unanswered = 0
        self._may_leave = asyncio.Event()

    @property
    def has_credit(self) -> bool:
        return self._credit > 0

    @property
    def is_all_answered(self) -> bool:
        return self._waiting is None and self._unanswered == 0

    def grant(self, frames: int) -> None:
        with self._lock:
            self._credit += frames
            self._unanswered = max(0, self._unanswered - frames)

    def reserve(self) -> bool:
        with self._lock:
            if self._credit == 0:
                return False
            self._credit -= 1
            return True

    def give_back(self) -> None:
        with self._lock:
            self._credit += 1

    def offer(self, message: str | bytes) -> None:
        """Takes a frame for which credit was reserved. The newest wins, and the older one's credit is free again."""
        with self._lock:
            if self._waiting is not None:
                self._credit += 1
            self._waiting = message
        self._loop.call_soon_threadsafe(self._may_leave.set)

    async def take(self) -> str | bytes:
        while True:
            with self._lock:
                message, self._waiting = self._waiting, None
                if message is not None:
                    self._unanswered += 1
                    return message
            self._may_leave.clear()
            await self._may_leave.wait()


class Publisher(Link):
    """Publishes to one camera. Use as an asynchronous context manager."""

    def __init__(self, url: str, name: str, *, takeover: bool = False, binary: bool = True, quality: int = 90,
                 format: ImageFormat = "jpeg", token: str | None = None, tls: ssl.SSLContext | None = None,
                 timeout: float | None = 5.0, on_error: OnError | None = None) -> None:
        super().__init__(url, tls, token)
        if not 1 <= quality <= 100:
            raise ValueError(f"quality must be 1 to 100, and {quality} is not")
        if format not in ("jpeg", "png"):
            raise ValueError(f"format must be 'jpeg' or 'png', and {format!r} is neither")
        self.name = name
        self._takeover = takeover
        self._binary = binary
        self._quality = quality
        self._format: ImageFormat = format
        self._timeout = timeout
        self._on_error = on_error
        self._claim: Claim | None = None
        self._untold: collections.deque[Refused] = collections.deque(maxlen=1)

    async def send(self, image: object, *, captured_us: int | None = None, rgb: bool = False,
                   exposure_us: int | None = None, analogue_gain: float | None = None,
                   lens_position_dioptres: float | None = None) -> bool:
        """As `freshframe.Publisher.send`; encodes in a thread."""
        return await asyncio.to_thread(
            self.send_in_this_thread, image, captured_us=captured_us, rgb=rgb, exposure_us=exposure_us,
            analogue_gain=analogue_gain, lens_position_dioptres=lens_position_dioptres)

    def send_in_this_thread(self, image: object, *, captured_us: int | None = None, rgb: bool = False,
                            exposure_us: int | None = None, analogue_gain: float | None = None,
                            lens_position_dioptres: float | None = None) -> bool:
        """`send` without asyncio. Thread: any."""
        if captured_us is None:
            taken_us = wall_us()
        elif captured_us >= YEAR_2000_US:
            taken_us = int(captured_us)
        else:
            raise ValueError(f"captured_us is Unix time in microseconds, such as time.time_ns() // 1000, and {captured_us} "
                             "is long ago")
        self.raise_what_went_wrong()
        if self._closed:
            raise ValueError("this publisher is closed")
        encode = encoder_of(image, rgb=rgb, format=self._format, quality=self._quality)
        claim = self._claim
        if claim is None or not claim.reserve():
            return False
        try:
            head: dict[str, Any] = {"type": "frame", "captured_us": self.clock.to_server_us(taken_us)}
            if exposure_us is not None:
                head["exposure_us"] = int(exposure_us)
            if analogue_gain is not None:
                head["analogue_gain"] = float(analogue_gain)
            if lens_position_dioptres is not None:
                head["lens_position_dioptres"] = float(lens_position_dioptres)
            file = encode()
            message: str | bytes = binary_form(head, file) if self._binary else json_form(head, file)
            if len(message) > MAX_MESSAGE_BYTES:
                raise ValueError(f"the picture takes {len(message):,} bytes as it is sent, and the server takes "
                                 f"{MAX_MESSAGE_BYTES:,}: send it smaller, with a lower quality, or as JPEG")
        except BaseException:
            claim.give_back()
            raise
        claim.offer(message)
        return True

    async def wait_for_credit(self, timeout: float | None = None) -> bool:
        """As `freshframe.Publisher.wait_for_credit`."""
        def may_go_on() -> bool:
            return bool(self._untold) or (self._claim is not None and self._claim.has_credit)

        try:
            await asyncio.wait_for(self._until(may_go_on), timeout)
        except asyncio.TimeoutError:
            return False
        self.raise_what_went_wrong()
        return not self._closed

    def raise_what_went_wrong(self) -> None:
        """Raises what the program has not been told yet. Thread: any."""
        try:
            raise self._untold.popleft()
        except IndexError:
            pass
        if self._ended is not None:
            raise self._ended

    async def say_last_words(self) -> None:
        """Waits a moment until the server has seen all frames, so that none is lost and no complaint either."""
        if self._claim is None or self._ended is not None:
            return
        claim: Claim = self._claim
        try:
            await asyncio.wait_for(
                self._until(lambda: claim.is_all_answered or claim is not self._claim), LAST_WORDS_S)
        except asyncio.TimeoutError:
            pass

    async def finish(self) -> None:
        """`close()` that waits for the server's answer, and raises if a frame was refused."""
        if self._closed:
            return
        try:
            await self.say_last_words()
        finally:
            await self.close()
        self.raise_what_went_wrong()

    async def __aenter__(self) -> Publisher:
        await self.open(self._timeout)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        await (self.finish() if kind is None else self.close())

    def _requests(self, hello: dict[str, Any]) -> list[dict[str, Any]]:
        publish: dict[str, Any] = {"type": "publish", "camera": self.name, "id": "publish"}
        if self._takeover:
            publish["takeover"] = True
        return [publish]

    def _receive(self, message: dict[str, Any]) -> None:
        if message.get("type") == "credit":
            if self._claim is None:
                self._claim = Claim(asyncio.get_running_loop())
                self._ready()
            self._claim.grant(message["frames"])
            self._news.set()
        elif message.get("type") == "error":
            self._receive_error(Refused(str(message["code"]), str(message["reason"])), message.get("id"))

    def _receive_error(self, refused: Refused, an_id: object) -> None:
        if refused.code == "taken-over":
            raise refused
        if an_id != "publish":
            self._report(refused)
        elif refused.code == "unknown-type":
            raise Hopeless(f"the server at {self._authority} is too old for publishing: update it")
        elif refused.code == "taken" and self._was_ready and time.monotonic() - self._lost_at < GHOST_S:
            raise TryAgain(f"camera {self.name} is still taken, perhaps by this program's own last connection")
        else:
            raise refused

    def _report(self, refused: Refused) -> None:
        log.error("a frame for %s was refused, %s", self.name, refused)
        if self._on_error is None:
            self._untold.append(refused)
            self._news.set()
            return
        try:
            self._on_error(refused)
        except Exception:
            log.exception("on_error failed")

    async def _write(self, socket: Socket) -> None:
        claim = self._claim
        while claim is not None:
            await socket.send(await claim.take())

    def _lost(self, reason: str) -> None:
        self._claim = None


def publish(url: str, name: str, *, takeover: bool = False, binary: bool = True, quality: int = 90,
            format: ImageFormat = "jpeg", token: str | None = None, tls: ssl.SSLContext | None = None,
            timeout: float | None = 5.0, on_error: OnError | None = None) -> Publisher:
    """As `freshframe.publish`, for `async with`."""
    return Publisher(url, name, takeover=takeover, binary=binary, quality=quality, format=format, token=token,
                     tls=tls, timeout=timeout, on_error=on_error)
