"""A viewer that trusts nothing: what comes is checked as it comes."""

import asyncio
import base64
import json
import pathlib
import struct

import jsonschema
import websockets

from .case import Broken, demand

PROTOCOL = pathlib.Path(__file__).resolve().parent.parent
JSON_FORM, BINARY_FORM = "freshframe.v1.json", "freshframe.v1.binary"


def _validator(name):
    schema = json.loads((PROTOCOL / f"{name}.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


VALIDATORS = {name: _validator(name)
              for name in ("hello", "frame", "frame-head", "status", "error", "pong", "controls")}


def validate(message, schema_name):
    problem = jsonschema.exceptions.best_match(VALIDATORS[schema_name].iter_errors(message))
    if problem is not None:
        where = "/".join(map(str, problem.absolute_path)) or "the message"
        raise Broken(f"a {schema_name} message breaks its schema: {where}: {problem.message[:200]}")


def refusal_status(refused):
    """The HTTP status in an exception of either generation of the websockets library."""
    response = getattr(refused, "response", None)
    return response.status_code if response is not None else getattr(refused, "status_code", None)


class Viewer:
    """One connection. `subscribed` is the camera that its address asks for."""

    def __init__(self, target, query="", subprotocols=None, checks=True):
        self.target = target
        self.query = query
        self.subprotocols = subprotocols
        self.checks = checks
        self.socket = None
        self.message_count = 0
        self.hello = None

    async def __aenter__(self):
        try:
            self.socket = await asyncio.wait_for(
                websockets.connect(self.target.address(self.query), subprotocols=self.subprotocols,
                                   max_size=None, ping_interval=None, close_timeout=2),
                self.target.patience_s)
        except websockets.InvalidHandshake as refused:
            status = refusal_status(refused)
            raise Broken(f"the server refused {self.query or '/ws'}"
                         + (f" with {status}" if status else f": {refused}")) from None
        except asyncio.TimeoutError:
            raise Broken("the handshake was not answered") from None
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def send(self, message):
        """Sends a message: an object as JSON, text and bytes as they are."""
        try:
            await self.socket.send(json.dumps(message) if isinstance(message, (dict, list)) else message)
        except websockets.ConnectionClosed:
            raise Broken(f"the server closed the connection ({self.close_code})") from None

    async def receive_raw(self, patience_s=None):
        """The next message, or None when the connection was closed."""
        try:
            return await asyncio.wait_for(self.socket.recv(), patience_s or self.target.patience_s)
        except asyncio.TimeoutError:
            raise Silence("nothing came") from None
        except websockets.ConnectionClosed:
            return None

    async def receive(self, patience_s=None):
        """The next message; a frame of either form has its file in `image`."""
        raw = await self.receive_raw(patience_s)
        demand(raw is not None, f"the server closed the connection ({self.close_code})")
        return self.read(raw)

    def read(self, raw):
        message = self.split(raw) if isinstance(raw, bytes) else self.parse(raw)
        self.message_count += 1
        if not self.checks:
            return message
        kind = message.get("type")
        if self.message_count == 1:
            demand(kind == "hello", f"the first message is {kind!r} and not hello")
            validate(message, "hello")
            self.hello = message
            return message
        demand(kind != "hello", "hello came a second time")
        is_binary_form = self.hello["protocol"] == BINARY_FORM
        if kind == "frame" and not isinstance(raw, bytes):
            demand(not is_binary_form, "a frame came as text though the form is binary")
            validate(message, "frame")
            message["image"] = base64.b64decode(message.pop("data"), validate=True)
        elif kind == "frame":
            demand(is_binary_form, "a frame came as a binary message though the form is JSON")
        elif kind in VALIDATORS:
            validate(message, kind)
        return message

    @staticmethod
    def parse(text):
        try:
            message = json.loads(text)
        except ValueError:
            raise Broken(f"a message is not JSON: {text[:80]}") from None
        demand(isinstance(message, dict), f"a message is no object: {text[:80]}")
        return message

    def split(self, raw):
        """A binary message: length of the head, head, image."""
        demand(len(raw) >= 4, "a binary message is shorter than the length of its head")
        (length,) = struct.unpack(">I", raw[:4])
        demand(4 + length <= len(raw), "a binary message is shorter than its head")
        try:
            head = self.parse(raw[4:4 + length].decode("utf-8"))
        except UnicodeDecodeError:
            raise Broken("the head of a binary message is not UTF-8") from None
        if self.checks:
            demand(head.get("type") == "frame", "a message that is no frame came as a binary message")
            demand("data" not in head, "the head of a binary message has a member data")
            validate(head, "frame-head")
        head["image"] = raw[4 + length:]
        return head

    async def next(self, kind, camera=None, patience_s=None):
        """The next message of a kind; others are read and passed over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (patience_s or self.target.patience_s)
        while True:
            left = deadline - loop.time()
            if left <= 0:
                raise Silence(f"no {kind} message came")
            try:
                message = await self.receive(left)
            except Silence:
                raise Silence(f"no {kind} message came") from None
            if message.get("type") == kind and camera in (None, message.get("camera")):
                return message
            if message.get("type") == "error" and kind != "error":
                raise Broken(f"the server sent an error: {message['code']}: {message['reason']}")

    async def frames(self, camera, count, acknowledge=False):
        """The next frames of a camera."""
        frames = []
        while len(frames) < count:
            frames.append(await self.next("frame", camera))
            if acknowledge:
                await self.acknowledge(frames[-1])
        return frames

    async def acknowledge(self, frame):
        await self.send({"type": "ack", "camera": frame["camera"], "sequence": frame["sequence"]})

    async def subscribe(self, camera, **members):
        """Subscribes, and awaits the answer."""
        await self.send({"type": "subscribe", "camera": camera, **members})
        return await self.next("status", camera)

    async def until_pong(self):
        """All that came until the server had read everything sent so far. The pong is the last."""
        mark = f"mark {self.message_count}"
        await self.send({"type": "ping", "client_time_us": 0, "id": mark})
        messages = []
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.target.patience_s
        while not messages or messages[-1].get("id") != mark or messages[-1].get("type") != "pong":
            demand(loop.time() < deadline, "a ping was not answered")
            try:
                messages.append(await self.receive())
            except Silence:
                raise Broken("a ping was not answered") from None
        return messages

    async def until_pong_without_error(self):
        for message in await self.until_pong():
            demand(message["type"] != "error", f"there came an error: {message.get('reason')}")

    async def during(self, seconds):
        """All that comes in this time."""
        messages = []
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (left := deadline - loop.time()) > 0:
            try:
                messages.append(await self.receive(left))
            except Silence:
                break
        return messages

    async def until_closed(self):
        """Reads until the server closes; returns the close code."""
        while await self.receive_raw() is not None:
            pass
        return self.close_code

    @property
    def close_code(self):
        return self.socket.close_code


class Silence(Broken):
    """What had to come did not."""
