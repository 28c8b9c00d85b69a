"""The Python package and the publishing examples against the program itself."""

import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import time
import unittest

import cv2
import numpy
import PIL.Image

PROTOCOL = pathlib.Path(__file__).parents[2] / "proto"
sys.path.insert(0, str(PROTOCOL / "python"))

import freshframe
from freshframe_server import PATIENCE_S, FreshframeServer, wait_until
from toy_publishing import LogLines, held_port

EXAMPLES = PROTOCOL / "examples"


def stripes(width=160, height=120):
    """Blue, green and red from left to right, as BGR."""
    picture = numpy.zeros((height, width, 3), numpy.uint8)
    for channel in range(3):
        picture[:, width * channel // 3:width * (channel + 1) // 3, channel] = 230
    return picture


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(FreshframeServer("--camera", "vision=publish", "--camera", "door=pattern:320x240@30"))

    def publish(self, **options):
        return self.enterContext(freshframe.publish(self.server.url, "vision", timeout=PATIENCE_S, **options))

    def watch(self, **options):
        return self.enterContext(freshframe.watch(self.server.url, "vision", timeout=PATIENCE_S, **options))

    def check_stripes(self, picture):
        height, width, _ = picture.shape
        for channel in range(3):
            colour = picture[height // 2, width * (2 * channel + 1) // 6].astype(int)
            self.assertLess(abs(colour - [230 * (channel == other) for other in range(3)]).max(), 16)

    def test_a_published_array_is_watched_as_it_was(self):
        viewer = self.watch()
        for options in [{}, {"binary": False}, {"format": "png"}, {"format": "png", "binary": False}]:
            with self.subTest(options), freshframe.publish(self.server.url, "vision", **options) as camera:
                self.assertTrue(camera.send(stripes(), exposure_us=8000, analogue_gain=2.0))
                frame = next(viewer)
                self.assertEqual((frame.camera, frame.width, frame.height), ("vision", 160, 120))
                self.assertEqual(frame.mime, f"image/{options.get('format', 'jpeg')}")
                self.assertEqual((frame.exposure_us, frame.analogue_gain), (8000, 2.0))
                self.assertTrue(-1 <= frame.age_ms < 60_000)
                self.check_stripes(frame.to_numpy())

    def test_a_pillow_image_is_watched_as_it_was(self):
        viewer = self.watch()
        self.publish().send(PIL.Image.fromarray(numpy.ascontiguousarray(stripes()[:, :, ::-1])))
        self.check_stripes(next(viewer).to_numpy())

    def test_the_publishers_time_is_kept(self):
        viewer, taken_us = self.watch(), time.time_ns() // 1000 - 250_000
        self.publish().send(stripes(), captured_us=taken_us)
        self.assertLess(abs(next(viewer).captured_us - taken_us), 20_000)

    def test_raw_pixels_are_raised_with_the_cure(self):
        camera = self.publish()
        with LogLines():
            camera.send(stripes().tobytes())
            with self.assertRaises(freshframe.Refused) as raised:
                while camera.wait_for_credit(PATIENCE_S):
                    pass
        self.assertEqual(raised.exception.code, "raw-pixels")
        self.assertIn("57,600 bytes", raised.exception.reason)
        self.assertIn("cv2.imencode", raised.exception.reason)
        viewer = self.watch()
        self.assertTrue(camera.wait_for_credit(PATIENCE_S))
        self.assertTrue(camera.send(stripes()))
        self.check_stripes(next(viewer).to_numpy())

    def test_the_last_frames_refusal_is_raised_at_the_end(self):
        with LogLines(), self.assertRaises(freshframe.Refused) as raised:
            with freshframe.publish(self.server.url, "vision") as camera:
                camera.send(cv2.imencode(".jpg", stripes())[1].tobytes()[:900])
        self.assertEqual(raised.exception.code, "truncated-image")

    def test_only_what_is_for_publishing_is_published_to(self):
        for name, code in [("door", "not-publishable"), ("nowhere", "unknown-camera")]:
            with self.subTest(name), self.assertRaises(freshframe.Refused) as raised:
                freshframe.publish(self.server.url, name)
            self.assertEqual(raised.exception.code, code)

    def test_a_second_publisher_is_refused_or_takes_over(self):
        first = self.publish()
        with self.assertRaises(freshframe.Refused) as raised:
            self.publish()
        self.assertEqual(raised.exception.code, "taken")
        with LogLines():
            second = self.publish(takeover=True)
            with self.assertRaises(freshframe.Refused) as raised:
                wait_until(lambda: not first.send(stripes()) and None, "the news that it was taken over")
        self.assertEqual(raised.exception.code, "taken-over")
        viewer = self.watch()
        self.assertTrue(second.wait_for_credit(PATIENCE_S))
        second.send(stripes())
        self.check_stripes(next(viewer).to_numpy())
        with self.assertRaises(freshframe.Refused):
            first.close()

    def test_viewers_are_told_when_the_publisher_leaves_and_comes_back(self):
        told = queue.Queue()
        self.watch(on_status=lambda status: told.put(status.state))

        def wait_for(state):
            while told.get(timeout=PATIENCE_S) != state:
                pass

        for _ in range(2):
            wait_for("lost")
            with freshframe.publish(self.server.url, "vision") as camera:
                camera.send(stripes())
                wait_for("live")

    def test_both_find_a_server_again_that_restarted(self):
        listen = f"127.0.0.1:{self.enterContext(held_port())}"
        told = queue.Queue()
        with FreshframeServer("--camera", "vision=publish", listen=listen) as server, LogLines():
            viewer = freshframe.watch(listen, on_status=lambda status: told.put(status.state))
            camera = freshframe.publish(listen, "vision")
            server.stop()
            while told.get(timeout=PATIENCE_S) != "disconnected":
                pass
            with FreshframeServer("--camera", "vision=publish", listen=listen):
                while told.get(timeout=PATIENCE_S) == "disconnected":
                    pass
                self.assertTrue(camera.wait_for_credit(PATIENCE_S))
                self.assertTrue(camera.send(stripes()))
                self.check_stripes(next(viewer).to_numpy())
                viewer.close()
                camera.close()

    def test_a_program_of_one_line_shows_its_picture(self):
        viewer = self.watch()
        program = ("import cv2, freshframe, sys\n"
                   "freshframe.publish(sys.argv[1], 'vision').send(cv2.imread(sys.argv[2]))\n")
        with tempfile.TemporaryDirectory() as folder:
            cv2.imwrite(f"{folder}/stripes.png", stripes())
            run = subprocess.run([sys.executable, "-c", program, self.server.url, f"{folder}/stripes.png"],
                                 cwd=PROTOCOL / "python", capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.check_stripes(next(viewer).to_numpy())

    def run_example(self, name, *arguments):
        return subprocess.run([EXAMPLES / name, self.server.url, "vision", *arguments], capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": str(PROTOCOL / "python")}, timeout=PATIENCE_S)

    def test_the_pillow_example_shows_what_it_draws(self):
        viewer = self.watch()
        run = self.run_example("publish_pillow.py", "3")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        frame = next(viewer)
        self.assertEqual((frame.width, frame.height), (640, 480))

    def test_the_curl_example_uploads_a_file_or_says_what_is_wrong_with_it(self):
        viewer = self.watch()
        with tempfile.TemporaryDirectory() as folder:
            cv2.imwrite(f"{folder}/stripes.jpg", stripes())
            run = self.run_example("publish_curl.sh", f"{folder}/stripes.jpg")
            self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
            self.check_stripes(next(viewer).to_numpy())
            pathlib.Path(folder, "raw").write_bytes(stripes().tobytes())
            run = self.run_example("publish_curl.sh", f"{folder}/raw")
            self.assertNotEqual(run.returncode, 0)
            self.assertIn("raw-pixels", run.stdout)

    def test_the_ffmpeg_example_shows_a_film(self):
        viewer = self.watch()
        with tempfile.TemporaryDirectory() as folder:
            film = f"{folder}/film.avi"
            writer = cv2.VideoWriter(film, cv2.VideoWriter_fourcc(*"MJPG"), 10, (160, 120))
            for _ in range(10):
                writer.write(stripes())
            writer.release()
            run = self.run_example("publish_ffmpeg.sh", "-re", "-i", film)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.check_stripes(next(viewer).to_numpy())


if __name__ == "__main__":
    unittest.main()
