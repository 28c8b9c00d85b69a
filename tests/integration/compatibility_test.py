"""Other software asks for pictures at the addresses it has always known, and gets them: of now, whole, in order."""

import asyncio
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import aiohttp
import cv2
import numpy

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until
from pictures import number_in

WIDTH, HEIGHT = 640, 360
# OctoPrint puts a bare number behind, Mainsail and Fluidd put a member that no cache has seen.
SNAPSHOTS = ["snapshot", "snapshot.jpg", "snapshot?max_age_ms=1000", "?action=snapshot", "?action=snapshot&1608856928650",
             "?action=snapshot&bypassCache=1608856928650", "?action=snapshot&cacheBust=1608856928650"]
STREAMS = ["stream", "?action=stream", "?action=stream&1608856928650"]


def addresses(kinds):
    """At the top and under the camera's name."""
    return kinds + [f"cameras/hall/{kind}" for kind in kinds]


def images_in(received):
    """The whole JPEGs in `received`, found by their markers, as Home Assistant looks for them."""
    images = []
    while (begin := received.find(b"\xff\xd8")) >= 0 and (end := received.find(b"\xff\xd9", begin)) >= 0:
        images.append(received[begin:end + 2])
        received = received[end + 2:]
    return images


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

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_frigate_reads_streams_as_its_mjpeg_preset_does(self):
        run = subprocess.run(
            ["ffmpeg", "-hide_banner", "-loglevel", "warning", "-threads", "2", "-user_agent", "FFmpeg Frigate",
             "-avoid_negative_ts", "make_zero", "-fflags", "+genpts+discardcorrupt", "-use_wallclock_as_timestamps", "1",
             "-i", self.server.url + "stream", "-frames:v", "10", "-fps_mode", "passthrough", "-f", "rawvideo",
             "-pix_fmt", "bgr24", "-"], capture_output=True, check=True, timeout=PATIENCE_S)
        self.check_rising(numpy.frombuffer(run.stdout, numpy.uint8).reshape(10, HEIGHT, WIDTH, 3))

    @unittest.skipUnless(shutil.which("vlc"), "VLC is not installed")
    def test_vlc_reads_the_stream(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("a+") as log:
            os.chmod(folder, 0o777)
            file = pathlib.Path(folder, "received")
            # It does not run as root.
            as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
            vlc = subprocess.Popen(
                [*as_nobody, "vlc", "--intf", "dummy", "--no-audio", self.server.url + "stream",
                 "--sout", f"#std{{access=file,mux=mpjpeg,dst={file}}}"],
                stdout=log, stderr=log, env=os.environ | {"HOME": folder})
            try:
                received = wait_until(
                    lambda: vlc.poll() is not None or file.exists() and len(images := images_in(file.read_bytes())) >= 10 and images,
                    "ten pictures")
            finally:
                vlc.kill()
                vlc.wait()
                log.seek(0)
            self.assertIsInstance(received, list, f"it ended: {log.read()}")
            self.check_rising([cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR) for jpeg in received])

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


class HomeAssistantTest(unittest.TestCase):
    """Its MJPEG camera asks with aiohttp, and with Basic where it was given a password, which is the token."""

    TOKEN = "0123456789abcdef0123456789abcdef"

    def setUp(self):
        self.server = self.enterContext(
            FreshframeServer("--camera", "hall=pattern:160x120@30", environment={"FRESHFRAME_VIEW_TOKEN": self.TOKEN}))

    def test_it_gets_the_still_image_and_the_stream(self):
        async def ask():
            timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
            async with aiohttp.ClientSession(timeout=timeout) as session:
                auth = aiohttp.BasicAuth("home-assistant", self.TOKEN)
                async with session.get(self.server.url + "snapshot", auth=auth) as still:
                    self.assertEqual(still.status, 200)
                    images = images_in(await still.read())
                async with session.get(self.server.url + "stream", auth=auth) as stream:
                    self.assertTrue(stream.headers["Content-Type"].startswith("multipart/x-mixed-replace"))
                    received = b""
                    while len(images_in(received)) < 5:
                        received += await stream.content.readany()
                    return images + images_in(received)
        for jpeg in asyncio.run(ask()):
            self.assertIsNotNone(cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR))

    def test_it_is_not_asked_for_digest_which_would_be_tried_in_vain(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(self.server.url + "stream", timeout=PATIENCE_S)
        self.addCleanup(refused.exception.close)
        schemes = [challenge.split()[0] for challenge in refused.exception.headers.get_all("WWW-Authenticate")]
        self.assertEqual(schemes, ["Basic", "Bearer"])


if __name__ == "__main__":
    unittest.main()
