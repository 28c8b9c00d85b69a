"""The Python package watches as proto/README.md says: the newest frame, acknowledged after the loop's body."""

import asyncio
import gc
import pathlib
import queue
import sys
import unittest
import unittest.mock

import cv2
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "proto/python"))

import freshframe
from freshframe._clock import Clock
from toy_publishing import PATIENCE_S, PublishingServer
from toy_server import IMAGE


class WatchTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(PublishingServer())

    def watch(self, *arguments, **options):
        return self.enterContext(freshframe.watch(self.server.url, *arguments, timeout=PATIENCE_S, **options))

    def ack(self):
        return self.server.acks.get(timeout=PATIENCE_S)

    def test_a_frame_is_an_object_that_says_what_it_is(self):
        camera = self.watch()
        self.server.show(7)
        frame = next(camera)
        self.assertEqual((frame.camera, frame.sequence, frame.width, frame.height, frame.mime, frame.dropped),
                         ("front", 7, 16, 8, "image/jpeg", 0))
        self.assertEqual((frame.exposure_us, frame.settling), (None, False))
        self.assertEqual(frame.data, IMAGE)
        self.assertEqual(camera.status, ("front", "live", ""))
        bgr = frame.to_numpy()
        self.assertEqual(bgr.shape, (8, 16, 3))
        numpy.testing.assert_array_equal(frame.to_numpy(rgb=True), bgr[:, :, ::-1])

    def test_the_json_form_is_understood_too(self):
        with unittest.mock.patch("freshframe._socket.FORMS", ["freshframe.v1.json"]):
            camera = self.watch()
        self.server.show(7)
        self.assertEqual(next(camera).data, IMAGE)

    def test_a_frame_is_acknowledged_when_the_next_is_asked_for(self):
        camera = self.watch("vision")
        self.server.show(1)
        self.server.show(2)
        frames = iter(camera)
        first = next(frames).sequence
        self.assertTrue(self.server.acks.empty())
        self.server.show(3)
        while next(frames).sequence != 3:
            pass
        self.assertEqual(self.ack(), first)

    def test_a_slow_body_gets_the_newest_and_is_told_what_was_dropped(self):
        told = queue.Queue()
        camera = self.watch(on_status=told.put)
        self.assertEqual(told.get(timeout=PATIENCE_S).state, "live")
        self.server.show(1)
        self.assertEqual(next(camera).sequence, 1)
        for sequence in [2, 3, 7, 8]:
            self.server.show(sequence)
        self.server.tell("stalled", "no picture comes")  # what was sent before it has come, too
        self.assertEqual(told.get(timeout=PATIENCE_S), ("front", "stalled", "no picture comes"))
        frame = next(camera)
        self.assertEqual((frame.sequence, frame.dropped), (8, 6))
        self.assertEqual(self.ack(), 1)

    def test_the_age_is_by_the_servers_clock(self):
        for ahead_us in [0, 3_600_000_000]:
            with self.subTest(ahead_us):
                self.server.ahead_us = ahead_us
                with freshframe.watch(self.server.url) as camera:
                    self.server.show(1)
                    # The clocks are known as well as a message travels evenly: a busy machine makes it negative.
                    self.assertLess(abs(next(camera).age_ms), 30_000)

    def test_max_fps_is_asked_for(self):
        self.watch("vision", max_fps=2.5)
        self.assertEqual(self.server.subscriptions.get(timeout=PATIENCE_S)["max_fps"], 2.5)
        with self.assertRaisesRegex(ValueError, "max_fps"):
            self.watch(max_fps=0)

    def test_an_unknown_camera_is_refused(self):
        with self.assertRaises(freshframe.Refused) as raised:
            self.watch("nowhere")
        self.assertEqual(raised.exception.code, "unknown-camera")

    def test_a_broken_connection_is_made_again_while_the_loop_waits(self):
        told = queue.Queue()
        camera = self.watch(on_status=told.put)
        told.get(timeout=PATIENCE_S)
        self.server.show(5)
        next(camera)
        with self.assertLogs("freshframe", "WARNING"):
            self.server.break_connections()
            self.assertEqual(told.get(timeout=PATIENCE_S).state, "disconnected")
            self.assertEqual(told.get(timeout=PATIENCE_S).state, "live")
        self.server.show(6)
        self.assertEqual(next(camera).sequence, 6)
        self.assertTrue(self.server.acks.empty(), "frame 5 belonged to the connection that broke")

    def test_a_loop_that_was_left_keeps_no_connection(self):
        camera = freshframe.watch(self.server.url)
        self.server.show(1)
        for _ in camera:
            break
        del camera
        gc.collect()
        self.assertEqual(self.server.do(lambda: [c for c in self.server.connections if c.socket.open]), [])

    def test_a_closed_watch_ends_its_loop(self):
        camera = self.watch()
        self.server.show(1)
        sequences = []
        for frame in camera:
            sequences.append(frame.sequence)
            camera.close()
        self.assertEqual(sequences, [1])


class AsyncWatchTest(unittest.IsolatedAsyncioTestCase):
    async def test_it_watches_from_an_event_loop(self):
        with PublishingServer() as server:
            async with freshframe.aio.watch(server.url, "vision") as camera:
                server.show(1)
                async for frame in camera:
                    self.assertEqual(frame.camera, "vision")
                    break

    async def test_it_connects_when_the_loop_begins(self):
        with PublishingServer() as server:
            camera = freshframe.aio.watch(server.url)
            task = asyncio.create_task(camera.__anext__())
            await asyncio.to_thread(server.subscriptions.get, timeout=PATIENCE_S)
            await asyncio.to_thread(server.show, 3)
            self.assertEqual((await task).sequence, 3)
            await camera.close()


class ClockTest(unittest.TestCase):
    def setUp(self):
        self.now = {"monotonic": 1_000_000, "wall": 500_000_000}
        self.clock = Clock(lambda: self.now["monotonic"], lambda: self.now["wall"])

    def exchange(self, there_us, back_us, ahead_us):
        """A ping of that many microseconds there and back, with a server ahead of our monotonic clock."""
        sent = self.now["monotonic"]
        at_server = sent + there_us + ahead_us
        self.now["monotonic"] += there_us + back_us
        self.now["wall"] += there_us + back_us
        self.clock.learn(sent, at_server, at_server)

    def test_the_shortest_trip_counts(self):
        self.exchange(9000, 1000, 70_000)
        self.exchange(100, 100, 70_000)
        self.exchange(1000, 9000, 70_000)
        self.assertEqual(self.clock.server_now_us() - self.now["monotonic"], 70_000)

    def test_a_server_whose_clock_was_set_is_believed_at_once(self):
        self.exchange(100, 100, 70_000)
        self.exchange(5000, 5000, 9_000_000)
        self.assertEqual(self.clock.server_now_us() - self.now["monotonic"], 9_000_000)

    def test_a_time_is_left_alone_within_the_error(self):
        ahead_us = self.now["wall"] - self.now["monotonic"] + 900
        self.exchange(1000, 1000, ahead_us)
        self.assertEqual(self.clock.to_server_us(499_000_000), 499_000_000)
        self.exchange(100, 100, ahead_us)
        self.assertEqual(self.clock.to_server_us(499_000_000), 499_000_900)

    def test_a_thread_that_is_put_aside_between_the_clocks_does_not_make_them_differ(self):
        self.exchange(100, 100, self.now["wall"] - self.now["monotonic"])

        def read_the_wall_clock_late():
            for clock in self.now:
                self.now[clock] += 30_000
            return self.now["wall"]

        self.clock._wall_us = read_the_wall_clock_late
        self.assertEqual(self.clock.to_server_us(499_000_000), 499_000_000)

    def test_nothing_measured_leaves_times_alone(self):
        self.assertEqual(self.clock.to_server_us(5), 5)
        self.assertIsNone(self.clock.server_now_us())


if __name__ == "__main__":
    unittest.main()
