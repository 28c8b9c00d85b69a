"""The Python package publishes as proto/publishing.md says, and no mistake stays unseen."""

import asyncio
import http.server
import os
import pathlib
import queue
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest
import unittest.mock

import cv2
import numpy

PACKAGE = pathlib.Path(__file__).parents[2] / "proto/python"
EXAMPLES = PACKAGE.parent / "examples"
sys.path.insert(0, str(PACKAGE))

import certificates
import freshframe
from freshframe._publisher import Claim
from toy_publishing import PATIENCE_S, LogLines, PublishingServer, held_port
from toy_server import Refused, ToyServer, now_us

PICTURE = numpy.zeros((120, 160, 3), numpy.uint8)
RAW_PIXELS = "this is 57,600 bytes, which fits raw 160x120 BGR pixels, not an image file"


class PublishTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(PublishingServer())

    def publish(self, name="vision", **options):
        return self.enterContext(freshframe.publish(self.server.url, name, timeout=PATIENCE_S, **options))

    def frame(self):
        return self.server.frames.get(timeout=PATIENCE_S)

    def test_an_array_arrives_as_a_jpeg_in_both_forms(self):
        picture = PICTURE.copy()
        picture[:, 80:] = (255, 0, 0)
        for binary in [True, False]:
            with self.subTest(binary=binary):
                with freshframe.publish(self.server.url, "vision", binary=binary) as camera:
                    self.assertTrue(camera.send(picture))
                head, image = self.frame()
                self.assertEqual(head["type"], "frame")
                shown = cv2.imdecode(numpy.frombuffer(image, numpy.uint8), cv2.IMREAD_COLOR)
                self.assertEqual(shown.shape, picture.shape)
                self.assertLess(abs(shown[60, 120].astype(int) - (255, 0, 0)).max(), 5)

    def test_without_credit_a_picture_is_skipped_and_not_encoded(self):
        self.server.credits_at_once = False
        encoded = []
        with unittest.mock.patch("freshframe._images._encode_array", lambda *_: encoded.append(1) or b"\xff\xd8\xff"):
            camera = self.publish()
            self.assertTrue(camera.send(PICTURE))
            self.frame()
            self.assertFalse(camera.send(PICTURE))
            self.assertEqual(len(encoded), 1)
            self.server.grant(1)
            self.assertTrue(camera.wait_for_credit(PATIENCE_S))
            self.assertTrue(camera.send(PICTURE))
            self.frame()
        self.assertFalse(camera.wait_for_credit(0))

    def test_a_refused_frame_is_raised_once_by_the_next_send_and_logged_at_once(self):
        camera = self.publish()
        self.server.refusals.append(Refused("raw-pixels", RAW_PIXELS))
        with self.assertLogs("freshframe", "ERROR") as logs:
            camera.send(PICTURE.tobytes())
            with self.assertRaises(freshframe.Refused) as raised:
                camera.wait_for_credit(PATIENCE_S)
        self.assertEqual((raised.exception.code, raised.exception.reason), ("raw-pixels", RAW_PIXELS))
        self.assertEqual(traceback.format_exception_only(raised.exception), [f"freshframe.Refused: raw-pixels: {RAW_PIXELS}\n"])
        self.assertIn(RAW_PIXELS, logs.output[0])
        self.assertTrue(camera.wait_for_credit(PATIENCE_S))
        self.assertTrue(camera.send(PICTURE))

    def test_the_last_frames_refusal_is_raised_at_the_end(self):
        self.server.refusals.append(Refused("truncated-image", "it ends too early"))
        with self.assertLogs("freshframe", "ERROR"), self.assertRaises(freshframe.Refused) as raised:
            with freshframe.publish(self.server.url, "vision") as camera:
                camera.send(b"\xff\xd8\xff\xe0")
        self.assertEqual(raised.exception.code, "truncated-image")

    def test_the_end_does_not_hide_the_programs_own_exception(self):
        self.server.refusals.append(Refused("truncated-image", "it ends too early"))
        with self.assertRaises(ZeroDivisionError):
            with freshframe.publish(self.server.url, "vision") as camera:
                camera.send(b"\xff\xd8\xff\xe0")
                1 / 0

    def test_on_error_is_told_instead_of_raising(self):
        told = queue.Queue()
        camera = self.publish(on_error=told.put)
        self.server.refusals.append(Refused("broken-image", "it is broken"))
        with self.assertLogs("freshframe", "ERROR"):
            camera.send(PICTURE)
            self.assertEqual(told.get(timeout=PATIENCE_S).code, "broken-image")
        self.assertTrue(camera.wait_for_credit(PATIENCE_S))
        self.assertTrue(camera.send(PICTURE))

    def test_on_error_that_calls_back_is_told_so_and_does_not_hang(self):
        said = queue.Queue()

        def on_error(_):
            try:
                camera.wait_for_credit()
            except RuntimeError as error:
                said.put(str(error))

        camera = self.publish(on_error=on_error)
        self.server.refusals.append(Refused("broken-image", "it is broken"))
        with self.assertLogs("freshframe", "ERROR"):
            camera.send(PICTURE)
            self.assertIn("on_error", said.get(timeout=PATIENCE_S))

    def test_a_camera_that_cannot_be_published_to_is_refused_at_once(self):
        for name, code in [("front", "not-publishable"), ("nowhere", "unknown-camera")]:
            with self.subTest(name):
                with self.assertRaises(freshframe.Refused) as raised:
                    self.publish(name)
                self.assertEqual(raised.exception.code, code)

    def test_a_second_publisher_is_refused_or_takes_over_and_the_first_is_told_for_good(self):
        first = self.publish()
        with self.assertRaises(freshframe.Refused) as raised:
            self.publish()
        self.assertEqual(raised.exception.code, "taken")
        with self.assertLogs("freshframe", "ERROR"):
            second = self.publish(takeover=True)
            with self.assertRaises(freshframe.Refused) as raised:
                while first.wait_for_credit(PATIENCE_S):
                    pass  # it had credit until the news came
        self.assertEqual(raised.exception.code, "taken-over")
        with self.assertRaises(freshframe.Refused):
            first.send(PICTURE)
        with self.assertRaises(freshframe.Refused):
            first.close()
        self.assertTrue(second.send(PICTURE))

    def test_a_broken_connection_is_made_again(self):
        camera = self.publish()
        for _ in range(2):
            self.server.claims.get(timeout=PATIENCE_S)
            with self.assertLogs("freshframe", "WARNING"):
                self.server.break_connections()
                self.server.claims.get(timeout=PATIENCE_S)
            self.assertTrue(camera.wait_for_credit(PATIENCE_S))
            self.assertTrue(camera.send(PICTURE))
            self.frame()
            self.server.claims.put("for the next round")

    def test_its_own_ghost_does_not_keep_it_out(self):
        camera = self.publish()
        self.server.refuses_publish = Refused("taken", "somebody publishes already")
        with LogLines() as lines:
            self.server.break_connections()
            while "still taken" not in lines.get(timeout=PATIENCE_S):
                pass
            self.server.refuses_publish = None
            self.assertTrue(camera.wait_for_credit(PATIENCE_S))
        self.assertTrue(camera.send(PICTURE))

    def test_credit_of_a_connection_that_broke_is_worth_nothing(self):
        self.server.first_credit = 5
        camera = self.publish()
        with self.assertLogs("freshframe", "WARNING"):
            self.server.claims.get(timeout=PATIENCE_S)
            self.server.first_credit = 1
            self.server.credits_at_once = False
            self.server.break_connections()
            self.server.claims.get(timeout=PATIENCE_S)
        self.assertTrue(camera.wait_for_credit(PATIENCE_S))
        self.assertTrue(camera.send(PICTURE))
        self.assertFalse(camera.send(PICTURE))

    def test_a_server_that_restarts_is_found_again(self):
        port = self.enterContext(held_port())
        with PublishingServer(port) as first:
            camera = self.enterContext(freshframe.publish(first.url, "vision"))
            lines = self.enterContext(LogLines())
        self.assertIn("1001", lines.get(timeout=PATIENCE_S))
        with PublishingServer(port) as second:
            self.assertTrue(camera.wait_for_credit(PATIENCE_S))
            self.assertTrue(camera.send(PICTURE))
            second.frames.get(timeout=PATIENCE_S)
            camera.close()

    def test_captured_us_is_kept_and_translated_when_the_clocks_differ(self):
        for ahead_us in [0, 3_600_000_000, -5_000_000]:
            with self.subTest(ahead_us):
                self.server.ahead_us = ahead_us
                taken_us = now_us() - 40_000
                with freshframe.publish(self.server.url, "vision") as camera:
                    camera.send(PICTURE, captured_us=taken_us, exposure_us=numpy.int64(9000), analogue_gain=1.5,
                                lens_position_dioptres=2)
                head, _ = self.frame()
                if ahead_us == 0:
                    self.assertEqual(head["captured_us"], taken_us)
                else:
                    self.assertLess(abs(head["captured_us"] - taken_us - ahead_us), 1_000_000)
                self.assertEqual((head["exposure_us"], head["analogue_gain"], head["lens_position_dioptres"]),
                                 (9000, 1.5, 2.0))

    def test_without_captured_us_it_is_the_moment_of_the_call(self):
        before = now_us()
        camera = self.publish()
        camera.send(PICTURE)
        self.assertTrue(before - 1000 <= self.frame()[0]["captured_us"] <= now_us() + 1000)

    def test_captured_us_in_seconds_is_a_mistake_that_is_told(self):
        camera = self.publish()
        with self.assertRaisesRegex(ValueError, "microseconds"):
            camera.send(PICTURE, captured_us=time.time())

    def test_a_picture_too_large_for_the_server_is_told_and_costs_no_credit(self):
        camera = self.publish()
        with self.assertRaisesRegex(ValueError, "the server takes 8,388,608"):
            camera.send(b"\xff\xd8\xff" + bytes(8 * 1024 * 1024))
        self.assertTrue(camera.send(PICTURE))

    def test_a_closed_publisher_says_so(self):
        camera = self.publish()
        camera.close()
        camera.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            camera.send(PICTURE)

    def test_threads_may_send_at_once(self):
        self.server.first_credit = 200
        camera = self.publish()
        threads = [threading.Thread(target=lambda: [camera.send(PICTURE) for _ in range(20)]) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        camera.close()
        self.assertGreater(self.server.frames.qsize(), 0)

    def test_a_program_of_one_line_gets_its_picture_out(self):
        program = ("import freshframe, sys, numpy\n"
                   "freshframe.publish(sys.argv[1], 'vision').send(numpy.zeros((48, 64, 3), numpy.uint8))\n")
        run = subprocess.run([sys.executable, "-W", "error", "-c", program, self.server.url], cwd=PACKAGE, text=True,
                             capture_output=True, timeout=PATIENCE_S)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertTrue(self.frame()[1].startswith(b"\xff\xd8\xff"))

    def test_a_program_of_one_line_is_told_of_its_mistake(self):
        self.server.refusals.append(Refused("raw-pixels", RAW_PIXELS))
        program = "import freshframe, sys\nfreshframe.publish(sys.argv[1], 'vision').send(bytes(57600))\n"
        run = subprocess.run([sys.executable, "-c", program, self.server.url], cwd=PACKAGE, text=True,
                             capture_output=True, timeout=PATIENCE_S)
        self.assertIn(RAW_PIXELS, run.stderr)


class ExamplesTest(unittest.TestCase):
    def run_example(self, name, *arguments):
        with PublishingServer() as server:
            server.first_credit = 3
            subprocess.run([sys.executable, EXAMPLES / name, server.url, "vision", *arguments], check=True,
                           env={**os.environ, "PYTHONPATH": str(PACKAGE)}, timeout=PATIENCE_S)
            # What it sent before the first had left took the first one's place.
            return [server.frames.get_nowait()[1] for _ in range(server.frames.qsize())]

    def test_the_opencv_example_publishes_a_film(self):
        with tempfile.TemporaryDirectory() as folder:
            film = f"{folder}/film.avi"
            writer = cv2.VideoWriter(film, cv2.VideoWriter_fourcc(*"MJPG"), 30, (320, 240))
            for _ in range(200):
                writer.write(numpy.full((240, 320, 3), 90, numpy.uint8))
            writer.release()
            files = self.run_example("publish_opencv.py", film, "3")
        self.assertEqual({cv2.imdecode(numpy.frombuffer(file, numpy.uint8), 1).shape for file in files}, {(240, 320, 3)})

    def test_the_pillow_example_publishes_what_it_draws(self):
        files = self.run_example("publish_pillow.py", "3")
        self.assertEqual({cv2.imdecode(numpy.frombuffer(file, numpy.uint8), 1).shape for file in files}, {(480, 640, 3)})


class FirstConnectionTest(unittest.TestCase):
    def check_says(self, url, words, timeout=PATIENCE_S):
        """Patience says that it was not tried again."""
        began = time.monotonic()
        with self.assertRaisesRegex(ConnectionError, words):
            freshframe.publish(url, "vision", timeout=timeout)
        with self.assertRaisesRegex(ConnectionError, words):
            freshframe.watch(url, timeout=timeout)
        self.assertLess(time.monotonic() - began, PATIENCE_S)

    def test_nobody_there(self):
        with held_port() as port:
            with self.assertLogs("freshframe", "WARNING"):
                self.check_says(f"127.0.0.1:{port}", f"cannot reach Freshframe at 127.0.0.1:{port} .*running", timeout=0.2)

    def test_a_server_that_comes_a_little_later_is_waited_for(self):
        port = self.enterContext(held_port())
        made = queue.Queue()
        url = f"127.0.0.1:{port}"
        with LogLines() as lines:
            thread = threading.Thread(target=lambda: made.put(freshframe.publish(url, "vision", timeout=None)))
            thread.start()
            self.assertIn("cannot reach", lines.get(timeout=PATIENCE_S))
            with PublishingServer(port):
                made.get(timeout=PATIENCE_S).close()
        thread.join()

    def test_a_web_server_that_is_not_freshframe(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_error(404)

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            self.addCleanup(thread.join)
            self.addCleanup(server.shutdown)
            self.check_says(f"http://127.0.0.1:{server.server_port}", "HTTP status 404")

    def test_another_version_is_named(self):
        with PublishingServer() as server:
            server.greeting = {"type": "hello", "protocol": "freshframe.v2.json"}
            self.check_says(server.url, "freshframe.v2.json")
            server.greeting = {"welcome": True}
            self.check_says(server.url, "not Freshframe")

    def test_a_server_from_before_publishing_is_told_apart(self):
        with ToyServer() as server:
            with self.assertRaisesRegex(ConnectionError, "too old"):
                freshframe.publish(server.url, "front")


class TlsTest(unittest.TestCase):
    def test_a_certificate_of_ones_own_is_trusted_when_it_is_given(self):
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = certificates.make(folder, "test")
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate, key)
            trusting = ssl.create_default_context(cafile=certificate)
        with PublishingServer(tls=tls) as server:
            url = f"https://127.0.0.1:{server.port}"
            with freshframe.publish(url, "vision", tls=trusting) as camera:
                self.assertTrue(camera.send(PICTURE))
            with LogLines(), self.assertRaisesRegex(ConnectionError, "certificate"):
                freshframe.publish(url, "vision", timeout=0.2)

    def test_trust_without_tls_is_a_mistake_that_is_told(self):
        with self.assertRaisesRegex(ValueError, "https://"):
            freshframe.publish("http://127.0.0.1:8080", "vision", tls=ssl.create_default_context())


class AsyncPublishTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_end_does_not_hide_the_programs_own_exception(self):
        with PublishingServer() as server, LogLines():
            server.refusals.append(Refused("truncated-image", "it ends too early"))
            with self.assertRaises(ZeroDivisionError):
                async with freshframe.aio.publish(server.url, "vision") as camera:
                    await camera.send(b"\xff\xd8\xff\xe0")
                    1 / 0

    async def test_it_publishes_from_an_event_loop(self):
        with PublishingServer() as server:
            async with freshframe.aio.publish(server.url, "vision") as camera:
                self.assertTrue(await camera.send(PICTURE))
                self.assertTrue(await camera.wait_for_credit(PATIENCE_S))
                self.assertTrue(await camera.send(PICTURE, rgb=True))
            self.assertEqual(server.frames.qsize(), 2)

    async def test_of_frames_that_wait_the_newest_leaves_and_the_other_ones_credit_is_free_again(self):
        claim = Claim(asyncio.get_running_loop())
        claim.grant(2)
        for message in ["older", "newer"]:
            self.assertTrue(claim.reserve())
            claim.offer(message)
        self.assertEqual(await claim.take(), "newer")
        self.assertTrue(claim.reserve())
        self.assertFalse(claim.reserve())


if __name__ == "__main__":
    unittest.main()
