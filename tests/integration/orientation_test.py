"""Rotation and mirror of a camera: a mark in the JPEG that decoders heed, the picture itself as it was."""

import base64
import json
import tempfile
import unittest
import urllib.request

import cv2
import numpy
import websockets

from freshframe_server import PATIENCE_S, FreshframeServer
from pictures import number_in

AS_STORED = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION


class OrientationTest(unittest.IsolatedAsyncioTestCase):
    def serve(self, **members):
        file = self.enterContext(tempfile.NamedTemporaryFile("w", suffix=".json"))
        json.dump({"cameras": [{"name": "front", "source": "pattern", "size": "320x240", **members}]}, file)
        file.flush()
        return self.enterContext(FreshframeServer("--config", file.name))

    def check(self, jpeg, rotation, mirror):
        """The picture as decoders show it is the stored one, mirrored, then turned."""
        jpeg = numpy.frombuffer(jpeg, numpy.uint8)
        stored = cv2.imdecode(jpeg, AS_STORED)
        number_in(stored)  # it is the pattern, upright
        expected = stored[:, ::-1] if mirror else stored
        expected = numpy.rot90(expected, -rotation // 90)
        numpy.testing.assert_array_equal(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), expected)

    async def frame(self, server):
        async with websockets.connect(server.ws(), max_size=None) as socket:
            while (message := json.loads(await socket.recv()))["type"] != "frame":
                pass
        return message

    async def test_every_way_to_hang_a_camera(self):
        for rotation in (0, 90, 180, 270):
            for mirror in (False, True):
                with self.subTest(rotation=rotation, mirror=mirror):
                    frame = await self.frame(self.serve(rotation=rotation, mirror=mirror))
                    self.check(base64.b64decode(frame["data"]), rotation, mirror)
                    self.assertEqual((frame["width"], frame["height"]), (320, 240), "as it is stored")

    async def test_a_cameras_own_jpeg_and_a_snapshot(self):
        server = self.serve(rotation=90, format="mjpeg")
        self.check(base64.b64decode((await self.frame(server))["data"]), 90, False)
        with urllib.request.urlopen(server.url + "snapshot", timeout=PATIENCE_S) as answer:
            self.check(answer.read(), 90, False)


if __name__ == "__main__":
    unittest.main()
