"""Behind nginx, under a folder, with the very snippet that the repository has: the page, its WebSocket, streams, snapshots and uploads."""

import asyncio
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

import cv2
import numpy
import websockets

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until
from pictures import number_in

SNIPPET = pathlib.Path(__file__).resolve().parents[2] / "config" / "nginx.conf"
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
TOKEN = "0123456789abcdef0123456789abcdef"
JPEG = cv2.imencode(".jpg", numpy.zeros((48, 64, 3), numpy.uint8))[1].tobytes()
MAIN = """
daemon off;
{user}
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    server {{
        listen 127.0.0.1:{port};
        include {folder}/snippet;
    }}
}}
"""


class Nginx:
    """One nginx at a port of its own, before a server."""

    def __init__(self, server):
        self.folder = tempfile.TemporaryDirectory()
        # It takes over a socket that listens (that is how it replaces itself), so that the system may choose the port.
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        snippet = SNIPPET.read_text()
        assert "127.0.0.1:8080/" in snippet
        pathlib.Path(self.folder.name, "snippet").write_text(snippet.replace("127.0.0.1:8080/", f"{server.authority}/"))
        main = pathlib.Path(self.folder.name, "nginx.conf")
        # So that its worker may write to the folder, too, which root has made for itself.
        user = "user root;" if os.geteuid() == 0 else ""
        main.write_text(MAIN.format(folder=self.folder.name, port=self.port, user=user))
        self.log = tempfile.TemporaryFile("a+")
        self.process = subprocess.Popen([NGINX, "-c", str(main), "-e", "stderr"], pass_fds=[listening.fileno()], stderr=self.log,
                                        env=os.environ | {"NGINX": f"{listening.fileno()};"})
        listening.close()
        self.url = f"http://127.0.0.1:{self.port}/camera/"

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.log.close()
        self.folder.cleanup()


@unittest.skipUnless(NGINX, "nginx is not installed")
class ReverseProxyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = FreshframeServer("--camera", "hall=pattern:320x240@30", "--camera", "vision=publish", "--idle-grace", "0")
        cls.nginx = Nginx(cls.server)

    @classmethod
    def tearDownClass(cls):
        cls.nginx.stop()
        cls.server.stop()

    def get(self, path):
        with urllib.request.urlopen(self.nginx.url + path, timeout=PATIENCE_S) as answer:
            self.assertTrue(answer.url.startswith(self.nginx.url))
            return answer.read()

    def test_everything_that_the_page_names_is_found_under_the_folder(self):
        seen, left = set(), [""]
        while left:
            path = left.pop()
            seen.add(path)
            text = self.get(path).decode()
            for link in re.findall(r"""(?:href|src)="([^"#]+)"|from "(\.[^"]+)\"""", text):
                target = next(filter(None, link))
                if target.startswith(("http:", "https:", "data:", "ws?")) or target == "ws":
                    continue  # the WebSocket has its own test
                self.assertFalse(target.startswith("/"), f"{path} names {target}, which leaves the folder")
                if (found := urllib.parse.urljoin(path, target)) not in seen:
                    left.append(found)
        self.assertIn("live-camera.js", seen)
        self.assertIn("style.css", seen)

    def test_the_folder_without_its_slash_leads_to_the_page(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=PATIENCE_S)
        self.addCleanup(connection.close)
        connection.request("GET", "/camera?token=x")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.getheader("Location")), (308, "camera/?token=x"))

    def test_a_page_of_this_address_watches_over_a_websocket(self):
        async def watch():
            async with websockets.connect(f"ws://127.0.0.1:{self.nginx.port}/camera/ws?camera=hall", max_size=None,
                                          origin=f"http://127.0.0.1:{self.nginx.port}") as viewer:
                sequences = []
                while len(sequences) < 5:
                    message = json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
                    if message["type"] == "frame":
                        sequences.append(message["sequence"])
                return sequences
        sequences = asyncio.run(watch())
        self.assertEqual(sequences, sorted(set(sequences)))

    def test_a_page_of_another_address_does_not(self):
        async def watch():
            async with websockets.connect(f"ws://127.0.0.1:{self.nginx.port}/camera/ws", origin="http://evil.example"):
                self.fail("let in")
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            asyncio.run(watch())
        self.assertEqual(refused.exception.status_code, 403)

    def test_pictures_of_a_stream_come_one_by_one(self):
        numbers = []
        with urllib.request.urlopen(self.nginx.url + "cameras/hall/stream", timeout=PATIENCE_S) as stream:
            while len(numbers) < 5:
                length = None
                while (line := stream.readline().strip()) or length is None:
                    if line.startswith(b"Content-Length: "):
                        length = int(line.split()[1])
                image = cv2.imdecode(numpy.frombuffer(stream.read(length), numpy.uint8), cv2.IMREAD_COLOR)
                numbers.append(number_in(image))
        self.assertEqual(numbers, sorted(set(numbers)))
        wait_until(lambda: self.server.cameras()["hall"]["viewers"] == 0, "nginx to let the camera go with its viewer")

    def test_snapshots_and_state_are_there(self):
        for path in ["snapshot", "snapshot.jpg", "?action=snapshot", "cameras/hall/snapshot"]:
            self.assertTrue(self.get(path).startswith(b"\xff\xd8"), path)
        self.assertTrue(json.loads(self.get("state"))["ok"])

    def test_its_visitors_may_only_watch_a_server_without_tokens(self):
        for method, path, body in (("PUT", "cameras/vision/frame", JPEG), ("PATCH", "api/v1/cameras/hall/controls", b"{}")):
            with self.subTest(path):
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(urllib.request.Request(self.nginx.url + path, body, method=method), timeout=PATIENCE_S)
                with refused.exception as answer:
                    self.assertEqual(answer.code, 403)
                    self.assertIn("who comes through a proxy may only watch", answer.read().decode())
                with urllib.request.urlopen(urllib.request.Request(self.server.url + path, body, method=method),
                                            timeout=PATIENCE_S) as answer:
                    self.assertEqual(answer.status // 100, 2, "and a program of this machine may")

        async def hello():
            async with websockets.connect(f"ws://127.0.0.1:{self.nginx.port}/camera/ws") as viewer:
                return json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
        self.assertEqual(asyncio.run(hello())["may"], ["watch"])


@unittest.skipUnless(NGINX, "nginx is not installed")
class TokenBehindProxyTest(unittest.TestCase):
    def test_the_token_is_swapped_for_a_cookie_under_the_folder(self):
        with FreshframeServer("--camera", "pattern:160x120", environment={"FRESHFRAME_VIEW_TOKEN": TOKEN}) as server:
            nginx = Nginx(server)
            self.addCleanup(nginx.stop)
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            with self.assertRaises(urllib.error.HTTPError) as refused:
                browser.open(nginx.url, timeout=PATIENCE_S)
            self.assertEqual(refused.exception.code, 401)
            refused.exception.close()
            with browser.open(f"{nginx.url}?token={TOKEN}", timeout=PATIENCE_S) as page:
                self.assertEqual(page.url, nginx.url)
            with browser.open(nginx.url + "snapshot", timeout=PATIENCE_S) as answer:
                self.assertTrue(answer.read().startswith(b"\xff\xd8"))

    def test_a_picture_is_published_through_it_with_a_token(self):
        with FreshframeServer("--camera", "vision=publish", environment={"FRESHFRAME_VIEW_TOKEN": TOKEN,
                                                                         "FRESHFRAME_PUBLISH_TOKEN": TOKEN[::-1]}) as server:
            nginx = Nginx(server)
            self.addCleanup(nginx.stop)
            request = urllib.request.Request(nginx.url + "cameras/vision/frame", JPEG, method="PUT",
                                             headers={"Authorization": f"Bearer {TOKEN[::-1]}"})
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                self.assertEqual(answer.status // 100, 2)

    def test_wrong_tokens_block_whom_they_came_from_and_nobody_else(self):
        with FreshframeServer("--camera", "pattern:160x120", environment={"FRESHFRAME_VIEW_TOKEN": TOKEN}) as server:
            nginx = Nginx(server)
            self.addCleanup(nginx.stop)

            def status_for(client, token):
                request = urllib.request.Request(nginx.url + "snapshot", headers={
                    "Authorization": f"Bearer {token}", "X-Forwarded-For": client})
                try:
                    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                        return answer.status
                except urllib.error.HTTPError as error:
                    error.close()
                    return error.code
            # The visitor's own X-Forwarded-For stands where another trusted proxy on this machine would have put it.
            statuses = {status_for("192.0.2.1", "a-wrong-token-0123456789") for _ in range(12)}
            self.assertEqual(statuses, {401, 429})
            self.assertEqual(status_for("192.0.2.2", TOKEN), 200)


if __name__ == "__main__":
    unittest.main()
