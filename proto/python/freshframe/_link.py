"""One connection to a server at a time, opened again whenever it breaks. Publisher and Watch are built on it."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import time
import urllib.parse
from abc import ABC, abstractmethod
from typing import Any, Awaitable, Callable

from ._address import checked_token, socket_url
from ._backoff import Backoff
from ._clock import Clock
from ._errors import Hopeless, Refused, TryAgain
from ._frame import parse
from ._socket import FORMS, Closed, NotAdmitted, Socket, close_code, open_socket

log = logging.getLogger("freshframe")

GREETING_S = 10.0
CANCEL_AGAIN_S = 2.0  # closing a connection may take one
# The shortest of several trips tells the time best.
QUICK_PINGS = 5
QUICK_PING_S = 0.4
CALM_PING_S = 20.0
# To these proto/README.md says: mend that first, and do not try again in a loop.
OUR_MISTAKE = {1002, 1007, 1009, 4001}


class Link(ABC):
    """Belongs to the event loop that it was opened in."""

    def __init__(self, url: str, tls: ssl.SSLContext | None, token: str | None) -> None:
        address = socket_url(url)
        if tls is not None and not address.startswith("wss:"):
            raise ValueError(f"tls= is for addresses that begin with https:// or wss://, unlike {url!r}")
        self._url = f"{address}?subscribe=none"
        self._authority = urllib.parse.urlsplit(address).netloc.rpartition("@")[2]
        self._tls = tls
        self._token = checked_token(token)
        self._problem = f"Freshframe at {self._authority} has not answered yet"
        self._task: asyncio.Task[None] | None = None
        self._socket: Socket | None = None
        self._outbox: list[str] = []
        self._something_to_say = asyncio.Event()
        self._was_ready = False
        self._is_ready = False
        self._pongs = 0
        self._lost_at = 0.0
        self._ended: Exception | None = None
        self._closed = False
        self._news = asyncio.Event()
        self.clock = Clock()

    @abstractmethod
    def _requests(self, hello: dict[str, Any]) -> list[dict[str, Any]]:
        """What to ask of a server that has said hello."""

    @abstractmethod
    def _receive(self, message: dict[str, Any]) -> None:
        """Any message but hello, frame and pong. Calls `_ready()` once what was asked is granted."""

    def _receive_frame(self, head: dict[str, Any], image: bytes) -> None:
        pass

    async def _write(self, socket: Socket) -> None:
        """What goes on while a connection lasts, beside the small messages."""

    def _lost(self, reason: str) -> None:
        """The connection is gone."""

    async def open(self, timeout: float | None) -> None:
        """Returns when the server has granted what was asked. Tries for `timeout` seconds, or for ever."""
        if self._task is not None:
            raise RuntimeError("it was opened before; make another one")
        self._task = asyncio.create_task(self._run())
        try:
            await asyncio.wait_for(self._until(lambda: self._was_ready), timeout)
        except asyncio.TimeoutError:
            await self.close()
            raise ConnectionError(f"{self._problem}. Gave up after {timeout:g} s") from None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        self._closed = True
        task = self._task
        if task is not None:
            # Before Python 3.12 wait_for() loses a cancellation that comes in the instant in which it ends.
            while not task.done():
                task.cancel()
                await asyncio.wait([task], timeout=CANCEL_AGAIN_S)
        self._news.set()

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Waits for news that make it true. Raises what ended the link, if that comes first."""
        while not holds():
            if self._ended is not None:
                raise self._ended
            if self._closed:
                return
            self._news.clear()
            await self._news.wait()

    def _ready(self) -> None:
        self._is_ready = True
        self._news.set()

    def _say(self, message: dict[str, Any]) -> None:
        self._outbox.append(_text(message))
        self._something_to_say.set()

    async def _run(self) -> None:
        backoff = Backoff()
        try:
            while True:
                before = self._problem
                self._problem = await self._connection(backoff)
                was_up, self._is_ready = self._is_ready, False
                if was_up:
                    self._lost_at = time.monotonic()
                if was_up or self._problem != before:
                    log.warning("%s; trying again", self._problem)
                self._lost(self._problem)
                self._news.set()
                await asyncio.sleep(backoff.next_s())
        except asyncio.CancelledError:
            raise
        except Exception as error:  # A mistake in here must not look like a camera without pictures.
            self._ended = error
            if self._was_ready:  # else open() raises it
                log.error("%s", error, exc_info=not isinstance(error, (Refused, Hopeless)))
            self._lost(str(error))
            self._news.set()

    async def _connection(self, backoff: Backoff) -> str:
        """One connection from beginning to end; returns why it ended, raises when there must not be another."""
        here = f"Freshframe at {self._authority}"
        self._pongs = 0
        self._outbox.clear()
        try:
            self._socket = await open_socket(self._url, self._tls, self._token)
        except NotAdmitted as error:
            if error.status in (401, 403) and not self._was_ready:
                raise Refused("not-allowed", self._token_wanted(error)) from error
            sentence = f"what listens at {self._authority} lets nobody in as Freshframe does: {error}"
            if not self._was_ready:
                raise Hopeless(sentence) from error
            return sentence
        except (asyncio.TimeoutError, TimeoutError):
            return f"{self._authority} does not answer; is that the right address, and is the network there?"
        except ssl.SSLCertVerificationError as error:
            sentence = (f"{here} shows a certificate that is not trusted here ({error.verify_message}); where it is "
                        "the server's own, give a copy of it: tls=ssl.create_default_context(cafile=FILE)")
            if not self._was_ready:
                raise Hopeless(sentence) from error
            return sentence
        except ssl.SSLError as error:
            return (f"{self._authority} speaks no TLS that this program understands ({error.reason}); is it an "
                    "http:// address?")
        except OSError as error:
            return (f"cannot reach {here} ({error.strerror or error}); is the server running, and is that "
                    "its address?")
        try:
            await asyncio.wait_for(self._greet(self._socket), GREETING_S)
            if self._was_ready:
                log.info("%s is there again", here)
            self._was_ready = True
            backoff.reset()
            self._news.set()
            await self._talk(self._socket)
            return ""  # it ends by an exception only
        except Closed as closed:
            code = close_code(closed)
            said = f"with code {code} {closed.rcvd.reason}".rstrip() if closed.rcvd else "without a word"
            if code in OUR_MISTAKE:
                raise Hopeless(f"{here} ended the connection {said}, which says that this program sends "
                               "what it must not; it is not tried again") from closed
            return f"{here} ended the connection {said}"
        except Hopeless:
            raise
        except TryAgain as error:
            return str(error)
        except (asyncio.TimeoutError, TimeoutError):
            return f"what listens at {self._authority} does not answer as Freshframe does"
        except OSError as error:
            return f"the connection to {here} broke ({error.strerror or error})"
        finally:
            socket, self._socket = self._socket, None
            if socket is not None:
                await socket.close()

    def _token_wanted(self, error: NotAdmitted) -> str:
        given = "the one given with token= is not the right one" if self._token else "give it with token="
        return f"Freshframe at {self._authority} wants a token, and {given} ({error})"

    async def _greet(self, socket: Socket) -> None:
        try:
            hello, _ = parse(await socket.recv())
        except ValueError:
            hello = {}
        if hello.get("type") != "hello":
            raise Hopeless(f"what listens at {self._authority} is a WebSocket server, but not Freshframe")
        if hello.get("protocol") not in FORMS:
            raise Hopeless(f"Freshframe at {self._authority} speaks {hello.get('protocol')}, and this package only "
                           f"{' and '.join(FORMS)}: use the package that came with that server")
        for request in self._requests(hello):
            await socket.send(_text(request))
        await socket.send(self._ping())
        while not (self._is_ready and self._pongs):
            self._handle(await socket.recv())

    async def _talk(self, socket: Socket) -> None:
        others = [asyncio.create_task(_until_closed(work))
                  for work in (self._say_small_things(socket), self._keep_time(socket), self._write(socket))]
        try:
            while True:
                self._handle(await socket.recv())
        finally:
            for task in others:
                task.cancel()
            await asyncio.wait(others)

    async def _say_small_things(self, socket: Socket) -> None:
        while True:
            await self._something_to_say.wait()
            self._something_to_say.clear()
            while self._outbox:
                await socket.send(self._outbox.pop(0))

    async def _keep_time(self, socket: Socket) -> None:
        for _ in range(QUICK_PINGS):
            await asyncio.sleep(QUICK_PING_S)
            await socket.send(self._ping())
        while True:
            await asyncio.sleep(CALM_PING_S)
            await socket.send(self._ping())

    def _ping(self) -> str:
        return _text({"type": "ping", "client_time_us": self.clock.now_us()})

    def _handle(self, raw: str | bytes) -> None:
        try:
            message, image = parse(raw)
            if image is not None:
                self._receive_frame(message, image)
            elif message.get("type") == "pong":
                self.clock.learn(message["client_time_us"], message["received_us"], message["sent_us"])
                self._pongs += 1
            else:
                self._receive(message)
        except (ValueError, KeyError, TypeError) as error:
            log.error("a message of the server could not be read: %r", error)


async def _until_closed(work: Awaitable[None]) -> None:
    try:
        await work
    except (Closed, OSError):
        pass  # the reader sees the same, and more of it


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))
