"""Controls of a camera over HTTP, on the test pattern."""

import asyncio
import base64
import io
import json
import tempfile
import unittest
import urllib.error
import urllib.request

import numpy
import PIL.Image
import websockets

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until


def luma_of(frame):
    return numpy.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(frame["data"]))).convert("L"), numpy.int32)


class ControlsTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = self.enterContext(FreshframeServer(
            "--camera", "front=pattern:320x240@30", "--camera", "fed=publish", "--idle-grace", "0"))
        # The camera's own thread tells what it has, which may be after the port is open.
        wait_until(lambda: self.ask()[1]["controls"], "the camera has told its controls")

    def ask(self, body=None, camera="front"):
        """The status and the answer's JSON."""
        request = urllib.request.Request(
            f"{self.server.url}api/v1/cameras/{camera}/controls", method="PATCH" if body is not None else "GET",
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    async def set(self, **values):
        return await asyncio.to_thread(self.ask, values)

    def values(self):
        return {control["name"]: control["value"] for control in self.ask()[1]["controls"]}

    async def frame(self, socket):
        while True:
            message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
            if message["type"] == "frame":
                return message

    async def test_the_picture_is_brighter_from_the_frame_that_is_told(self):
        async with websockets.connect(self.server.ws(), max_size=None) as socket:
            self.assertLess(luma_of(await self.frame(socket)).min(), 20)
            setting = asyncio.create_task(self.set(Brightness=0.25))
            seen = [await self.frame(socket)]
            while not setting.done():
                seen.append(await self.frame(socket))
            status, answer = await setting
            self.assertEqual(status, 200)
            seen.append(await self.frame(socket))
            while seen[-1]["sequence"] < answer["sequence"]:
                seen.append(await self.frame(socket))
        for frame in seen:
            is_brighter = luma_of(frame).min() > 40
            self.assertEqual(is_brighter, frame["sequence"] >= answer["sequence"], frame["sequence"])

    async def test_and_from_the_frame_that_the_message_tells(self):
        async with websockets.connect(self.server.ws(), max_size=None) as socket:
            seen = [await self.frame(socket)]
            await socket.send(json.dumps({"type": "set-controls", "camera": "front", "values": {"Brightness": 0.25}}))
            told = None
            while told is None or seen[-1]["sequence"] <= told:
                message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
                if message["type"] == "controls":
                    told = message["sequence"]
                elif message["type"] == "frame":
                    seen.append(message)
        for frame in seen:
            is_brighter = luma_of(frame).min() > 40
            self.assertEqual(is_brighter, frame["sequence"] >= told, frame["sequence"])

    async def test_no_frame_is_named_that_has_what_a_later_change_set(self):
        """At two frames a second the second change is there before a frame has the first, but for chance."""
        await self.set(FrameRate=2)
        async with websockets.connect(self.server.ws(), max_size=None) as socket:
            seen = [await self.frame(socket)]
            for an_id, brightness in enumerate((1, 0.25)):
                await socket.send(json.dumps({"type": "set-controls", "camera": "front", "id": an_id,
                                              "values": {"Brightness": brightness}}))
            told = {}
            while len(told) < 2 or seen[-1]["sequence"] < told[1]:
                message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
                if message["type"] == "controls":
                    told[message["id"]] = message["sequence"]
                elif message["type"] == "frame":
                    seen.append(message)
        luma = {frame["sequence"]: luma_of(frame).min() for frame in seen}
        self.assertTrue(told[0] is None or luma[told[0]] > 200, f"{told}, {luma}")
        self.assertTrue(40 < luma[told[1]] < 100, f"{told}, {luma}")

    async def test_what_is_set_outlives_the_cameras_rest(self):
        status, answer = await self.set(Brightness=0.25)
        self.assertEqual((status, answer["sequence"]), (200, None))
        for _ in range(2):
            async with websockets.connect(self.server.ws(), max_size=None) as socket:
                self.assertGreater(luma_of(await self.frame(socket)).min(), 40)

    async def test_the_configuration_says_what_they_begin_with(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"cameras": [{"name": "front", "source": "pattern", "size": "320x240",
                                    "controls": {"Brightness": 1}}]}, file)
            file.flush()
            self.server = self.enterContext(FreshframeServer("--config", file.name))
            async with websockets.connect(self.server.ws(), max_size=None) as socket:
                self.assertGreater(luma_of(await self.frame(socket)).min(), 200)
            self.assertEqual(self.values()["Brightness"], 1.0)

    async def test_what_is_wrong_changes_nothing(self):
        status, error = await self.set(Brightness=0.5, FrameRate=0, Zoom=1)
        self.assertEqual((status, error["type"], error["code"]), (422, "error", "bad-shape"))
        for part in ("FrameRate must be a number from 1 to 30 frames/s", '"Zoom"'):
            self.assertIn(part, error["reason"])
        self.assertEqual(self.values(), {"Brightness": 0.0, "FrameRate": 30.0})

    async def test_a_published_camera_has_none(self):
        self.assertEqual(self.ask(camera="fed"), (200, {"camera": "fed", "controls": []}))
        self.assertEqual(self.ask({"Brightness": 0}, camera="fed")[0], 422)


if __name__ == "__main__":
    unittest.main()
