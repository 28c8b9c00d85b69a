"""A small server of the protocol, to try the conformance runner on: it keeps every rule, and each
subclass in MUTANTS breaks one.
"""

import asyncio
import base64
import http
import json
import pathlib
import struct
import threading
import time
import urllib.parse

import websockets
from websockets.legacy.server import WebSocketServerProtocol, serve

GOLDEN = pathlib.Path(__file__).parents[2] / "proto/golden"
IMAGE = base64.b64decode(json.loads((GOLDEN / "valid/frame.json").read_text())["data"])
JSON_FORM, BINARY_FORM = "freshframe.v1.json", "freshframe.v1.binary"
REQUESTS = ("subscribe", "unsubscribe", "ack", "ping", "get-controls", "set-controls")
MAX_BYTES = 4096
MAX_DEPTH = 8
MAX_SUBSCRIPTIONS = 16
FORGIVEN_ERRORS = 10
TOO_MANY_ERRORS = 4001
DEFAULT_LIGHT = 5


def now_us():
    return time.time_ns() // 1000


def dump(message):
    return json.dumps(message, separators=(",", ":"))


class Refused(Exception):
    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


class Subscription:
    """What one connection is sent of one camera."""

    window = 2
    patience_s = 1.0

    def __init__(self, max_fps):
        self.max_fps = max_fps
        self.last_sequence = None
        self.next_at = 0.0
        self.acknowledges = False
        self.unacknowledged = []
        self.overdue_at = 0.0
        self.grace_s = self.patience_s

    def may_send(self, now):
        if self.max_fps == 0 or now < self.next_at:
            return False
        if not self.acknowledges or len(self.unacknowledged) < self.window:
            return True
        if now >= self.overdue_at:
            self.unacknowledged.clear()
            self.grace_s *= 2
            return True
        return False

    def sent(self, sequence, now):
        dropped = 0 if self.last_sequence is None else sequence - self.last_sequence - 1
        self.last_sequence = sequence
        self.unacknowledged = [*self.unacknowledged, sequence][-64:]
        self.overdue_at = now + self.grace_s
        if self.max_fps:
            interval_s = 1 / self.max_fps
            self.next_at = (self.next_at if now < self.next_at + interval_s else now) + interval_s
        return dropped

    def acknowledge(self, sequence):
        if sequence in self.unacknowledged:
            self.acknowledges = True
            self.grace_s = self.patience_s
            self.unacknowledged = [waiting for waiting in self.unacknowledged if waiting > sequence]


class Connection:
    """One viewer."""

    subscription_class = Subscription
    max_bytes = MAX_BYTES

    def __init__(self, server, socket):
        self.server = server
        self.socket = socket
        self.form = socket.subprotocol or JSON_FORM
        self.subscriptions = {}
        self.replies = []
        self.frames = {}
        self.something_to_do = asyncio.Event()
        self.errors = 0
        self.asked = set()

    def say(self, message):
        self.replies.append(message)
        self.something_to_do.set()

    def greet(self):
        cameras = [{"name": name, "width": 16, "height": 8, "state": "live", "reason": ""}
                   for name in self.server.cameras]
        self.say({"type": "hello", "protocol": self.form, "server": "Toy 1", "server_time_us": now_us(),
                  "cameras": cameras, "may": ["watch"]})

    def status(self, camera):
        self.say({"type": "status", "camera": camera, "state": "live", "reason": ""})

    def offer(self, camera, sequence, captured_us):
        if camera in self.subscriptions:
            self.frames[camera] = (sequence, captured_us)
            self.something_to_do.set()

    def take_frame(self):
        """The newest frame of a camera that may leave now."""
        now = time.monotonic()
        for camera, (sequence, captured_us) in list(self.frames.items()):
            subscription = self.subscriptions.get(camera)
            if subscription is None:
                del self.frames[camera]
            elif subscription.may_send(now):
                del self.frames[camera]
                dropped = subscription.sent(sequence, now)
                return self.frame(camera, sequence, captured_us, dropped)
        return None

    def frame(self, camera, sequence, captured_us, dropped):
        return {"type": "frame", "camera": camera, "sequence": sequence, "captured_us": captured_us,
                "width": 16, "height": 8, "mime": "image/jpeg", "dropped": dropped}

    def encode_frame(self, head, image):
        if self.form == JSON_FORM:
            return dump({**head, "data": base64.b64encode(image).decode()})
        head = dump(head).encode()
        return struct.pack(">I", len(head)) + head + image

    async def write(self):
        while True:
            await self.something_to_do.wait()
            self.something_to_do.clear()
            while True:
                if self.replies:
                    await self.socket.send(dump(self.replies.pop(0)))
                elif (head := self.take_frame()) is not None:
                    await self.socket.send(self.encode_frame(head, IMAGE))
                else:
                    break

    async def read(self):
        async for raw in self.socket:
            request, an_id = None, {}
            try:
                message = self.parse(raw)
                if "id" in message:
                    self.check_id(message["id"])
                    an_id = {"id": message["id"]}
                if not isinstance(message.get("type"), str):
                    raise Refused("bad-shape", "type must be a string")
                if message["type"] not in REQUESTS:
                    raise Refused("unknown-type", "there is no such type")
                request = message["type"]
                getattr(self, request.replace("-", "_"))(message, an_id)
            except Refused as refused:
                self.errors += 1
                if self.errors > FORGIVEN_ERRORS:
                    await self.socket.close(TOO_MANY_ERRORS)
                    return
                self.refuse(refused, request, an_id)

    def refuse(self, refused, request, an_id):
        self.say({"type": "error", "code": refused.code, "reason": str(refused), "request": request, **an_id})

    def parse(self, raw):
        if isinstance(raw, bytes):
            raise Refused("not-text", "a message must be text")
        if len(raw.encode()) > self.max_bytes:
            raise Refused("too-large", f"a message may have at most {MAX_BYTES} bytes")
        try:
            message = json.loads(raw, parse_constant=self.no_number)
        except ValueError:
            raise Refused("not-json", "a message must be JSON") from None
        if self.depth(message) > MAX_DEPTH:
            raise Refused("too-deep", "a message may be nested 8 levels deep")
        if not isinstance(message, dict):
            raise Refused("bad-shape", "a message must be an object")
        return message

    @staticmethod
    def no_number(_):
        raise ValueError("not a number")

    def depth(self, value):
        if not isinstance(value, (dict, list)):
            return 0
        return 1 + max(map(self.depth, value.values() if isinstance(value, dict) else value), default=0)

    @staticmethod
    def check_id(an_id):
        if type(an_id) is not int and not (isinstance(an_id, str) and len(an_id.encode()) <= 64):
            raise Refused("bad-shape", "id must be a whole number or a string of at most 64 bytes")

    @staticmethod
    def member(message, name, kind):
        if type(message.get(name)) is not kind:
            raise Refused("bad-shape", f"{name} is missing or of a wrong type")
        return message[name]

    def subscribe(self, message, _):
        camera = self.member(message, "camera", str)
        max_fps = message.get("max_fps", 1000)
        if type(max_fps) not in (int, float) or not 0 <= max_fps <= 1000:
            raise Refused("bad-shape", "max_fps must be 0 to 1000")
        if camera not in self.server.cameras:
            raise Refused("unknown-camera", "there is no such camera")
        if camera not in self.subscriptions and len(self.subscriptions) == MAX_SUBSCRIPTIONS:
            raise Refused("too-many-subscriptions", "unsubscribe from one first")
        subscription = self.subscriptions.setdefault(camera, self.subscription_class(max_fps))
        subscription.max_fps = max_fps
        subscription.next_at = 0.0
        if max_fps == 0:
            subscription.last_sequence = None
        self.status(camera)

    def unsubscribe(self, message, _):
        if self.subscriptions.pop(self.member(message, "camera", str), None) is None:
            raise Refused("not-subscribed", "this camera is not subscribed")

    def ack(self, message, _):
        sequence = self.member(message, "sequence", int)
        if sequence < 0:
            raise Refused("bad-shape", "sequence must be 0 or more")
        subscription = self.subscriptions.get(self.member(message, "camera", str))
        if subscription is not None:
            subscription.acknowledge(sequence)

    def ping(self, message, an_id):
        client_time_us = self.member(message, "client_time_us", int)
        now = now_us()
        self.say({"type": "pong", "client_time_us": client_time_us, "received_us": now, "sent_us": now, **an_id})

    def get_controls(self, message, an_id):
        camera = self.known_camera(message)
        self.asked.add(camera)
        self.tell_controls(camera, **an_id)

    def set_controls(self, message, an_id):
        values = self.member(message, "values", dict)
        for value in values.values():
            if isinstance(value, (dict, list)):
                raise Refused("bad-shape", "a control's value is no object and no list")
        camera = self.known_camera(message)
        self.check_values(values)
        light = values.get("Light", self.server.light[camera])
        self.server.light[camera] = DEFAULT_LIGHT if light is None else light
        for connection in self.server.connections:
            if connection is not self:
                connection.hear_of_controls(camera)
        self.tell_controls(camera, sequence=self.server.sequence + 1, **an_id)

    def check_values(self, values):
        for name, value in values.items():
            if name != "Light":
                raise Refused("bad-shape", f"there is no control {name}")
            if value is not None and not 0 <= value <= 9:
                raise Refused("bad-shape", "Light must be 0 to 9")

    def hear_of_controls(self, camera):
        if camera in self.asked and camera in self.subscriptions:
            self.tell_controls(camera)

    def tell_controls(self, camera, **more):
        light = {"name": "Light", "type": "integer", "minimum": 0, "maximum": 9, "default": DEFAULT_LIGHT,
                 "value": self.server.light[camera]}
        self.say({"type": "controls", "camera": camera, "controls": [light], **more})

    def known_camera(self, message):
        camera = self.member(message, "camera", str)
        if camera not in self.server.cameras:
            raise Refused("unknown-camera", "there is no such camera")
        return camera


class Protocol(WebSocketServerProtocol):
    """The handshake."""

    def select_subprotocol(self, offered, ours):
        return next((name for name in offered if name in ours), None)


class ToyServer:
    """Use as a context manager; it serves from a thread of its own."""

    cameras = ("front", "door")
    frames_per_second = 50
    connection_class = Connection
    protocol_class = Protocol
    max_size = 65536

    def __init__(self):
        self.connections = set()
        self.light = dict.fromkeys(self.cameras, DEFAULT_LIGHT)
        self.sequence = 0
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.run(),))

    async def run(self):
        self.stopped = asyncio.Event()
        async with serve(self.serve, "127.0.0.1", 0, subprotocols=[JSON_FORM, BINARY_FORM],
                         create_protocol=self.protocol_class, process_request=self.answer_request,
                         max_size=self.max_size, compression=None) as server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            self.ready.set()
            camera = asyncio.create_task(self.make_frames())
            await self.stopped.wait()
            camera.cancel()

    async def make_frames(self):
        while True:
            await asyncio.sleep(1 / self.frames_per_second)
            self.sequence += 1
            captured_us = now_us()
            for connection in list(self.connections):
                for name in self.cameras:
                    connection.offer(name, self.sequence, captured_us)

    def wanted(self, path):
        """The cameras that an address subscribes to; None when there is none of that name."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        if query.get("subscribe") == ["none"]:
            return []
        name = query.get("camera", [self.cameras[0]])[0]
        return [name] if name in self.cameras else None

    def is_meant(self, path):
        """Whether an address's query is one that the protocol knows."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query, keep_blank_values=True)
        return (len(query.get("camera", [])) < 2 and "%" not in query.get("camera", [""])[0]
                and query.get("subscribe", ["none"]) == ["none"])

    async def answer_request(self, path, headers):
        if path == "/api/v1/cameras":
            return http.HTTPStatus.OK, [], dump({"cameras": [{"name": name} for name in self.cameras]}).encode()
        if headers.get("Upgrade", "").lower() != "websocket":
            return http.HTTPStatus.UPGRADE_REQUIRED, [("Connection", "close")], b""
        if "Origin" in headers and urllib.parse.urlsplit(headers["Origin"]).netloc != headers["Host"]:
            return http.HTTPStatus.FORBIDDEN, [], b""
        if not self.is_meant(path):
            return http.HTTPStatus.BAD_REQUEST, [], b""
        if self.wanted(path) is None:
            return http.HTTPStatus.NOT_FOUND, [], b"there is no such camera\n"
        return None

    async def serve(self, socket, path):
        connection = self.connection_class(self, socket)
        connection.greet()
        for camera in self.wanted(path):
            connection.subscribe({"camera": camera}, {})
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            await connection.read()
        except websockets.ConnectionClosed:
            pass
        finally:
            self.connections.discard(connection)
            writer.cancel()
            await asyncio.wait([writer])

    def __enter__(self):
        self.thread.start()
        self.ready.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join()
        self.loop.close()
