"""Publishing and watching for programs without asyncio: each has a thread in which its asynchronous twin runs."""

from __future__ import annotations

import asyncio
import atexit
import ssl
import threading
import weakref
from types import TracebackType
from typing import Any, Coroutine, TypeVar

from . import aio
from ._errors import Refused
from ._frame import Frame, Status
from ._publisher import ImageFormat, OnError
from ._watch import OnStatus

Result = TypeVar("Result")


class _LoopThread:
    """An event loop in a thread, which ends with the program at the latest."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name="freshframe", daemon=True)
        self._thread.start()

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("on_error and on_status must not wait for what their own thread has to do")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # for Ctrl-C while it waited
            raise

    def finish(self, last_work: Coroutine[Any, Any, None]) -> None:
        if threading.current_thread() is self._thread:
            # Closed by a callback of its own, or by the garbage collector that came by here.
            asyncio.ensure_future(last_work).add_done_callback(lambda _: self._loop.stop())
            return
        try:
            self.run(last_work)
        finally:
            self.stop()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def _thread_that_has_done(work: Coroutine[Any, Any, None]) -> _LoopThread:
    """A thread for what `work` opened; none is left when that fails."""
    thread = _LoopThread()
    try:
        thread.run(work)
    except BaseException:
        thread.stop()
        raise
    return thread


def _close_watch(thread: _LoopThread, twin: aio.Watch) -> None:
    thread.finish(twin.close())


class Publisher:
    """Publishes to one camera, until it is closed or the program ends. `freshframe.publish` makes one."""

    def __init__(self, twin: aio.Publisher, timeout: float | None) -> None:
        self._twin = twin
        self._thread = _thread_that_has_done(twin.open(timeout))
        # So that a program of one line, publish(...).send(image), does not end before its picture has left.
        atexit.register(self._close_at_exit)
        self._is_open = True

    @property
    def name(self) -> str:
        return self._twin.name

    def send(self, image: object, *, captured_us: int | None = None, rgb: bool = False,
             exposure_us: int | None = None, analogue_gain: float | None = None,
             lens_position_dioptres: float | None = None) -> bool:
        """Sends one picture: a numpy array of uint8 (height x width x 3 as BGR, or as RGB with `rgb=True`; with a
        fourth channel for alpha; height x width for grey), the bytes of a JPEG or PNG, what cv2.imencode returned,
        or a Pillow image.

        Returns whether it was taken. False says that the server wants none at this moment, for the path or the
        server is busy, nobody watches, or the connection is being made again: then nothing was encoded, and the
        thing to do is to go on with the next picture.

        `captured_us` is when the picture was taken, by this machine's Unix time in microseconds; without it, the
        moment of this call. The exposure's values are handed on to viewers.

        Raises TypeError and ValueError for what is no picture, and `Refused` if the server has refused an earlier
        frame since the last call, or has given the camera to another publisher.

        Takes as long as the encoder takes, and never waits for the network. Thread: any.
        """
        return self._twin.send_in_this_thread(
            image, captured_us=captured_us, rgb=rgb, exposure_us=exposure_us, analogue_gain=analogue_gain,
            lens_position_dioptres=lens_position_dioptres)

    def wait_for_credit(self, timeout: float | None = None) -> bool:
        """Waits until the next `send` is taken, for programs with few pictures that all matter. False when
        `timeout` seconds have passed before. Raises as `send` does."""
        return self._thread.run(self._twin.wait_for_credit(timeout))

    def close(self) -> None:
        """Waits up to two seconds for what the server says to the last frame, and gives the camera back. Raises
        `Refused` if a frame was refused and no `send` has raised that."""
        if self._is_open:
            self._stop(self._twin.finish())

    def _stop(self, work: Coroutine[Any, Any, None]) -> None:
        self._is_open = False
        atexit.unregister(self._close_at_exit)
        self._thread.finish(work)

    def _close_at_exit(self) -> None:
        try:
            self.close()
        except (Refused, ConnectionError):
            pass  # there is no caller any more, and it was logged when it came

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif self._is_open:
            self._stop(self._twin.close())


class Watch:
    """Watches one camera: iterate over it. `freshframe.watch` makes one.

    A frame counts as done with when the next is asked for, which is when the server may send more. A loop that
    takes its time gets the newest frame each time, and never an old one.
    """

    def __init__(self, twin: aio.Watch, timeout: float | None) -> None:
        self._twin = twin
        self._thread = _thread_that_has_done(twin.open(timeout))
        # A loop that was left with `break` keeps no reference, and should not keep the camera running.
        self._finalizer = weakref.finalize(self, _close_watch, self._thread, twin)

    @property
    def camera(self) -> str:
        return self._twin.camera or ""

    @property
    def status(self) -> Status:
        """Where the camera stands now."""
        return self._twin.status or Status(self.camera, "disconnected", "")

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> Frame:
        frame = self._thread.run(self._twin.next_frame()) if self._finalizer.alive else None
        if frame is None:
            raise StopIteration
        return frame

    def close(self) -> None:
        self._finalizer()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


def publish(url: str, name: str, *, takeover: bool = False, binary: bool = True, quality: int = 90,
            format: ImageFormat = "jpeg", token: str | None = None, tls: ssl.SSLContext | None = None,
            timeout: float | None = 5.0, on_error: OnError | None = None) -> Publisher:
    """Connects to a server and claims its camera `name`, whose source must be "publish".

    `url` is the server's address, such as "http://127.0.0.1:8080" or "192.168.1.20:8080". `takeover` takes the
    camera from whoever publishes to it now. Arrays and Pillow images are sent as JPEG of that `quality`, or with
    `format="png"`. `binary=False` sends Base64 in JSON, a third more. `token` is a publish token, where the
    server wants one. `tls` is for https addresses with a certificate of one's own.

    Raises ConnectionError when there is no server within `timeout` seconds (None: waits for ever), and `Refused`
    when it does not let this program publish. A connection that breaks later is made again by itself; the logger
    "freshframe" tells.

    A frame that the server refuses is logged at once, and raised as `Refused` by the next call, so that nobody
    overlooks it. With `on_error` that function is called instead, in this publisher's thread. That another
    publisher took the camera over is raised in any case, for it is the end.
    """
    return Publisher(aio.publish(url, name, takeover=takeover, binary=binary, quality=quality, format=format,
                                 token=token, tls=tls, on_error=on_error), timeout)


def watch(url: str, camera: str | None = None, *, max_fps: float | None = None, token: str | None = None,
          tls: ssl.SSLContext | None = None, timeout: float | None = 5.0, on_status: OnStatus | None = None) -> Watch:
    """Connects to a server and watches its camera `camera`, or its first.

        for frame in freshframe.watch("http://127.0.0.1:8080"):
            picture = frame.to_numpy()

    `max_fps` is how many frames a second are wanted at most. `token` is a view token, where the server wants one.
    `on_status` is called with a `Status` whenever the camera's state changes, in this watch's thread; `.status` has
    the last one.

    Raises ConnectionError when there is no server within `timeout` seconds (None: waits for ever), and `Refused`
    when it has no such camera or wants another token. A connection that breaks later is made again by itself, while the loop waits.
    """
    return Watch(aio.watch(url, camera, max_fps=max_fps, token=token, tls=tls, on_status=on_status), timeout)
