"""The toy server as one that is published to (proto/publishing.md), with every step in the test's hands.

The camera "vision" is for publishing, "front" is not. Nothing is sent that the test did not ask for, beside the
answers to what a client says.
"""

import asyncio
import base64
import contextlib
import json
import logging
import queue
import socket
import struct

import toy_server
from toy_server import Refused, ToyServer, now_us

PATIENCE_S = 60.0


@contextlib.contextmanager
def held_port():
    """A port where nobody listens, and that no other program gets meanwhile; a server of the test may take it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


class LogLines(logging.Handler):
    """Use as a context manager: a queue of what the package logs meanwhile, which then goes nowhere else."""

    def __init__(self):
        super().__init__()
        self.lines = queue.Queue()

    def emit(self, record):
        self.lines.put(record.getMessage())

    def __enter__(self):
        log = logging.getLogger("freshframe")
        log.addHandler(self)
        log.propagate = False
        return self.lines

    def __exit__(self, *_):
        log = logging.getLogger("freshframe")
        log.removeHandler(self)
        log.propagate = True


class Subscription(toy_server.Subscription):
    def may_send(self, now):
        return True


class Connection(toy_server.Connection):
    subscription_class = Subscription
    max_bytes = 8 * 1024 * 1024
    publishes_to = None

    def greet(self):
        if self.server.greeting is None:
            super().greet()
        else:
            self.say(self.server.greeting)

    async def read(self):
        async for raw in self.socket:
            request, an_id = None, {}
            try:
                message, image = self.take_apart(raw)
                request = message["type"]
                an_id = {"id": message["id"]} if "id" in message else {}
                if request == "frame":
                    self.publisher_frame(message, image)
                elif request == "publish":
                    self.publish(message, an_id)
                else:
                    getattr(self, request)(message, an_id)
            except Refused as refused:
                self.refuse(refused, request, an_id)

    def take_apart(self, raw):
        if isinstance(raw, str):
            message = self.parse(raw)
            return message, base64.b64decode(message.get("data", ""))
        (length,) = struct.unpack(">I", raw[:4])
        return json.loads(raw[4:4 + length]), raw[4 + length:]

    def publish(self, message, an_id):
        camera = message["camera"]
        if self.server.refuses_publish is not None:
            raise self.server.refuses_publish
        if camera not in self.server.cameras:
            raise Refused("unknown-camera", "there is no such camera")
        if camera != "vision":
            raise Refused("not-publishable", "this camera is a pattern")
        holder = self.server.publisher
        if holder is not None and not message.get("takeover"):
            raise Refused("taken", "somebody publishes already")
        if holder is not None:
            holder.publishes_to = None
            holder.say({"type": "error", "code": "taken-over", "reason": "another publisher came", "request": "publish"})
        self.server.publisher = self
        self.publishes_to = camera
        self.credit(self.server.first_credit, an_id)
        self.server.claims.put(message)

    def credit(self, frames, an_id={}):
        self.say({"type": "credit", "camera": "vision", "frames": frames, **an_id})

    def publisher_frame(self, head, image):
        self.server.frames.put((head, image))
        if self.server.refusals:
            self.refuse(self.server.refusals.pop(0), "frame", {})
        if self.server.credits_at_once:
            self.credit(1)

    def subscribe(self, message, an_id):
        super().subscribe(message, an_id)
        self.server.subscriptions.put(message)

    def ack(self, message, an_id):
        super().ack(message, an_id)
        self.server.acks.put(message["sequence"])

    def ping(self, message, an_id):
        now = now_us() + self.server.ahead_us
        self.say({"type": "pong", "client_time_us": message["client_time_us"], "received_us": now, "sent_us": now, **an_id})

    def encode_frame(self, head, image):
        self.server.leaving.put(head["sequence"])
        return super().encode_frame(head, image)


class PublishingServer(ToyServer):
    cameras = ("front", "vision")
    connection_class = Connection
    max_size = 8 * 1024 * 1024

    def __init__(self, port=0, tls=None):
        super().__init__()
        self.port = port
        self.tls = tls
        self.frames, self.claims, self.acks = queue.Queue(), queue.Queue(), queue.Queue()
        self.subscriptions, self.leaving = queue.Queue(), queue.Queue()
        self.refusals = []
        self.refuses_publish = None
        self.greeting = None
        self.publisher = None
        self.first_credit = 1
        self.credits_at_once = True
        self.ahead_us = 0

    async def make_frames(self):
        pass

    async def run(self):
        try:
            await self.listen()
        finally:
            self.ready.set()  # also when it could not

    async def listen(self):
        self.stopped = asyncio.Event()
        async with toy_server.serve(self.serve, "127.0.0.1", self.port, process_request=self.answer_request,
                                    subprotocols=[toy_server.JSON_FORM, toy_server.BINARY_FORM],
                                    create_protocol=self.protocol_class, max_size=self.max_size, ssl=self.tls) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}/"
            self.ready.set()
            await self.stopped.wait()

    async def serve(self, socket, path):
        try:
            await super().serve(socket, path)
        finally:
            if self.publisher is not None and self.publisher.socket is socket:
                self.publisher = None

    def do(self, step, *arguments):
        """Runs a step in the server's thread, and waits for it."""
        async def in_loop():
            return step(*arguments)
        return asyncio.run_coroutine_threadsafe(in_loop(), self.loop).result(PATIENCE_S)

    def grant(self, frames):
        self.do(lambda: self.publisher.credit(frames))

    def show(self, sequence, captured_us=None):
        """Sends a frame to the viewer, and returns when it has been handed to the network."""
        def offer():
            for connection in self.connections:
                for camera in connection.subscriptions:
                    connection.offer(camera, sequence, captured_us or now_us() + self.ahead_us)
        self.do(offer)
        assert self.leaving.get(timeout=PATIENCE_S) == sequence

    def tell(self, state, reason=""):
        def say():
            for connection in self.connections:
                for camera in connection.subscriptions:
                    connection.say({"type": "status", "camera": camera, "state": state, "reason": reason})
        self.do(say)

    def break_connections(self):
        """As when a cable is pulled: no close frame."""
        self.do(lambda: [connection.socket.transport.abort() for connection in self.connections])
