"""Other software asks for pictures at the addresses it has always known, and gets them: of now, whole, in order."""

import shutil
import subprocess
import unittest
import urllib.request

import cv2
import numpy

from freshframe_server import PATIENCE_S, FreshframeServer
from pictures import number_in

WIDTH, HEIGHT = 640, 360
SNAPSHOTS = ["snapshot", "snapshot.jpg", "snapshot?max_age_ms=1000", "?action=snapshot", "?action=snapshot&1608856928650"]
STREAMS = ["stream", "?action=stream", "?action=stream&1608856928650"]


def addresses(kinds):
    """At the top and under the camera's name."""
    return kinds + [f"cameras/hall/{kind}" for kind in kinds]


class CompatibilityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = FreshframeServer("--camera", f"hall=pattern:{WIDTH}x{HEIGHT}@30")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def check_rising(self, pictures):
        for picture in pictures:
            self.assertEqual(picture.shape, (HEIGHT, WIDTH, 3))
        numbers = [number_in(picture) for picture in pictures]
        self.assertEqual(numbers, sorted(set(numbers)), "each frame once, and in order")

    def curl(self, *arguments):
        run = subprocess.run(["curl", "--silent", "--show-error", "--fail", "--max-time", str(int(PATIENCE_S)), *arguments],
                             capture_output=True, check=True)
        return run.stdout

    def test_curl_takes_snapshots(self):
        pictures = []
        for address in addresses(SNAPSHOTS):
            with self.subTest(address):
                jpeg = self.curl(self.server.url + address)
                pictures.append(cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR))
        self.check_rising(pictures)

    def test_old_clients_and_those_who_ask_for_the_head_only_are_answered(self):
        jpeg = self.curl("--http1.0", self.server.url + "snapshot")
        self.check_rising([cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR)])
        head = self.curl("--head", self.server.url + "snapshot").decode()
        self.assertIn("\r\nContent-Type: image/jpeg\r\n", head)
        head = self.curl("--head", self.server.url + "stream").decode()
        self.assertIn("\r\nContent-Type: multipart/x-mixed-replace", head)

    def test_opencv_captures_streams(self):
        for address in addresses(STREAMS):
            with self.subTest(address):
                capture = cv2.VideoCapture(self.server.url + address, cv2.CAP_FFMPEG)
                self.addCleanup(capture.release)
                self.assertTrue(capture.isOpened())
                self.check_rising([capture.read()[1] for _ in range(10)])

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_ffmpeg_reads_streams(self):
        for address in addresses(STREAMS):
            with self.subTest(address):
                run = subprocess.run(
                    ["ffmpeg", "-loglevel", "error", "-i", self.server.url + address, "-frames:v", "10",
                     "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "bgr24", "-"],
                    capture_output=True, check=True, timeout=PATIENCE_S)
                self.assertEqual(run.stderr, b"")
                self.check_rising(numpy.frombuffer(run.stdout, numpy.uint8).reshape(10, HEIGHT, WIDTH, 3))

    def test_a_program_that_parses_parts_itself_finds_them(self):
        with urllib.request.urlopen(self.server.url + "stream", timeout=PATIENCE_S) as stream:
            boundary = stream.headers.get_param("boundary").encode()
            pictures = []
            while len(pictures) < 10:
                self.assertEqual(stream.readline(), b"--" + boundary + b"\r\n")
                head = {}
                while (line := stream.readline().strip()):
                    name, value = line.decode().split(": ")
                    head[name] = value
                self.assertEqual(list(head), ["Content-Type", "Content-Length", "X-Timestamp"])
                jpeg = stream.read(int(head["Content-Length"]))
                pictures.append(cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR))
                self.assertEqual(stream.readline(), b"\r\n")
            self.check_rising(pictures)


if __name__ == "__main__":
    unittest.main()
