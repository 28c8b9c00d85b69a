"""What a peer may cost the program, and that others do not notice: places, rates, open files."""

import asyncio
import http.client
import json
import os
import resource
import socket
import tempfile
import time
import unittest

import websockets

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until

FLAGS = ("--camera", "pattern:320x240")


def cpu_s(process):
    """The processor time that it has used."""
    with open(f"/proc/{process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_files(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


async def next_frame(viewer):
    while True:
        message = json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
        if message["type"] == "frame":
            return message


class PlacesTest(unittest.TestCase):
    def serve(self, *flags):
        return self.enterContext(FreshframeServer(*FLAGS, *flags))

    def test_a_viewer_too_many_gets_503_and_a_time_to_come_back(self):
        async def watch(server):
            async with websockets.connect(server.ws()) as first:
                with self.assertRaises(websockets.InvalidStatusCode) as refused:
                    async with websockets.connect(server.ws()):
                        self.fail("the second was let in")
                self.assertEqual(refused.exception.status_code, 503)
                self.assertEqual(refused.exception.headers["Retry-After"], "10")
                await next_frame(first)

        asyncio.run(watch(self.serve("--max-viewers", "1")))

    def test_two_thousand_connections_do_not_take_a_viewers_picture(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

        async def watch(server):
            async with websockets.connect(server.ws()) as viewer:
                await next_frame(viewer)
                peers = []
                for _ in range(2000):
                    peers.append(socket.create_connection(("127.0.0.1", server.port)))
                before = (await next_frame(viewer))["sequence"]
                while (await next_frame(viewer))["sequence"] < before + 10:
                    pass
                # 64 connections, 32 that are told, and what a server has open anyway.
                wait_until(lambda: open_files(server.process) < 64 + 32 + 30, "the rest to be closed")
                for peer in peers:
                    peer.close()

        server = self.serve("--max-connections", "64")
        asyncio.run(watch(server))
        wait_until(lambda: self.get(server, "/") == 200, "room")

    def get(self, server, path):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionError:
            return None
        finally:
            connection.close()

    def test_a_session_that_says_too_much_ends_with_1008(self):
        async def flood(server, say):
            async with websockets.connect(server.ws("?subscribe=none"), max_queue=None) as viewer:
                try:
                    for _ in range(500):
                        await say(viewer)
                    await viewer.wait_closed()
                except websockets.ConnectionClosed:
                    pass
                return viewer.close_code

        server = self.serve()
        ping = json.dumps({"type": "ping", "client_time_us": 1})
        self.assertEqual(asyncio.run(flood(server, lambda viewer: viewer.send(ping))), 1008)

        async def send_ping(viewer):
            pong = await viewer.ping()
            pong.add_done_callback(lambda waiter: waiter.cancelled() or waiter.exception())

        self.assertEqual(asyncio.run(flood(server, send_ping)), 1008)

    def test_a_header_that_trickles_in_is_given_up(self):
        server = self.serve_with_limits(header_time_s=1)
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as peer:
            began = time.monotonic()
            peer.settimeout(0.1)
            peer.sendall(b"GET / HTTP/1.1\r\n")
            while True:
                try:
                    peer.sendall(b"X: y\r\n")
                    if peer.recv(100) == b"":
                        break
                except TimeoutError:
                    pass
                except ConnectionError:
                    break
                self.assertLess(time.monotonic() - began, PATIENCE_S)
            self.assertGreater(time.monotonic() - began, 0.9)

    def serve_with_limits(self, **limits):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with open(f"{folder}/config.json", "w") as file:
            json.dump({"limits": limits}, file)
        return self.serve("--config", f"{folder}/config.json")


class OpenFilesTest(unittest.TestCase):
    def test_it_says_so_when_too_few_files_may_be_open(self):
        with FreshframeServer(*FLAGS, run_by=["prlimit", "--nofile=200:200"]) as server:
            self.assertIn("256 connections need 352", server.log_text())
            self.assertIn("--max-connections", server.log_text())
        with FreshframeServer(*FLAGS, "--max-connections", "100", run_by=["prlimit", "--nofile=64:200"]) as server:
            self.assertNotIn("--max-connections", server.log_text())

    @unittest.skipIf("FRESHFRAME_SANITIZED" in os.environ, "its vptr check needs two files of its own, or finds fault")
    def test_running_out_of_files_is_survived_without_spinning(self):
        async def watch(server):
            async with websockets.connect(server.ws("?subscribe=none")) as viewer:
                peers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
                wait_until(lambda: "cannot accept a connection" in server.log_text(), "EMFILE")
                used, began = cpu_s(server.process), time.monotonic()
                # Who is here is served as ever.
                for number in range(10):
                    await viewer.send(json.dumps({"type": "ping", "client_time_us": number}))
                    while json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))["type"] != "pong":
                        pass
                    await asyncio.sleep(0.1)
                busy = (cpu_s(server.process) - used) / (time.monotonic() - began)
                self.assertLess(busy, 0.3)
                for peer in peers:
                    peer.close()

        with FreshframeServer(*FLAGS, run_by=["prlimit", "--nofile=60:60"]) as server:
            asyncio.run(watch(server))
            wait_until(server.cameras, "room again")


if __name__ == "__main__":
    unittest.main()
