"""The server over TLS, with foreign clients: OpenSSL's in Python and curl, and Node's."""

import asyncio
import base64
import fcntl
import hashlib
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import termios
import unittest
import urllib.error
import urllib.request

import cv2
import numpy
import websockets

import certificates
from freshframe_server import PATIENCE_S, PROGRAM, THREAD_SANITIZED, FreshframeServer, holds_within, run_to_end, signal_until, text_of, wait_until
from pictures import decode, number_in

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "proto/python"))

import freshframe

FINGERPRINT = re.compile(r"Its certificate's SHA-256 fingerprint is ([0-9A-F:]{95})\n")


def fingerprint_of(path):
    der = ssl.PEM_cert_to_DER_cert(pathlib.Path(path).read_text())
    return hashlib.sha256(der).hexdigest()


def shown_by(server):
    """The fingerprint of what a new connection is shown, whoever made it."""
    lax = ssl._create_unverified_context()
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as plain:
        with lax.wrap_socket(plain) as connection:
            return hashlib.sha256(connection.getpeercert(binary_form=True)).hexdigest()


def next_frame(viewer):
    async def receive():
        while True:
            message = json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
            if message["type"] == "frame":
                return message
    return receive()


class TlsTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.environment = {"STATE_DIRECTORY": str(self.folder / "state")}

    def server(self, *flags):
        """With two files, as somebody has them who has a certificate."""
        self.certificate, self.key = certificates.make(self.folder, "camera")
        return FreshframeServer("--tls-cert", str(self.certificate), "--tls-key", str(self.key), *flags,
                                trusted=self.certificate)

    def self_signed(self, *flags):
        return FreshframeServer("--tls-self-signed", *flags, environment=self.environment)

    def curl(self, *arguments, **options):
        return subprocess.run(["curl", "-sS", "--max-time", str(int(PATIENCE_S)), "--cacert", self.certificate,
                               *arguments], capture_output=True, **options)


class WatchOverTlsTest(TlsTest):
    def check_pictures(self, frames):
        for frame in frames:
            self.assertEqual(number_in(decode(frame)), frame["sequence"] & 0xFFFFFF)

    def test_python_gets_pictures_and_is_told_when_the_server_stops(self):
        async def watch(server):
            async with websockets.connect(server.ws(), ssl=server.tls, max_size=None) as viewer:
                frames = [await next_frame(viewer) for _ in range(10)]
                server.tell_to_end()
                try:
                    while True:
                        await asyncio.wait_for(viewer.recv(), PATIENCE_S)
                except websockets.ConnectionClosed:
                    return frames, viewer.close_code

        with self.server("--camera", "pattern:640x360@30") as server:
            self.assertTrue(server.url.startswith("https://127.0.0.1:"))
            frames, code = asyncio.run(watch(server))
            self.check_pictures(frames)
            self.assertEqual(code, 1001)

    def test_node_gets_pictures(self):
        with self.server("--camera", "pattern:640x360@30") as server:
            run = subprocess.run(
                ["node", HERE / "node_client.mjs", server.ws(), "5"], capture_output=True, text=True,
                timeout=PATIENCE_S, env={**os.environ, "NODE_EXTRA_CA_CERTS": str(self.certificate)})
            self.assertEqual(run.returncode, 0, run.stderr)
            frames = [json.loads(line) for line in run.stdout.splitlines()]
            self.assertEqual(len(frames), 5)
            self.check_pictures(frames)

    def test_the_python_package_watches_and_says_whom_it_does_not_trust(self):
        with self.server("--camera", "pattern:640x360@30") as server:
            with freshframe.watch(server.url, tls=server.tls, timeout=PATIENCE_S) as frames:
                frame = next(frames)
                self.assertEqual(number_in(frame.to_numpy()), frame.sequence & 0xFFFFFF)
            with self.assertRaisesRegex(ConnectionError, r"not trusted here .*cafile=FILE"):
                freshframe.watch(server.url, timeout=PATIENCE_S)
            with self.assertRaisesRegex(ConnectionError, "HTTP status 400"):
                freshframe.watch(f"http://{server.authority}", timeout=PATIENCE_S)

    def test_curl_gets_the_mjpeg_stream_and_its_end(self):
        with self.server("--camera", "pattern:640x360@30") as server:
            with subprocess.Popen(["curl", "-sS", "-N", "--cacert", self.certificate, server.url + "stream"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as curl:
                received = b""
                while received.count(b"--frame\r\nContent-Type: image/jpeg\r\n") < 5:
                    received += curl.stdout.read1()
                server.tell_to_end()
                _, complaints = curl.communicate(timeout=PATIENCE_S)
                # 56 would be: the server closed without close_notify.
                self.assertEqual((curl.returncode, complaints), (0, b""))
            jpeg = received.split(b"\r\n\r\n")[1].split(b"\r\n--frame")[0]
            picture = cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR)
            self.assertEqual(picture.shape, (360, 640, 3))


class PublishOverTlsTest(TlsTest):
    def test_the_package_and_curl_publish(self):
        image = numpy.zeros((64, 64, 3), numpy.uint8)
        jpeg = cv2.imencode(".jpg", image)[1].tobytes()
        (self.folder / "picture.jpg").write_bytes(jpeg)

        async def watch(server, publish):
            async with websockets.connect(server.ws(), ssl=server.tls, max_size=None) as viewer:
                await viewer.recv()
                await asyncio.to_thread(publish)
                return base64.b64decode((await next_frame(viewer))["data"])

        with self.server("--camera", "vision=publish") as server:
            def by_package():
                with freshframe.publish(server.url, "vision", tls=server.tls, timeout=PATIENCE_S) as camera:
                    camera.wait_for_credit()
                    self.assertTrue(camera.send(jpeg))

            def by_curl():
                put = self.curl("-T", self.folder / "picture.jpg", server.url + "cameras/vision/frame")
                self.assertEqual((put.returncode, put.stderr), (0, b""))

            for publish in [by_package, by_curl]:
                with self.subTest(publish.__name__):
                    self.assertEqual(asyncio.run(watch(server, publish)), jpeg)

    def test_what_is_no_picture_is_refused_in_words(self):
        with self.server("--camera", "vision=publish") as server:
            put = self.curl("--data-binary", "no picture", server.url + "cameras/vision/frame")
            self.assertIn(b'"code":"', put.stdout.replace(b" ", b""))


def complaints(server):
    return re.findall(".*kept the certificate that was there.*", server.log_text())


class CertificateTest(TlsTest):
    def test_sighup_reads_new_files_while_a_viewer_watches(self):
        async def watch(server):
            async with websockets.connect(server.ws(), ssl=server.tls, max_size=None) as viewer:
                await next_frame(viewer)
                before = await asyncio.to_thread(shown_by, server)
                self.assertEqual(before, fingerprint_of(self.certificate))
                certificate, key = certificates.make(self.folder, "renewed")
                shutil.copy(certificate, self.certificate)
                shutil.copy(key, self.key)
                await asyncio.to_thread(signal_until, server.process, signal.SIGHUP,
                                        lambda: "read the certificate" in server.log_text())
                await asyncio.to_thread(
                    wait_until, lambda: shown_by(server) == fingerprint_of(certificate), "the new certificate")
                self.assertIn(f"read the certificate {self.certificate} again", server.log_text())
                last = (await next_frame(viewer))["sequence"]
                while (await next_frame(viewer))["sequence"] < last + 5:
                    pass

        with self.server("--camera", "pattern:640x360@30") as server:
            asyncio.run(watch(server))

    def test_bad_new_files_leave_the_old_ones_in_place(self):
        with self.server("--camera", "pattern") as server:
            before = shown_by(server)
            other, other_key = certificates.make(self.folder, "other")
            expired, expired_key = certificates.make_expired(self.folder, "expired")

            def nothing(path):
                path.unlink(missing_ok=True)

            cases = {
                "is not the key of": lambda: shutil.copy(other, self.certificate),
                "cannot be read: No such file": lambda: nothing(self.certificate),
                "holds no certificate": lambda: self.certificate.write_text("rubbish"),
                " only": lambda: (shutil.copy(expired, self.certificate), shutil.copy(expired_key, self.key)),
            }
            for number, (words, spoil) in enumerate(cases.items(), 1):
                with self.subTest(words):
                    spoil()
                    signal_until(server.process, signal.SIGHUP, lambda: len(complaints(server)) == number)
                    wait_until(lambda: len(complaints(server)) == number, "the complaint")
                    self.assertIn(words, complaints(server)[-1])
                    self.assertEqual(shown_by(server), before)

    def test_the_servers_own_is_made_once_and_its_fingerprint_printed(self):
        printed = set()
        for _ in range(2):
            with self.self_signed("--camera", "pattern") as server:
                printed.add(FINGERPRINT.fullmatch(server.process.stdout.readline())[1])
                path = self.folder / "state/self-signed-certificate.pem"
                self.assertEqual(shown_by(server), fingerprint_of(path))
                trusting = ssl.create_default_context(cafile=path)
                for name in ["127.0.0.1", "localhost"]:
                    with urllib.request.urlopen(f"https://{name}:{server.port}/", timeout=PATIENCE_S,
                                                context=trusting) as answer:
                        self.assertEqual(answer.status, 200)
                        # Would lock out whoever trusts this certificate by an exception, and the host's other ports.
                        self.assertNotIn("Strict-Transport-Security", answer.headers)
        self.assertEqual({text.replace(":", "").lower() for text in printed}, {fingerprint_of(path)})
        key = (self.folder / "state/self-signed-key.pem").stat()
        self.assertEqual(stat.S_IMODE(key.st_mode), 0o600)

    def test_files_that_are_no_good_are_said_so_at_the_start(self):
        certificate, key = certificates.make(self.folder, "one")
        _, other_key = certificates.make(self.folder, "two")
        for flags, words in [
                (["--tls-cert", certificate], "give the key's file too"),
                (["--tls-key", key], "give the certificate's file too"),
                (["--tls-cert", certificate, "--tls-key", other_key], "is not the key of the certificate"),
                (["--tls-cert", certificate, "--tls-key", self.folder / "none"], "No such file or directory")]:
            with self.subTest(words):
                run = run_to_end("--listen", "127.0.0.1:0", "--camera", "pattern", *map(str, flags))
                self.assertEqual(run.returncode, 78, run.stderr)
                self.assertIn(words, run.stderr)
                self.assertEqual(run.stdout, "")

    def test_one_that_has_run_out_is_used_with_a_warning(self):
        certificate, key = certificates.make_expired(self.folder, "expired")
        with FreshframeServer("--tls-cert", str(certificate), "--tls-key", str(key), "--camera", "pattern") as server:
            self.assertEqual(shown_by(server), fingerprint_of(certificate))
            self.assertIn("browsers will refuse it", server.log_text())


class MisunderstandingTest(TlsTest):
    def test_plain_http_is_told_to_come_by_https(self):
        with self.server("--camera", "pattern") as server:
            with self.assertRaises(urllib.error.HTTPError) as refusal:
                urllib.request.urlopen(f"http://{server.authority}/", timeout=PATIENCE_S)
            with refusal.exception as answer:
                self.assertEqual(answer.code, 400)
                self.assertIn(b"begin the address with https://", answer.read())

    def test_peers_that_are_cut_off_anywhere_do_no_harm(self):
        with self.server("--camera", "pattern:640x360@30") as server:
            hello = self.client_hello()
            for size in [0, 1, 5, 6, 50, len(hello)]:
                with socket.create_connection(("127.0.0.1", server.port)) as peer:
                    peer.sendall(hello[:size])
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # RST
            for _ in range(3):
                plain = socket.create_connection(("127.0.0.1", server.port))
                viewer = server.tls.wrap_socket(plain, server_hostname="127.0.0.1")
                viewer.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
                viewer.recv(1000)
                viewer.close()  # without close_notify
            wait_until(lambda: server.cameras()["cam0"]["viewers"] == 0, "the viewers to be gone")

    @staticmethod
    def client_hello():
        outgoing = ssl.MemoryBIO()
        client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            return outgoing.read()


class HangupTest(TlsTest):
    def setUp(self):
        super().setUp()
        self.log = self.enterContext(tempfile.TemporaryFile("a+"))

    def start_at_a_terminal(self, *command):
        certificate, key = certificates.make(self.folder, "camera")
        outer, inner = pty.openpty()

        def take_the_terminal():
            os.setsid()
            fcntl.ioctl(inner, termios.TIOCSCTTY, 0)

        process = subprocess.Popen(
            [*command, PROGRAM, "--listen", "127.0.0.1:0", "--camera", "pattern", "--tls-cert", certificate,
             "--tls-key", key], stdin=inner, stdout=subprocess.PIPE, stderr=self.log, text=True,
            preexec_fn=take_the_terminal)
        os.close(inner)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertIn("Freshframe is live at https://", process.stdout.readline())
        return outer, process

    def take_the_terminal_from(self, process, outer, heard):
        """The kernel sends SIGHUP as it goes, once."""
        os.close(outer)
        if THREAD_SANITIZED and not holds_within(2.0, heard):
            signal_until(process, signal.SIGHUP, heard)

    def test_the_end_of_its_terminal_ends_the_server(self):
        outer, process = self.start_at_a_terminal()
        self.take_the_terminal_from(process, outer, lambda: process.poll() is not None)
        self.assertEqual(process.wait(PATIENCE_S), 0)

    def test_under_nohup_the_server_outlives_it(self):
        outer, process = self.start_at_a_terminal("nohup")

        def has_read_its_files_again():
            return "read the certificate" in text_of(self.log)

        self.take_the_terminal_from(process, outer, has_read_its_files_again)
        # Instead of ending.
        wait_until(has_read_its_files_again, "the files to be read again")
        self.assertIsNone(process.poll())
        signal_until(process, signal.SIGTERM, lambda: process.poll() is not None)
        self.assertEqual(process.wait(PATIENCE_S), 0)


if __name__ == "__main__":
    unittest.main()
