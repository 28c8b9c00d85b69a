"""What is refused on the wire, and that the server is none the worse for it."""

import asyncio
import http.client
import random
import socket
import unittest

import websockets

from freshframe_server import PATIENCE_S, FreshframeServer


class RefusalsTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(FreshframeServer("--camera", "door=pattern:320x240"))

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def refusal_of(self, path, **options):
        async def connect():
            async with websockets.connect(f"ws://{self.server.authority}{path}", **options):
                self.fail("the handshake was not refused")

        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            asyncio.run(connect())
        return refused.exception.status_code

    def test_an_unknown_camera_is_404_before_the_upgrade(self):
        self.assertEqual(self.refusal_of("/ws?camera=attic"), 404)
        status, text = self.get("/ws?camera=attic", Connection="Upgrade", Upgrade="websocket",
                                **{"Sec-WebSocket-Version": "13",
                                   "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
        self.assertEqual(status, 404)
        self.assertIn('"attic"', text)
        self.assertIn("door", text)

    def test_a_page_of_another_origin_may_not_watch(self):
        self.assertEqual(self.refusal_of("/ws", origin="http://evil.example"), 403)
        self.assertEqual(self.refusal_of("/ws", origin="null"), 403)

    def test_a_page_whose_name_was_made_to_point_here_may_not_watch(self):
        status, text = self.get("/", Host="evil.example")
        self.assertEqual(status, 421)
        self.assertIn("IP address", text)
        self.assertEqual(self.get("/", Host=f"camera.local:{self.server.port}")[0], 200)

    def test_the_log_names_the_page_that_was_refused_and_what_would_allow_it_and_not_each_time(self):
        for _ in range(50):
            self.get("/api/v1/cameras", Origin="http://evil.example:81")
        lines = [line for line in self.server.log_text().splitlines() if "evil.example" in line]
        self.assertEqual(len(lines), 1)
        self.assertIn("--allow-origin http://evil.example:81", lines[0])

    def test_names_and_origins_that_are_listed_are_let_in(self):
        with FreshframeServer("--camera", "pattern", "--allow-host", "camera.example.org",
                              "--allow-origin", "https://camera.example.org") as server:
            for host, origin, expected in [("camera.example.org", "https://camera.example.org", 200),
                                           ("camera.example.org", "https://other.example.org", 403),
                                           ("other.example.org", "https://camera.example.org", 421)]:
                with self.subTest(host=host, origin=origin):
                    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
                    self.addCleanup(connection.close)
                    connection.request("GET", "/api/v1/cameras", headers={"Host": host, "Origin": origin})
                    self.assertEqual(connection.getresponse().status, expected)

    def test_an_unknown_address_is_404(self):
        self.assertEqual(self.get("/nothing")[0], 404)
        self.assertEqual(self.get("/../../etc/passwd")[0], 404)

    def test_a_large_message_ends_the_session_with_1009(self):
        async def shout():
            async with websockets.connect(self.server.ws(), max_size=None) as viewer:
                await viewer.send("x" * 100_000)
                try:
                    while True:
                        await asyncio.wait_for(viewer.recv(), PATIENCE_S)
                except websockets.ConnectionClosed:
                    return viewer.close_code

        self.assertEqual(asyncio.run(shout()), 1009)

    def test_noise_on_the_socket_is_survived(self):
        noise = random.Random(2)
        handshake = (f"GET /ws HTTP/1.1\r\nHost: {self.server.authority}\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode()
        for round_number in range(40):
            with socket.create_connection(("127.0.0.1", self.server.port)) as peer:
                if round_number % 2:
                    peer.sendall(handshake)
                    self.assertIn(b"101", peer.recv(64))
                try:
                    peer.sendall(noise.randbytes(noise.randrange(1, 5000)))
                except ConnectionError:
                    pass  # it was refused before it had said all
        self.assertEqual(self.get("/")[0], 200)


if __name__ == "__main__":
    unittest.main()
