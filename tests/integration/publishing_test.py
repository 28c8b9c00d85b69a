"""What programs publish comes to viewers as it is, and who publishes something else is told what it is."""

import asyncio
import base64
import contextlib
import json
import pathlib
import shutil
import subprocess
import unittest

import cv2
import numpy
import websockets

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until

# The mistake that this project began with, and the sentence that is the answer to it.
RAW_PIXELS = ("this is 57,600 bytes, which fits raw 160x120 BGR pixels, not an image file: "
              "encode first, e.g. ok, buf = cv2.imencode('.jpg', img)")

GOLDEN = pathlib.Path(__file__).parents[2] / "proto/golden/publisher"


class Publisher:
    """A publisher written to proto/publishing.md, without any help. Counts its credit."""

    def __init__(self, socket):
        self.socket = socket
        self.credit = 0

    async def claim(self, camera, **members):
        await self.socket.recv()  # hello
        await self.say(type="publish", camera=camera, **members)
        return await self.answer()

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def answer(self):
        message = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))
        if message["type"] == "credit":
            self.credit += message["frames"]
        return message

    async def send(self, message):
        """Sends a frame when there is credit for it."""
        while self.credit == 0:
            await self.answer()
        self.credit -= 1
        await (self.socket.send(message) if isinstance(message, bytes) else self.say(**{"type": "frame", **message}))

    async def error(self):
        while True:
            message = await self.answer()
            if message["type"] == "error":
                return message


def connect(server, query="?subscribe=none", **options):
    # Whoever closes without having read all waits for it in vain.
    return websockets.connect(server.ws(query), max_size=None, close_timeout=0.5, **options)


async def frames_until_closed(viewer):
    """Who reads on is not let go of, however long it takes."""
    frames = 0
    with contextlib.suppress(websockets.ConnectionClosed):
        while True:
            frames += json.loads(await viewer.recv())["type"] == "frame"
    return frames


async def next_message(viewer, kind):
    while True:
        message = json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
        if message["type"] == kind:
            return message


async def picture_of(server, camera):
    """One picture of a camera, as an array: what the question's author had from his Pi."""
    async with connect(server, f"?camera={camera}") as viewer:
        frame = await next_message(viewer, "frame")
    return cv2.imdecode(numpy.frombuffer(base64.b64decode(frame["data"]), numpy.uint8), cv2.IMREAD_COLOR)


def encoded(image, extension):
    ok, buffer = cv2.imencode(extension, image)
    assert ok
    return buffer.tobytes()


class PublishingTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(
            FreshframeServer("--camera", "vision=publish", "--camera", "pi=pattern:160x120@30,mjpeg"))

    def frame_url(self, query=""):
        return f"{self.server.url}cameras/vision/frame{query}"

    def state(self):
        camera = self.server.cameras()["vision"]
        return camera["state"], camera["reason"]

    def curl(self, *arguments, body=b""):
        """Status and body of the answer."""
        run = subprocess.run(["curl", "--silent", "--show-error", "--max-time", str(PATIENCE_S), "--write-out",
                              "\n%{http_code}", *arguments], input=body, capture_output=True, check=True)
        text, status = run.stdout.decode().rsplit("\n", 1)
        return int(status), text

    def test_the_array_itself_is_refused_with_the_cure_and_the_cure_works(self):
        async def story():
            image = await picture_of(self.server, "pi")
            self.assertEqual(image.shape, (120, 160, 3))
            async with connect(self.server) as socket, connect(self.server, "?camera=vision") as viewer:
                publisher = Publisher(socket)
                await publisher.claim("vision")
                await publisher.send({"data": base64.b64encode(image).decode()})
                error = await publisher.error()
                self.assertEqual((error["code"], error["reason"]), ("raw-pixels", RAW_PIXELS))
                while (status := await next_message(viewer, "status"))["state"] != "stalled":
                    pass
                self.assertEqual(status["reason"], "what is published is refused: " + RAW_PIXELS)

                for extension, mime in ((".jpg", "image/jpeg"), (".png", "image/png")):
                    file = encoded(image, extension)
                    await publisher.send({"data": base64.b64encode(file).decode()})
                    frame = await next_message(viewer, "frame")
                    self.assertEqual((frame["mime"], frame["width"], frame["height"]), (mime, 160, 120))
                    self.assertEqual(base64.b64decode(frame["data"]), file)
        asyncio.run(story())

    def test_every_way_over_a_websocket_brings_the_same_file(self):
        async def story():
            file = encoded(numpy.full((48, 64, 3), 90, numpy.uint8), ".jpg")
            text = base64.b64encode(file).decode()
            head = json.dumps({"type": "frame", "captured_us": 1763917200123456}).encode()
            ways = {
                "plain": {"data": text},
                "data URI": {"data": "data:image/jpeg;base64," + text},
                "URL-safe, without padding": {"data": base64.urlsafe_b64encode(file).decode().rstrip("=")},
                "lines of 76": {"data": base64.encodebytes(file).decode()},
                "the file": file,
                "the binary form": len(head).to_bytes(4, "big") + head + file,
            }
            for compression in ("deflate", None):
                async with connect(self.server, compression=compression) as socket, \
                        connect(self.server, "?camera=vision") as viewer:
                    publisher = Publisher(socket)
                    await publisher.claim("vision")
                    for name, message in ways.items():
                        with self.subTest(name, compression=compression):
                            await publisher.send(message)
                            frame = await next_message(viewer, "frame")
                            self.assertEqual(base64.b64decode(frame["data"]), file)
                            if name == "the binary form":
                                self.assertEqual(frame["captured_us"], 1763917200123456)
        asyncio.run(story())

    def test_every_wrong_golden_frame_is_refused_with_the_code_of_its_name_and_the_stream_lives_on(self):
        async def story():
            file = encoded(numpy.full((48, 64, 3), 90, numpy.uint8), ".png")
            async with connect(self.server) as socket, connect(self.server, "?camera=vision") as viewer:
                publisher = Publisher(socket)
                await publisher.claim("vision")
                tried = 0
                last_code = None
                for path in sorted((GOLDEN / "invalid").glob("*--frame*.json")):
                    code = path.name.split("--")[0]
                    if code in ("not-publishing", last_code):
                        continue  # the first needs no claim; the same complaint comes once a second
                    with self.subTest(path.name):
                        await publisher.send({**json.loads(path.read_text()), "id": path.stem[:64]})
                        error = await publisher.error()
                        self.assertEqual((error["code"], error["request"], error["id"]),
                                         (code, "frame", path.stem[:64]), error["reason"])
                        await publisher.send(file)
                        frame = await next_message(viewer, "frame")
                        self.assertEqual(base64.b64decode(frame["data"]), file)
                    last_code = code
                    tried += 1
                self.assertGreaterEqual(tried, 11)
        asyncio.run(story())

    def test_a_golden_frame_is_taken_with_all_its_members(self):
        async def story():
            golden = json.loads((GOLDEN / "valid/frame-with-all-members.json").read_text())
            async with connect(self.server) as socket, connect(self.server, "?camera=vision") as viewer:
                publisher = Publisher(socket)
                await publisher.claim("vision")
                await publisher.send({**golden, "camera": "vision"})
                frame = await next_message(viewer, "frame")
                for member in ("captured_us", "mime", "exposure_us", "analogue_gain", "lens_position_dioptres"):
                    self.assertEqual(frame[member], golden[member], member)
        asyncio.run(story())

    def test_one_publishes_until_another_takes_over_and_viewers_are_told_when_nobody_does(self):
        async def story():
            file = encoded(numpy.zeros((48, 64, 3), numpy.uint8), ".jpg")
            async with connect(self.server, "?camera=vision") as viewer:
                self.assertEqual((await next_message(viewer, "status"))["state"], "lost")
                async with connect(self.server) as first, connect(self.server) as second:
                    one, other = Publisher(first), Publisher(second)
                    self.assertEqual((await one.claim("vision", id="mine"))["id"], "mine")
                    await one.send(file)
                    await next_message(viewer, "frame")
                    self.assertEqual((await other.claim("vision"))["code"], "taken")
                    await other.say(type="publish", camera="vision", takeover=True)
                    self.assertEqual((await other.answer())["type"], "credit")
                    self.assertEqual((await one.error())["code"], "taken-over")
                    await first.send(file)
                    self.assertEqual((await one.error())["code"], "not-publishing")
                    await other.send(file)
                    await next_message(viewer, "frame")
                while (await next_message(viewer, "status"))["state"] != "lost":
                    pass
                async with connect(self.server) as socket:
                    back = Publisher(socket)
                    await back.claim("vision")
                    await back.send(file)
                    while (await next_message(viewer, "status"))["state"] != "live":
                        pass
        asyncio.run(story())

    def test_a_publisher_faster_than_all_else_is_held_back_and_nothing_queues(self):
        async def story():
            file = encoded(numpy.random.default_rng(1).integers(0, 255, (480, 640, 3), numpy.uint8), ".jpg")
            async with connect(self.server) as socket, connect(self.server, "?camera=vision") as viewer:
                publisher = Publisher(socket)
                await publisher.claim("vision")
                seen = asyncio.create_task(frames_until_closed(viewer))
                most = 0
                for _ in range(200):
                    await publisher.send(file)
                    most = max(most, publisher.credit)
                self.assertLess(most, 8)
            self.assertGreater(await seen, 0)
            counts = self.server.cameras()["vision"]["frames"]
            self.assertEqual(counts["captured"], 200)
        asyncio.run(story())

    def test_curl_puts_pictures_of_both_types_counted_and_chunked(self):
        async def story():
            async with connect(self.server, "?camera=vision") as viewer:
                for extension in (".jpg", ".png"):
                    # More than a megabyte, for which curl waits to be told to go on.
                    noise = numpy.random.default_rng(2).integers(0, 255, (900, 1200, 3), numpy.uint8)
                    file = encoded(noise, extension)
                    for arguments in (["--data-binary", "@-"], ["--upload-file", "-"],
                                      ["--request", "PUT", "--data-binary", "@-"]):
                        status, text = await asyncio.to_thread(self.curl, *arguments, self.frame_url(), body=file)
                        self.assertEqual((status, text), (204, ""), arguments)
                        frame = await next_message(viewer, "frame")
                        self.assertEqual(base64.b64decode(frame["data"]), file)
        asyncio.run(story())

    def test_curl_is_told_what_is_wrong(self):
        pixels = asyncio.run(picture_of(self.server, "pi")).tobytes()
        status, text = self.curl("--upload-file", "-", self.frame_url(), body=pixels)
        self.assertEqual(status, 422)
        error = json.loads(text)
        self.assertEqual((error["code"], error["reason"]), ("raw-pixels", RAW_PIXELS))
        status, text = self.curl("--upload-file", "-", self.frame_url(),
                                 body=base64.b64encode(encoded(numpy.zeros((8, 8, 3), numpy.uint8), ".jpg")))
        self.assertEqual((status, json.loads(text)["code"]), (422, "too-much-base64"))
        status, text = self.curl("--upload-file", "-", f"{self.server.url}cameras/attic/frame", body=b"x")
        self.assertEqual((status, json.loads(text)["code"]), (404, "unknown-camera"))
        status, text = self.curl("--upload-file", "-", f"{self.server.url}cameras/pi/frame", body=b"x")
        self.assertEqual((status, json.loads(text)["code"]), (409, "not-publishable"))
        status, text = self.curl("--upload-file", "-", self.frame_url(), body=bytes(9 * 1024 * 1024))
        self.assertEqual((status, json.loads(text)["code"]), (413, "image-too-large"))
        self.assertEqual(self.curl(self.frame_url())[0], 405)
        self.assertEqual(self.curl("--header", "Origin: http://elsewhere.example", "--data-binary", "@-",
                                   self.frame_url(), body=b"x")[0], 403)

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_ffmpeg_publishes_a_stream(self):
        async def story():
            async with connect(self.server, "?camera=vision") as viewer:
                ffmpeg = subprocess.Popen(
                    ["ffmpeg", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25",
                     "-frames:v", "50", "-f", "mpjpeg", "-method", "POST", self.frame_url()])
                try:
                    frames = [await next_message(viewer, "frame") for _ in range(10)]
                    self.assertEqual({(frame["width"], frame["height"]) for frame in frames}, {(320, 240)})
                    for frame in frames:
                        data = numpy.frombuffer(base64.b64decode(frame["data"]), numpy.uint8)
                        self.assertEqual(cv2.imdecode(data, cv2.IMREAD_COLOR).shape, (240, 320, 3))
                finally:
                    ffmpeg.wait(PATIENCE_S)
                self.assertEqual(ffmpeg.returncode, 0)
                while (await next_message(viewer, "status"))["state"] != "lost":
                    pass
        asyncio.run(story())

    def test_a_publisher_that_is_killed_in_the_middle_of_a_frame_is_noticed(self):
        async def story():
            socket = await connect(self.server)
            publisher = Publisher(socket)
            await publisher.claim("vision")
            # The header and the beginning of a binary frame of 60,000 bytes, masked with zeros.
            socket.transport.write(bytes((0x82, 0xFE)) + (60_000).to_bytes(2, "big") + bytes(4) + b"\xff\xd8\xff")
            wait_until(lambda: self.state()[0] == "starting", "the claim")
            socket.transport.abort()
        asyncio.run(story())
        wait_until(lambda: self.state() == ("lost", "no program publishes to this camera now"), "the loss")


if __name__ == "__main__":
    unittest.main()
