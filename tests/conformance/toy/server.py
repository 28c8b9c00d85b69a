"""The toy: one thread for each connection."""

import contextlib
import json
import socket
import threading

from ..wire import BINARY, CLOSE, PING, PONG, TEXT, frame
from .frames_side import Ended, Failed, FramesSide
from .http_side import EndOfConnection, HttpSide
from .rules import Rules

MOST_DEPTH = 8
MOST_BYTES, MOST_IMAGE_BYTES = 4096, 8 << 20
FORGIVEN = 10
TYPES = ("ping", "subscribe", "unsubscribe", "ack", "publish", "frame")


class Stream:
    def __init__(self, connection):
        self.connection = connection
        self.received = b""

    def _more(self):
        try:
            data = self.connection.recv(1 << 20)
        except OSError:
            return False
        self.received += data
        return bool(data)

    def read(self, size):
        parts, have = [self.received], len(self.received)
        while have < size:
            self.received = b""
            if not self._more():
                break
            parts.append(self.received)
            have += len(self.received)
        whole = b"".join(parts)
        self.received = whole[size:]
        return whole[:size]

    def read_until(self, mark, most):
        """Up to the mark, or as much as came when there cannot be one within `most` bytes."""
        while mark not in self.received and b"\n\n" not in self.received and len(self.received) <= most and self._more():
            pass
        end = self.received.find(mark, 0, most)
        size = len(self.received) if end < 0 else end + len(mark)
        data, self.received = self.received[:size], self.received[size:]
        return data

    def write(self, data):
        with contextlib.suppress(OSError):
            self.connection.sendall(data)


class Connection:
    """One viewer."""

    def __init__(self, stream, rules, head):
        self.frames = FramesSide(stream, rules, head.is_deflated)
        self.stream = stream
        self.rules = rules
        self.errors = 0

    def keep(self, rule):
        return self.rules.keep(rule)

    def write(self, opcode, payload):
        self.stream.write(frame(opcode, payload, mask=None if self.keep("masks nothing itself") else b"abcd"))

    def say(self, **message):
        if self.keep("answers messages") or message["type"] == "hello":
            content = json.dumps(message, ensure_ascii=False).encode()
            self.write(TEXT, content if self.keep("sends whole UTF-8") else content + b"\xff")

    def close(self, code):
        if self.keep("closes politely"):
            self.write(CLOSE, b"" if code is None else (code if self.keep("echoes codes") else 1011).to_bytes(2, "big"))
        if not self.keep("says nothing behind a close"):
            self.write(PONG, b"late")

    def run(self):
        self.say(type="hello")
        try:
            while True:
                opcode, payload = self.frames.next()
                if opcode == CLOSE:
                    self.close(self.frames.check_close(payload))
                    return
                if opcode == PING and self.keep("answers pings"):
                    self.write(PONG, payload if self.keep("echoes ping payloads") else payload[:-1])
                elif opcode == PONG and not self.keep("ignores pongs"):
                    self.write(PONG, payload)
                elif opcode < 8:
                    self.handle(opcode, payload)
        except Failed as failed:
            self.close(failed.code)

    def refuse(self, code):
        self.errors += 1
        most = FORGIVEN if self.keep("forgives ten errors") else FORGIVEN - 1
        if not self.keep("stays when a message is wrong"):
            raise Failed(1008)
        if self.errors > most and self.keep("counts errors"):
            raise Failed(4001)
        self.say(type="error", code=code)

    def handle(self, opcode, payload):
        if self.frames.publishes and (opcode == BINARY or b'"frame"' in payload[:30]):
            is_too_large = len(payload) > MOST_IMAGE_BYTES and self.keep("bounds images")
            self.say(type="error", code="image-too-large" if is_too_large else "no-image")
            self.say(type="credit")
        elif len(payload) > MOST_BYTES and self.keep("bounds viewers' messages"):
            self.refuse("too-large")
        elif opcode == BINARY and self.keep("wants text"):
            self.refuse("not-text")
        else:
            self.handle_text(payload)

    def handle_text(self, payload):
        wrong = self.rules.broken
        try:
            message = json.loads(payload.decode(), parse_constant=lambda name: [][name])
        except (ValueError, TypeError, RecursionError):
            if payload.count(b"[") > MOST_DEPTH and wrong != "bounds depth":
                self.refuse("too-deep")
            elif self.keep("wants JSON"):
                self.refuse("not-json")
            return
        if depth(message) > MOST_DEPTH and self.keep("bounds depth"):
            return self.refuse("too-deep")
        if self.keep("looks at shapes") and not is_shaped(message):
            return self.refuse("bad-shape")
        kind = message.get("type") if isinstance(message, dict) else "ping"
        if kind not in TYPES:
            return self.refuse("unknown-type") if self.keep("knows types") else None
        if kind == "publish":
            self.frames.publishes = True
            return self.say(type="credit")
        if kind == "ping" and isinstance(message, dict):
            return self.say(type="pong", client_time_us=message.get("client_time_us"), id=message.get("id"))
        if kind != "ack" and self.keep("knows types"):
            self.refuse({"subscribe": "unknown-camera", "unsubscribe": "not-subscribed"}.get(kind, "not-publishing"))


def depth(value):
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


def is_shaped(message):
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    an_id = message.get("id", "")
    if type(an_id) is not int and not (isinstance(an_id, str) and len(an_id.encode("utf-8", "replace")) <= 64):
        return False
    time = message.get("client_time_us")
    return message["type"] != "ping" or (type(time) is int and abs(time) <= 2**53)


class ToyServer:
    """Use as a context manager. `tls` is an ssl.SSLContext for wss://."""

    def __init__(self, broken=None, tls=None):
        self.rules = Rules(broken)
        self.tls = tls
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.scheme = "https" if tls else "http"
        self.url = f"ws{'s' if tls else ''}://127.0.0.1:{self.listener.getsockname()[1]}/ws"
        self.served = 0

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.served += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(Ended, EndOfConnection, OSError), contextlib.ExitStack() as stack:
            stack.callback(self.end, connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            if not self.rules.keep("answers at all") or not self.rules.keep("keeps serving") and self.served > 3:
                return
            stream = Stream(connection)
            head = HttpSide(stream, self.rules, self.scheme).run()
            if head is not None:
                Connection(stream, self.rules, head).run()
            self.drain(connection, stream)

    def drain(self, connection, stream):
        """So that the last answer is not lost to a reset."""
        if not self.rules.keep("ends connections"):
            stream.read(1 << 30)
        connection.settimeout(0)
        with contextlib.suppress(OSError):
            if self.tls:
                connection.unwrap()  # says that it ends, and does not wait to hear the same
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(1)
        while connection.recv(65536):
            pass

    @staticmethod
    def end(connection):
        connection.close()

    def __enter__(self):
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
