"""Starting and ending: what the program says, how it ends, and how it lets its viewers go."""

import asyncio
import json
import pathlib
import signal
import socket
import tempfile
import unittest
import urllib.error
import urllib.request

import websockets

from freshframe_server import PATIENCE_S, FreshframeServer, run_to_end, wait_until

STOP_LIMIT_S = 3.0


class StopTest(unittest.TestCase):
    def test_viewers_are_told_1001_and_get_their_frame_whole(self):
        async def watch_until_closed(server):
            async with websockets.connect(server.ws(), max_size=None) as viewer:
                await asyncio.wait_for(viewer.recv(), PATIENCE_S)
                server.tell_to_end()
                try:
                    while True:
                        json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
                except websockets.ConnectionClosed:
                    return viewer.close_code

        with FreshframeServer("--camera", "pattern") as server:
            self.assertEqual(asyncio.run(watch_until_closed(server)), 1001)
            self.assertEqual(server.process.wait(PATIENCE_S), 0)

    def test_a_viewer_that_takes_nothing_does_not_hold_up_the_stop(self):
        with FreshframeServer("--camera", "pattern") as server:
            with socket.create_connection(("127.0.0.1", server.port)) as stalled:
                stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                stalled.sendall(handshake(server.authority))
                wait_until(lambda: server.cameras()["cam0"]["frames"]["encoded"] > 10, "a full pipe")
                self.assertLess(server.stop(), STOP_LIMIT_S)

    def test_a_program_that_may_put_another_picture_soon_does_not_hold_up_the_stop(self):
        with FreshframeServer("--camera", "vision=publish") as server:
            request = urllib.request.Request(server.url + "cameras/vision/frame", b"no image", method="PUT")
            with self.assertRaises(urllib.error.HTTPError) as refusal:
                urllib.request.urlopen(request, timeout=PATIENCE_S)
            self.assertEqual(refusal.exception.code, 422)
            refusal.exception.close()
            self.assertLess(server.stop(), STOP_LIMIT_S)

    def test_interrupt_and_terminate_both_end_it_well(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number), FreshframeServer("--camera", "pattern") as server:
                server.tell_to_end(number)
                self.assertEqual(server.process.wait(PATIENCE_S), 0)


class LeavingTest(unittest.TestCase):
    def test_a_viewer_that_is_killed_leaves_nothing_behind(self):
        with FreshframeServer("--camera", "pattern", "--idle-grace", "0") as server:
            viewer = socket.create_connection(("127.0.0.1", server.port))
            viewer.sendall(handshake(server.authority))
            wait_until(lambda: server.cameras()["cam0"]["viewers"] == 1, "the viewer")
            # Closing with a linger time of 0 sends RST, as the kernel does for a machine that crashed.
            viewer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            viewer.close()
            wait_until(lambda: server.cameras()["cam0"]["state"] == "idle", "the camera to stop")
            self.assertEqual(server.cameras()["cam0"]["viewers"], 0)


class StartTest(unittest.TestCase):
    def check_complaint(self, run, code, *words):
        self.assertEqual(run.returncode, code, run.stderr)
        complaint = run.stderr.strip().splitlines()
        for word in words:
            self.assertIn(word, run.stderr)
        self.assertTrue(any(line.startswith("freshframe: ") for line in complaint), run.stderr)
        self.assertEqual(run.stdout, "")

    def test_a_busy_port_is_said_so(self):
        with FreshframeServer("--camera", "pattern") as server:
            run = run_to_end("--listen", f"127.0.0.1:{server.port}", "--camera", "pattern")
            self.check_complaint(run, 71, f"127.0.0.1 port {server.port} is in use", "--listen")

    def test_an_address_that_is_not_ours_is_said_so(self):
        run = run_to_end("--listen", "192.0.2.1:0", "--camera", "pattern")
        self.check_complaint(run, 71, "192.0.2.1")

    def test_a_missing_camera_is_said_so(self):
        run = run_to_end("--listen", "127.0.0.1:0", "--camera", "libcamera:no-such-camera")
        self.assertIn(run.returncode, [69, 77, 78], run.stderr)
        self.assertIn("freshframe: camera cam0: ", run.stderr)

    def test_a_bad_flag_ends_with_78_and_says_what_is_allowed(self):
        self.check_complaint(run_to_end("--quality", "101"), 78, "101", "1 to 100")
        self.check_complaint(run_to_end("--camera", "webcam"), 78, "webcam", "libcamera")
        self.check_complaint(run_to_end("--no-such-flag"), 78, "--no-such-flag")

    def test_a_bad_configuration_ends_with_78_and_names_the_place(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "bad.json"
            file.write_text('{\n  // as hard as it goes\n  "quality": 200\n}\n')
            self.check_complaint(run_to_end("--config", str(file)), 78, "/quality", "200", "1 to 100")
            file.write_text('{"qualitty": 80}')
            self.check_complaint(run_to_end("--config", str(file)), 78, "qualitty", "quality")
            file.write_text('{"quality": 80,,}')
            self.check_complaint(run_to_end("--config", str(file)), 78, "line 1")
        self.check_complaint(run_to_end("--config", "/nowhere/at/all.json"), 78, "/nowhere/at/all.json")

    def test_the_configuration_works_and_flags_win(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "good.json"
            file.write_text('{"listen": "127.0.0.1:1", "cameras": '
                            '[{"name": "shed", "source": "pattern", "size": "320x240"}]}')
            with FreshframeServer("--config", str(file)) as server:
                self.assertEqual(list(server.cameras()), ["shed"])
            with FreshframeServer("--config", str(file), "--camera", "attic=pattern") as server:
                self.assertEqual(list(server.cameras()), ["attic"])

    def test_it_serves_ipv6_as_well(self):
        with FreshframeServer("--camera", "pattern", listen="[::1]:0") as server:
            self.assertTrue(server.url.startswith("http://[::1]:"))
            self.assertIn("cam0", server.cameras())

    def test_the_limit_on_open_files_is_raised_as_far_as_it_may(self):
        with FreshframeServer("--camera", "pattern", "--log-level", "debug",
                              run_by=["prlimit", "--nofile=64:500"]) as server:
            limits = pathlib.Path(f"/proc/{server.process.pid}/limits").read_text()
            self.assertRegex(limits, r"Max open files +500 +500 +files")
            self.assertIn("open files is raised from 64 to 500", server.log_text())

    def test_help_and_version_are_for_stdout(self):
        for flag, words in {"--help": "--camera", "--version": "freshframe "}.items():
            run = run_to_end(flag)
            self.assertEqual(run.returncode, 0)
            self.assertIn(words, run.stdout)
            self.assertEqual(run.stderr, "")


def handshake(authority):
    return (f"GET /ws HTTP/1.1\r\nHost: {authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode()


if __name__ == "__main__":
    unittest.main()
