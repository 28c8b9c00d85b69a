"""What foreign clients get from /ws: pictures of now, whole, in order, with the truth about themselves."""

import asyncio
import base64
import json
import pathlib
import subprocess
import time
import unittest
import urllib.request

import jsonschema
import numpy
import websockets

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until
from pictures import decode, number_in

HERE = pathlib.Path(__file__).parent
PROTOCOL = HERE.parent.parent / "proto"
MEMBERS = ["type", "camera", "sequence", "captured_us", "width", "height", "mime", "dropped", "data"]


def now_us():
    return time.time_ns() // 1000


async def receive(url, frame_count, **options):
    """Connects and only listens: the statuses and frames that come, until there are enough frames."""
    frames, statuses = [], []
    async with websockets.connect(url, max_size=None, **options) as socket:
        while len(frames) < frame_count:
            message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
            if message["type"] == "frame":
                frames.append(message)
            elif message["type"] == "status":
                statuses.append(message)
    return frames, statuses


def receive_now(url, frame_count, **options):
    return asyncio.run(receive(url, frame_count, **options))


class FramesTest(unittest.TestCase):
    def check_pictures(self, frames, width, height):
        for frame in frames:
            picture = decode(frame)
            self.assertEqual(picture.shape, (height, width, 3))
            self.assertEqual(number_in(picture), frame["sequence"] & 0xFFFFFF)
        sequences = [frame["sequence"] for frame in frames]
        self.assertEqual(sequences, sorted(set(sequences)), "each frame once, and in order")

    def test_frames_start_without_a_word_and_carry_their_own_number(self):
        for form in ["nv12", "mjpeg"]:
            with self.subTest(form), FreshframeServer("--camera", f"pattern:640x360@30,{form}") as server:
                frames, _ = receive_now(server.ws(), 10)
                self.check_pictures(frames, 640, 360)

    def test_odd_sizes_come_whole(self):
        for size in ["333x251", "129x97"]:
            with self.subTest(size), FreshframeServer("--camera", f"pattern:{size}@60") as server:
                width, height = map(int, size.split("x"))
                frames, _ = receive_now(server.ws(), 5)
                self.check_pictures(frames, width, height)

    def test_what_several_threads_encode_decodes_to_what_one_does(self):
        """The landscape of the test pattern comes again each 128 frames, so two servers show the same; only the header
        tells the time. Frames of 720p are large enough for strips, which are told by their restart interval."""
        header_px = 96
        restart_interval = b"\xff\xdd\x00\x04"
        landscapes, in_strips, thread_names = {}, {}, {}
        for threads in ["1", "3"]:
            with FreshframeServer("--camera", "pattern:1280x720@30", "--encode-threads", threads) as server:
                frames, _ = receive_now(server.ws(), 20)
                self.check_pictures(frames, 1280, 720)
                landscapes[threads] = {frame["sequence"] % 128: decode(frame)[header_px:] for frame in frames}
                in_strips[threads] = [restart_interval in base64.b64decode(frame["data"]) for frame in frames]
                tasks = pathlib.Path(f"/proc/{server.process.pid}/task").iterdir()
                thread_names[threads] = [(task / "comm").read_text().strip() for task in tasks]
        self.assertFalse(any(in_strips["1"]))
        self.assertTrue(all(in_strips["3"]))
        self.assertEqual(thread_names["1"].count("encode-strips"), 0)
        self.assertEqual(thread_names["3"].count("encode-strips"), 2, "the encode thread is the third")
        both = landscapes["1"].keys() & landscapes["3"].keys()
        self.assertTrue(both, "no frame of one server has a twin of the other's")
        for position in both:
            self.assertTrue(numpy.array_equal(landscapes["1"][position], landscapes["3"][position]), position)

    def test_a_frame_is_what_the_protocol_says(self):
        schema = json.loads((PROTOCOL / "frame.schema.json").read_text())
        with FreshframeServer("--camera", "door=pattern:320x240@30") as server:
            before = now_us()
            frames, statuses = receive_now(server.ws(), 3)
            after = now_us()
        for frame in frames:
            jsonschema.Draft202012Validator(schema).validate(frame)
            self.assertEqual(list(frame), MEMBERS)
            self.assertTrue(frame["data"].startswith("/9j/"))
            self.assertEqual(frame["camera"], "door")
            self.assertTrue(before <= frame["captured_us"] <= after)
        # The newest state stands for those before it, so that a quick camera leaves some out.
        states = [status["state"] for status in statuses]
        self.assertEqual(states[-1], "live")
        self.assertEqual(states, [state for state in ["idle", "starting", "live"] if state in states])

    def test_captured_times_keep_the_cameras_pace(self):
        with FreshframeServer("--camera", "pattern:320x240@50") as server:
            frames, _ = receive_now(server.ws(), 50)
        first, last = frames[0], frames[-1]
        pace_us = (last["captured_us"] - first["captured_us"]) / (last["sequence"] - first["sequence"])
        # Between many frames the start of one more or less matters little, however busy the machine.
        self.assertAlmostEqual(pace_us, 20_000, delta=2_000)

    def test_any_client_is_served_whatever_it_offers(self):
        offers = {
            "nothing": {"compression": None},
            "permessage-deflate": {"compression": "deflate"},
            "our subprotocol": {"subprotocols": ["freshframe.v1.json"]},
            "a foreign subprotocol": {"subprotocols": ["chat"]},
        }
        with FreshframeServer("--camera", "pattern:320x240@30") as server:
            for name, options in offers.items():
                with self.subTest(name):
                    frames, _ = receive_now(server.ws(), 2, **options)
                    self.check_pictures(frames, 320, 240)

    def test_a_viewer_in_node_sees_the_same(self):
        with FreshframeServer("--camera", "pattern:640x360@30") as server:
            client = subprocess.run(["node", HERE / "node_client.mjs", server.ws(), "5"],
                                    capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        frames = [json.loads(line) for line in client.stdout.splitlines()]
        self.assertEqual(len(frames), 5)
        self.check_pictures(frames, 640, 360)

    def test_each_camera_has_its_viewers(self):
        with FreshframeServer("--camera", "left=pattern:320x240", "--camera",
                              "right=pattern:640x480") as server:
            first, _ = receive_now(server.ws(), 1)
            left, _ = receive_now(server.ws("?camera=left"), 1)
            right, _ = receive_now(server.ws("?camera=right"), 1)
        self.assertEqual([first[0]["camera"], left[0]["camera"], right[0]["camera"]],
                         ["left", "left", "right"])
        self.check_pictures(right, 640, 480)

    def test_viewers_share_each_frame_to_the_letter(self):
        async def watch_together(url):
            both = await asyncio.gather(receive(url, 20), receive(url, 20))
            # What was dropped is each viewer's own.
            return [{frame["sequence"]: {**frame, "dropped": 0} for frame in frames} for frames, _ in both]

        with FreshframeServer("--camera", "pattern:320x240@30") as server:
            ann, bob = asyncio.run(watch_together(server.ws()))
        shared = ann.keys() & bob.keys()
        self.assertTrue(shared)
        for sequence in shared:
            self.assertEqual(ann[sequence], bob[sequence])

    def test_who_comes_within_the_grace_time_is_not_shown_what_was_before(self):
        with FreshframeServer("--camera", "pattern:320x240@30", "--idle-grace", "30") as server:
            def wait_for_captured(count):
                goal = server.cameras()["cam0"]["frames"]["captured"] + count
                wait_until(lambda: server.cameras()["cam0"]["frames"]["captured"] >= goal, "frames to go on")

            receive_now(server.ws(), 2)
            wait_until(lambda: server.cameras()["cam0"]["viewers"] == 0, "the viewer to leave")
            wait_for_captured(20)
            coming_us = now_us()
            wait_for_captured(2)  # the first may have been on its way at that moment
            frames, statuses = receive_now(server.ws(), 1)
            self.assertGreater(frames[0]["captured_us"], coming_us)
            self.assertEqual([status["state"] for status in statuses], ["live"], "the camera had run on")

    def test_a_camera_that_is_always_on_runs_without_viewers_and_encodes_for_nobody(self):
        def wait_for_captured(server, count):
            frames = wait_until(lambda: (found := server.cameras()["cam0"]["frames"])["captured"] >= count and found,
                                "frames without a viewer")
            return frames["encoded"]

        with FreshframeServer("--camera", "pattern:320x240@30", "--always-on", "--idle-grace", "0") as server:
            self.assertEqual(wait_for_captured(server, 10), 0)
            self.assertEqual(server.cameras()["cam0"]["state"], "live")
            with urllib.request.urlopen(server.url + "readyz", timeout=PATIENCE_S) as answer:
                self.assertEqual(answer.read(), b"ready\n")
            for _ in range(2):  # the second is not sent what the first was
                frames, statuses = receive_now(server.ws("?last_picture=true"), 3)
                self.assertNotIn("stale_us", frames[0])
                self.assertEqual([status["state"] for status in statuses], ["live"])
                wait_until(lambda: server.cameras()["cam0"]["viewers"] == 0, "the viewer to leave")
                before = server.cameras()["cam0"]["frames"]
                self.assertEqual(wait_for_captured(server, before["captured"] + 10), before["encoded"])

    def test_without_viewers_the_camera_stops_and_the_next_one_starts_it(self):
        with FreshframeServer("--camera", "pattern:320x240@30", "--idle-grace", "0") as server:
            self.assertEqual(server.cameras()["cam0"]["state"], "idle")
            self.assertEqual(server.cameras()["cam0"]["frames"]["captured"], 0)
            first, _ = receive_now(server.ws(), 3)
            wait_until(lambda: server.cameras()["cam0"]["state"] == "idle", "the camera to stop")
            second, statuses = receive_now(server.ws(), 3)
            self.assertEqual(statuses[-1]["state"], "live")
            # The number goes on where the camera was stopped: it never falls.
            self.assertGreater(second[0]["sequence"], first[-1]["sequence"])

    def test_the_last_picture_comes_at_once_and_marked_to_who_asks_for_it(self):
        with FreshframeServer("--camera", "pattern:320x240@30", "--idle-grace", "0") as server:
            shown, _ = receive_now(server.ws(), 3)
            wait_until(lambda: server.cameras()["cam0"]["state"] == "idle", "the camera to stop")
            coming_us = now_us()
            frames, _ = receive_now(server.ws("?last_picture=true"), 3)
            last, *present = frames
            self.assertGreaterEqual(last["sequence"], shown[-1]["sequence"])
            self.assertGreaterEqual(last["captured_us"] + last["stale_us"], coming_us)
            self.assertEqual([last["dropped"], present[0]["dropped"]], [0, 0])
            for frame in present:
                self.assertNotIn("stale_us", frame)
                self.assertGreater(frame["captured_us"], coming_us)
            # Who does not know the mark is sent the present only, whatever asks.
            wait_until(lambda: server.cameras()["cam0"]["state"] == "idle", "the camera to stop again")
            coming_us = now_us()
            frames, _ = receive_now(server.ws(), 1)
            self.assertGreater(frames[0]["captured_us"], coming_us)

    def test_who_comes_with_another_form_than_the_others_gets_the_newest_picture_at_once(self):
        # The next one is made in 100 s: what comes is made of the one there is.
        async def watch_in_every_form(server):
            async def frame(form, compression):
                socket = await websockets.connect(server.ws("?last_picture=true"), max_size=None,
                                                  subprotocols=[form], compression=compression)
                sockets.append(socket)
                while True:
                    message = await asyncio.wait_for(socket.recv(), PATIENCE_S)
                    if isinstance(message, bytes):
                        head_end = 4 + int.from_bytes(message[:4], "big")
                        return json.loads(message[4:head_end]), message[head_end:]
                    message = json.loads(message)
                    if message["type"] == "frame":
                        return message, base64.b64decode(message.pop("data"))

            def snapshot():
                with urllib.request.urlopen(server.url + "snapshot", timeout=PATIENCE_S) as answer:
                    return answer.read()

            sockets = []
            first, *others = [await frame(form, compression)
                              for form, compression in [("freshframe.v1.json", None),
                                                        ("freshframe.v1.binary", None),
                                                        ("freshframe.v1.json", "deflate"),
                                                        ("freshframe.v1.binary", None)]]
            picture = await asyncio.to_thread(snapshot)
            for socket in sockets:
                await socket.close()
            return first, others, picture

        with FreshframeServer("--camera", "pattern:320x240@0.01") as server:
            first, others, picture = asyncio.run(watch_in_every_form(server))
            self.assertEqual(others, [first] * 3)
            self.assertEqual(picture, first[1])
            self.assertNotIn("stale_us", first[0], "it is the present until the next one is due")
            self.assertEqual(server.cameras()["cam0"]["frames"]["encoded"], 1)

    def test_an_answer_about_the_last_picture_is_yes_or_no(self):
        with FreshframeServer("--camera", "pattern:320x240@30") as server:
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                receive_now(server.ws("?last_picture=yes"), 1)
            self.assertEqual(refused.exception.status_code, 400)

    def test_the_list_of_cameras_counts_what_became_of_the_frames(self):
        with FreshframeServer("--camera", "pattern:320x240@30") as server:
            receive_now(server.ws(), 5)
            camera = server.cameras()["cam0"]
        self.assertGreaterEqual(camera["frames"]["captured"], camera["frames"]["encoded"])
        self.assertGreaterEqual(camera["frames"]["encoded"], 5)
        self.assertEqual(camera["frames"]["dropped"],
                         {"truncated": 0, "foreign": 0, "wrong-shape": 0, "failed": 0})

    def test_the_list_of_cameras_says_who_makes_the_pictures(self):
        cameras = ("--camera", "raw=pattern:320x240", "--camera", "jpeg=pattern:320x240,mjpeg", "--camera", "mine=publish")
        with FreshframeServer(*cameras, "--encoder", "software") as server:
            self.assertEqual([camera["encoder"] for camera in server.cameras().values()], [None] * 3)
            for name, encoder in (("raw", "libjpeg-turbo"), ("jpeg", "camera")):
                receive_now(server.ws(f"?camera={name}"), 1)
                self.assertEqual(server.cameras()[name]["encoder"],
                                 {"name": encoder, "reason": "", "hardware_failures": 0})
            self.assertIsNone(server.cameras()["mine"]["encoder"])


if __name__ == "__main__":
    unittest.main()
