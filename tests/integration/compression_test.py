"""permessage-deflate: what is answered to its offers, and that foreign clients' compressed messages are understood."""

import asyncio
import json
import socket
import subprocess
import unittest
import zlib
from pathlib import Path

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from freshframe_server import PATIENCE_S, FreshframeServer
from pictures import decode

HERE = Path(__file__).parent
TEXT, BEGINS, GOES_ON, ENDS, PING, CLOSE = 0x81, 0x01, 0x00, 0x80, 0x89, 0x88
COMPRESSED = 0x40  # RSV1
HEADER = "sec-websocket-extensions"


def deflated(message, level=6):
    deflater = zlib.compressobj(level, zlib.DEFLATED, -15)
    return (deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]


def frame(first_byte, payload):
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([first_byte]) + length + bytes(4) + payload


class RawViewer:
    """A WebSocket of bytes, that offers these header lines. Use as a context manager."""

    def __init__(self, server, *offers):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        self.stream = self.socket.makefile("rb")
        lines = "".join(f"Sec-WebSocket-Extensions: {offer}\r\n" for offer in offers)
        self.socket.sendall((f"GET /ws?subscribe=none HTTP/1.1\r\nHost: {server.authority}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n{lines}"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        self.status = int(self.stream.readline().split()[1])
        self.headers = {}
        while (line := self.stream.readline().decode().strip()):
            name, value = line.split(": ", 1)
            self.headers[name.lower()] = value

    def send(self, frames):
        self.socket.sendall(frames)

    def receive(self):
        """The next frame's first byte and payload."""
        first, length = self.stream.read(2)
        if length >= 126:
            length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
        return first, self.stream.read(length)

    def close_code(self):
        while True:
            first, payload = self.receive()
            if first == CLOSE:
                return int.from_bytes(payload[:2], "big")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()


class CompressionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(FreshframeServer("--camera", "door=pattern:320x240@30"))

    def answer_to(self, *offers):
        """The header that is answered, None without one, or the status that refuses."""
        with RawViewer(self.server, *offers) as viewer:
            return viewer.headers.get(HEADER) if viewer.status == 101 else viewer.status

    def test_an_acceptable_offer_is_answered(self):
        plain = "permessage-deflate; client_no_context_takeover"
        self.assertEqual(self.answer_to("permessage-deflate"), plain)
        self.assertEqual(self.answer_to("permessage-deflate; client_max_window_bits=8"), plain)
        self.assertEqual(self.answer_to("foo", "permessage-deflate; x, permessage-deflate; server_max_window_bits=8"),
                         f"{plain}; server_max_window_bits=8")
        self.assertEqual(self.answer_to('permessage-deflate; server_no_context_takeover; server_max_window_bits="9"'),
                         f"{plain}; server_no_context_takeover; server_max_window_bits=9")

    def test_an_offer_that_is_not_understood_is_declined(self):
        self.assertIsNone(self.answer_to())
        for offer in ["foo", "permessage-deflate; x", "permessage-deflate; server_max_window_bits",
                      "permessage-deflate; server_max_window_bits=7", "permessage-deflate; client_max_window_bits=016",
                      "permessage-deflate; client_max_window_bits; client_max_window_bits"]:
            with self.subTest(offer):
                self.assertIsNone(self.answer_to(offer))

    def test_what_is_no_list_of_extensions_is_refused(self):
        for offer in ["", "permessage-deflate;", "permessage-deflate; server_max_window_bits=\"9"]:
            with self.subTest(offer):
                self.assertEqual(self.answer_to(offer), 400)
        self.assertEqual(self.answer_to("x" * 2000), 431)

    def close_code_after(self, frames, *offers):
        with RawViewer(self.server, *offers) as viewer:
            viewer.send(frames)
            return viewer.close_code()

    def test_a_bomb_ends_where_a_plain_message_does(self):
        bomb = deflated(b"x" * 4_000_000)
        self.assertLess(len(bomb), 4096)
        self.assertEqual(self.close_code_after(frame(TEXT | COMPRESSED, bomb), "permessage-deflate"), 1009)
        pieces = [bomb[i:i + 9] for i in range(0, len(bomb), 9)]
        frames = frame(BEGINS | COMPRESSED, pieces[0]) + b"".join(frame(GOES_ON, piece) for piece in pieces[1:])
        self.assertEqual(self.close_code_after(frames + frame(ENDS, b""), "permessage-deflate"), 1009)

    def test_what_cannot_be_inflated_ends_the_session_with_1007(self):
        for payload in [b"\x06", deflated(b"{}")[:-1], deflated(b"\xff"), b""]:
            with self.subTest(payload):
                self.assertEqual(self.close_code_after(frame(TEXT | COMPRESSED, payload), "permessage-deflate"), 1007)

    def test_a_mark_of_compression_where_none_may_be_ends_the_session_with_1002(self):
        compressed = frame(TEXT | COMPRESSED, deflated(b"{}"))
        self.assertEqual(self.close_code_after(compressed), 1002)
        self.assertEqual(self.close_code_after(compressed, "permessage-deflate; x"), 1002)
        self.assertEqual(self.close_code_after(frame(PING | COMPRESSED, b""), "permessage-deflate"), 1002)
        begun = frame(BEGINS | COMPRESSED, deflated(b"{}"))
        self.assertEqual(self.close_code_after(begun + frame(ENDS | COMPRESSED, b""), "permessage-deflate"), 1002)

    def test_a_message_that_is_too_large_is_answered_and_the_next_understood(self):
        ping = frame(TEXT | COMPRESSED, deflated(b'{"type":"ping","client_time_us":1}'))
        for level in range(10):
            with self.subTest(level), RawViewer(self.server, "permessage-deflate") as viewer:
                viewer.send(frame(TEXT | COMPRESSED, deflated(b" " * 5000, level)) + ping)
                answers = [json.loads(viewer.receive()[1]) for _ in range(3)]
                self.assertEqual([answer["type"] for answer in answers], ["hello", "error", "pong"])
                self.assertEqual(answers[1]["code"], "too-large")

    def test_pythons_compressed_messages_are_understood(self):
        offers = {
            "as it comes": {},
            "small windows": {"server_max_window_bits": 9, "client_max_window_bits": 9},
            "the smallest for us": {"server_max_window_bits": 8},
            "any window of its own": {"client_max_window_bits": True},
            "no context": {"server_no_context_takeover": True, "client_no_context_takeover": True},
        }
        for name, parameters in offers.items():
            with self.subTest(name):
                asyncio.run(self.converse([ClientPerMessageDeflateFactory(**parameters)]))

    def test_pythons_default_is_compression(self):
        asyncio.run(self.converse(None))

    async def converse(self, extensions):
        url = self.server.ws("?subscribe=none")
        async with websockets.connect(url, max_size=None, extensions=extensions) as viewer:
            self.assertEqual([extension.name for extension in viewer.extensions], ["permessage-deflate"])

            async def next_of(kind):
                while True:
                    message = json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
                    if message["type"] == kind:
                        return message

            await viewer.send(json.dumps({"type": "subscribe", "camera": "door"}))
            for _ in range(3):
                picture = await next_of("frame")
                self.assertEqual(decode(picture).shape, (240, 320, 3))
                await viewer.send(json.dumps({"type": "ack", "camera": "door", "sequence": picture["sequence"]}))
            await viewer.send(json.dumps({"type": "ping", "client_time_us": 7}))
            self.assertEqual((await next_of("pong"))["client_time_us"], 7)
            # Longer than any buffer on the way, and alike, so that it is next to nothing when compressed.
            await viewer.send(json.dumps({"type": "ping", "client_time_us": 8, "filler": "x" * 3950}))
            self.assertEqual((await next_of("pong"))["client_time_us"], 8)
            await viewer.send(json.dumps({"type": "nonsense"}))
            self.assertEqual((await next_of("error"))["code"], "unknown-type")

    def test_nodes_compressed_messages_are_understood(self):
        for parameters in [
                {}, {"serverNoContextTakeover": True, "clientNoContextTakeover": True},
                {"serverMaxWindowBits": 9, "clientMaxWindowBits": 9}, {"clientMaxWindowBits": 8}]:
            with self.subTest(parameters):
                client = subprocess.run(
                    ["node", HERE / "node_compression.mjs", self.server.ws(), json.dumps(parameters)],
                    capture_output=True, text=True, timeout=PATIENCE_S, check=False)
                self.assertEqual((client.returncode, client.stderr), (0, ""))
                self.assertEqual(client.stdout, "permessage-deflate\npong 1\npong 2\nframe\n")


if __name__ == "__main__":
    unittest.main()
