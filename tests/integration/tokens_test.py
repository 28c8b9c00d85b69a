"""Tokens over real sockets and in a real process: how they are given, how they travel, and that they are seen nowhere."""

import asyncio
import base64
import http.client
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

import cv2
import numpy
import websockets

PROTOCOL = pathlib.Path(__file__).parents[2] / "proto"
sys.path.insert(0, str(PROTOCOL / "python"))

import freshframe
from freshframe_server import PATIENCE_S, PROGRAM, FreshframeServer, run_to_end, signal_until

VIEW, PUBLISH, ADMIN = "view-token-0123456789", "publish+token/0123456789==", "admin-token-0123456789"
WRONG = "wrong-token-0123456789"
CAMERAS = ("--camera", "door=pattern:320x240@30", "--camera", "vision=publish")
EXAMPLES = PROTOCOL / "examples"
# The smallest white JPEG that decoders take: 8x8.
JPEG = cv2.imencode(".jpg", numpy.full((8, 8, 3), 255, numpy.uint8))[1].tobytes()


def base64url(token):
    return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


class TokensFixture(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.state = self.folder / "state"
        self.environment = {"XDG_STATE_HOME": str(self.state), "STATE_DIRECTORY": ""}

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def server(self, *flags, **options):
        options["environment"] = self.environment | options.get("environment", {})
        return self.enterContext(FreshframeServer(*CAMERAS, *flags, **options))

    def server_with_tokens(self):
        return self.server("--view-token-file", self.file("view", VIEW + "\n"),
                           "--publish-token-file", self.file("publish", PUBLISH),
                           environment={"FRESHFRAME_ADMIN_TOKEN": ADMIN})

    def request(self, server, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = b"" if "multipart" in answer.headers.get("Content-Type", "") else answer.read()
        self.answers = getattr(self, "answers", "") + f"{answer.status} {answer.headers}{text.decode('utf-8', 'replace')}"
        return answer

    def status(self, server, path, token=None, method="GET", body=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.request(server, method, path, body, **headers).status

    def connect(self, server, query="", protocols=None):
        """The first message of a session, or the HTTP status of the refusal."""
        async def talk():
            try:
                async with websockets.connect(server.ws(query), subprotocols=protocols, max_size=None) as viewer:
                    return json.loads(await viewer.recv())
            except websockets.InvalidStatusCode as refused:
                return refused.status_code

        return asyncio.run(talk())


class TokensTest(TokensFixture):
    def test_on_loopback_without_a_token_everything_is_open_and_nothing_is_kept(self):
        server = self.server()
        self.assertEqual(self.status(server, "/"), 200)
        self.assertEqual(self.connect(server)["may"], ["watch", "publish"])
        self.assertEqual(self.status(server, "/cameras/vision/frame", method="PUT", body=JPEG), 204)
        self.assertFalse(self.state.exists())

    def test_each_token_opens_what_it_is_for(self):
        server = self.server_with_tokens()
        for token, views, publishes in [(None, 401, 401), (WRONG, 401, 401), (VIEW, 200, 403), (PUBLISH, 403, 204),
                                        (ADMIN, 200, 204)]:
            with self.subTest(token):
                self.assertEqual(self.status(server, "/api/v1/cameras", token), views)
                self.assertEqual(self.status(server, "/cameras/door/stream", token), views)
                self.assertEqual(self.status(server, "/cameras/vision/frame", token, "PUT", JPEG), publishes)

    def test_tokens_are_seen_nowhere(self):
        """Not in the log at its loudest, an answer, the command line or the environment, with a token in every
        place where one can travel. The wrong ones neither: they may be right elsewhere."""
        server = self.server("--view-token-file", self.file("view", VIEW + "\n"), "--log-level", "trace",
                             environment={"FRESHFRAME_PUBLISH_TOKEN": PUBLISH, "FRESHFRAME_ADMIN_TOKEN": ADMIN})
        for token in (VIEW, PUBLISH, ADMIN, WRONG):
            basic = base64.b64encode(f"any:{token}".encode()).decode()
            for path in ("/", "/app.js", "/api/v1/cameras", "/stream", "/nothing", "/ws"):
                self.request(server, "GET", path, Authorization=f"Bearer {token}")
                self.request(server, "GET", path, Authorization=f"Basic {basic}")
                self.request(server, "GET", f"{path}?token={urllib.parse.quote(token, '')}&x=1")
                self.request(server, "PUT", f"{path}?token={urllib.parse.quote(token, '')}")
            self.connect(server, protocols=["freshframe.v1.json", f"freshframe.bearer.{base64url(token)}"])
        proc = pathlib.Path(f"/proc/{server.process.pid}")
        places = {name: (proc / name).read_bytes().decode("utf-8", "replace")
                  for name in ("cmdline", "environ", "comm", "status")}
        self.assertNotIn("FRESHFRAME_PUBLISH_TOKEN", places["environ"])
        self.assertIn("XDG_STATE_HOME", places["environ"], "environ is read as it should be")
        server.stop()
        places |= {"log": server.log_text(), "stdout": server.process.stdout.read(), "answers": self.answers}
        self.assertIn("401", places["answers"])
        for token in (VIEW, PUBLISH, ADMIN, WRONG):
            for form in (token, urllib.parse.quote(token, ""), base64url(token)):
                for name, text in places.items():
                    self.assertFalse(form in text, f"{form} is in {name}")

    @unittest.skipIf("FRESHFRAME_SANITIZED" in os.environ, "a sanitizer's own memory is terabytes of address space")
    def test_no_copy_of_a_token_stays_in_memory_that_a_core_dump_would_show(self):
        """What is kept is a digest. (Requests bring tokens too, so this looks before the first.)"""
        server = self.server("--view-token-file", self.file("view", VIEW + "\n"),
                             environment={"FRESHFRAME_PUBLISH_TOKEN": PUBLISH})
        pid = server.process.pid
        found = []
        with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                begin, end = (int(number, 16) for number in line.split()[0].split("-"))
                if "rw" not in line.split()[1]:
                    continue
                try:
                    memory.seek(begin)
                    content = memory.read(end - begin)
                except OSError:
                    continue
                found += [token for token in (VIEW, PUBLISH) if token.encode() in content]
        self.assertEqual(found, [])

    def test_a_page_is_opened_with_its_token_once(self):
        server = self.server_with_tokens()
        answer = self.request(server, "GET", f"/?camera=door&token={VIEW}")
        self.assertEqual(answer.status, 303)
        self.assertEqual(urllib.parse.urljoin(server.url, answer.headers["Location"]), f"{server.url}?camera=door")
        cookie, *attributes = answer.headers["Set-Cookie"].split("; ")
        self.assertEqual(attributes, ["Path=/", "HttpOnly", "SameSite=Strict"])
        self.assertEqual(self.request(server, "GET", "/", Cookie=cookie).status, 200)
        self.assertEqual(self.request(server, "GET", "/api/v1/cameras", Cookie=cookie).status, 200)
        self.assertEqual(self.request(server, "GET", "/", Cookie=cookie, Origin="http://evil.example").status, 403)

    def test_two_servers_on_one_machine_do_not_log_each_other_out(self):
        one, two = self.server_with_tokens(), self.server_with_tokens()
        cookies = [self.request(server, "GET", f"/?token={VIEW}").headers["Set-Cookie"].split(";")[0]
                   for server in (one, two)]
        both = "; ".join(cookies)
        self.assertEqual([self.request(server, "GET", "/", Cookie=both).status for server in (one, two)], [200, 200])

    def test_a_session_is_refused_what_its_token_is_not_for(self):
        server = self.server_with_tokens()

        async def talk(token, message):
            bearer = f"freshframe.bearer.{base64url(token)}"
            async with websockets.connect(server.ws("?subscribe=none"), max_size=None,
                                          subprotocols=[bearer, "freshframe.v1.json"]) as viewer:
                self.assertEqual(viewer.subprotocol, "freshframe.v1.json")
                hello = json.loads(await viewer.recv())
                await viewer.send(json.dumps(message))
                return hello["may"], json.loads(await viewer.recv())

        publish, subscribe = {"type": "publish", "camera": "vision"}, {"type": "subscribe", "camera": "door"}
        may, error = asyncio.run(talk(VIEW, publish))
        self.assertEqual((may, error["code"], error["request"]), (["watch"], "not-allowed", "publish"))
        may, error = asyncio.run(talk(PUBLISH, subscribe))
        self.assertEqual((may, error["code"], error["request"]), (["publish"], "not-allowed", "subscribe"))
        self.assertEqual(asyncio.run(talk(PUBLISH, publish))[1]["type"], "credit")
        may, answer = asyncio.run(talk(ADMIN, publish))
        self.assertEqual((may, answer["type"]), (["watch", "publish"], "credit"))

    def test_node_shows_its_token_by_a_subprotocol(self):
        server = self.server_with_tokens()
        for token, says in {VIEW: "freshframe.v1.json hello", WRONG: "401"}.items():
            run = subprocess.run(["node", "node_token.mjs", server.ws(), token], capture_output=True, text=True,
                                 cwd=pathlib.Path(__file__).parent, timeout=PATIENCE_S, check=True)
            self.assertEqual(run.stdout.strip(), says, run.stderr)

    def test_the_python_package_sends_a_token(self):
        server = self.server_with_tokens()
        with freshframe.publish(server.url, "vision", token=PUBLISH + "\n", timeout=PATIENCE_S) as camera, \
                freshframe.watch(server.url, "vision", token=VIEW, timeout=PATIENCE_S) as viewer:
            camera.send(numpy.zeros((120, 160, 3), numpy.uint8))
            self.assertEqual(next(viewer).width, 160)
        for call in (lambda token: freshframe.publish(server.url, "vision", token=token),
                     lambda token: next(freshframe.watch(server.url, token=token))):
            for token in (None, WRONG):
                with self.assertRaises(freshframe.Refused) as refused:
                    call(token)
                self.assertEqual(refused.exception.code, "not-allowed")
                self.assertIn("token", refused.exception.reason)
                self.assertNotIn(WRONG, str(refused.exception))
        with self.assertRaises(freshframe.Refused) as refused:
            freshframe.publish(server.url, "vision", token=VIEW)
        self.assertEqual(refused.exception.code, "not-allowed")
        with self.assertRaises(ValueError) as told:
            freshframe.publish(server.url, "vision", token="s3cret with spaces")
        self.assertNotIn("s3cret", str(told.exception))

    def test_the_examples_send_a_token(self):
        server = self.server_with_tokens()
        picture = self.folder / "picture.jpg"
        picture.write_bytes(JPEG)

        def run(name, *arguments, token, command=()):
            return subprocess.run(
                [*command, EXAMPLES / name, *arguments], capture_output=True, text=True, timeout=PATIENCE_S,
                env=os.environ | {"FRESHFRAME_TOKEN": token, "PYTHONPATH": str(PROTOCOL / "python"),
                                  "NODE_PATH": str(pathlib.Path(__file__).parents[1] / "node_modules")})

        # What curl publishes keeps the camera for a while, so that it comes last.
        for name, arguments in {"publish_pillow.py": [server.url, "vision", "1"],
                                "publish_curl.sh": [server.url, "vision", str(picture)]}.items():
            command = ["/usr/bin/python3"] if name.endswith(".py") else []
            self.assertEqual(run(name, *arguments, token=PUBLISH, command=command).returncode, 0, name)
            self.assertNotEqual(run(name, *arguments, token=VIEW, command=command).returncode, 0, name)
        right = run("watch.py", server.ws("?camera=door"), "1", token=VIEW, command=["/usr/bin/python3"])
        self.assertIn("320x240", right.stdout, right.stderr)
        wrong = run("watch.py", server.ws("?camera=door"), "1", token=WRONG, command=["/usr/bin/python3"])
        self.assertIn("401", wrong.stderr)
        film = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1"]
        # ffmpeg does not tell what it is answered; a viewer does.
        with freshframe.watch(server.url, "vision", token=VIEW, timeout=PATIENCE_S) as viewer:
            run("publish_ffmpeg.sh", server.url, "vision", *film, token=PUBLISH)
            while next(viewer).width != 64:
                pass

    def test_programs_of_old_answer_the_password_question(self):
        """As Home Assistant does: Basic; after a wrong password Digest, which is not for us and no failure."""
        server = self.server_with_tokens()
        upload = [*"curl -s -o /dev/null -w %{http_code} --upload-file".split(), str(self.folder / "picture.jpg")]
        (self.folder / "picture.jpg").write_bytes(JPEG)
        address = f"{server.url}cameras/vision/frame"

        def curl(*options):
            return subprocess.run([*upload, *options, address], capture_output=True, text=True, timeout=PATIENCE_S).stdout

        self.assertEqual(curl("--user", f"anybody:{PUBLISH}"), "204")
        self.assertEqual(curl("--anyauth", "--user", f"anybody:{PUBLISH}"), "204")
        self.assertEqual(curl("--digest", "--user", f"anybody:{WRONG}"), "401")
        for _ in range(20):
            answer = self.request(server, "GET", "/stream", Authorization='Digest username="a", response="b"')
            self.assertEqual(answer.status, 401)
        self.assertEqual(answer.headers.get_all("WWW-Authenticate"),
                         ['Basic realm="Freshframe", charset="UTF-8"', 'Bearer realm="Freshframe"'])
        self.assertEqual(self.request(server, "GET", "/").headers.get_all("WWW-Authenticate"),
                         ['Bearer realm="Freshframe"'])

    def test_after_ten_wrong_tokens_the_address_is_not_heard(self):
        server = self.server_with_tokens()
        statuses = [self.status(server, "/", f"{WRONG}-{number}") for number in range(10)]
        self.assertEqual(statuses, [401] * 10)
        answer = self.request(server, "GET", "/", Authorization=f"Bearer {VIEW}")
        self.assertEqual(answer.status, 429)
        self.assertIn(int(answer.headers["Retry-After"]), range(1, 61))
        self.assertEqual(self.connect(server, f"?token={VIEW}"), 429)
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S, source_address=("127.0.0.2", 0)) as peer:
            peer.sendall(f"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {VIEW}\r\n\r\n".encode())
            self.assertIn(b" 200 ", peer.recv(64), "another address is heard")

    def test_whoever_watches_is_not_disturbed_by_wrong_tokens_from_the_same_address(self):
        server = self.server_with_tokens()
        with freshframe.watch(server.url, "door", token=VIEW, timeout=PATIENCE_S) as viewer:
            next(viewer)
            while self.status(server, "/", WRONG) != 429:
                pass
            newest = [next(viewer).sequence for _ in range(3)]
            self.assertEqual(newest, sorted(set(newest)))


class BindPolicyTest(TokensFixture):
    """What happens beyond loopback."""

    def kept(self):
        return self.state / "freshframe/view-token"

    def test_a_token_is_made_kept_and_used_again(self):
        server = self.server(listen="0.0.0.0:0")
        token = self.kept().read_text().strip()
        self.assertRegex(token, "^[0-9a-f]{32}$")
        self.assertEqual(stat.S_IMODE(self.kept().stat().st_mode), 0o600)
        self.assertEqual([self.status(server, "/"), self.status(server, "/", token)], [401, 200])
        self.assertEqual(self.connect(server), 401)
        self.assertEqual(self.connect(server, f"?token={token}")["may"], ["watch"])
        server.stop()
        printed = server.process.stdout.read()
        self.assertIn(str(self.kept()), printed)
        self.assertNotIn(token, printed + server.log_text(), "what a program reads may be kept")
        again = self.server(listen="[::]:0")
        self.assertEqual(self.kept().read_text().strip(), token)
        self.assertEqual(self.status(again, "/", token), 200)

    def test_publishing_needs_a_token_of_its_own(self):
        server = self.server(listen="0.0.0.0:0")
        token = self.kept().read_text().strip()
        for given in (None, token):
            answer = self.request(server, "PUT", "/cameras/vision/frame", JPEG,
                                  **({"Authorization": f"Bearer {given}"} if given else {}))
            self.assertEqual(answer.status, 403)
        self.assertIn("start it with --publish-token-file FILE", self.answers)

    def test_a_token_on_loopback_ends_the_openness_for_all(self):
        server = self.server("--publish-token-file", self.file("publish", PUBLISH))
        self.assertEqual(self.status(server, "/"), 401)
        self.assertEqual(self.status(server, "/", self.kept().read_text().strip()), 200)
        self.assertEqual(self.status(server, "/cameras/vision/frame", None, "PUT", JPEG), 401)
        self.assertEqual(self.status(server, "/cameras/vision/frame", PUBLISH, "PUT", JPEG), 204)

    def test_the_address_is_printed_when_asked(self):
        run = run_to_end("--listen", "127.0.0.9:8123", "--publish-token-file", self.file("publish", PUBLISH), "--print-url",
                         environment=self.environment)
        token = self.kept().read_text().strip()
        self.assertEqual((run.returncode, run.stdout), (0, f"http://127.0.0.9:8123/?token={token}\n"))
        run = run_to_end("--listen", "0.0.0.0:1", "--view-token-file", self.file("view", "a&b=c+d/e%f?0123456"), "--print-url",
                         environment=self.environment)
        self.assertTrue(run.stdout.endswith(":1/?token=a%26b%3Dc%2Bd%2Fe%25f%3F0123456\n"), run.stdout)
        run = run_to_end("--print-url", environment=self.environment)
        self.assertEqual(run.stdout, "http://127.0.0.1:8080/\n")
        run = run_to_end("--listen", "0.0.0.0:0", "--print-url", environment=self.environment)
        self.assertEqual(run.returncode, 78)

    def test_a_terminal_shows_the_address_and_its_qr_code(self):
        first_line, picture = self.on_a_terminal("--listen", "0.0.0.0:0")
        token = self.kept().read_text().strip()
        found = re.fullmatch(r"Freshframe is live at (http://\S+/\?token=[0-9a-f]{32})", first_line)
        self.assertTrue(found, first_line)
        self.assertIn(token, found[1])
        cv2.imwrite(str(self.folder / "code.png"), picture)
        read = subprocess.run(["zbarimg", "--quiet", "--raw", self.folder / "code.png"], capture_output=True, text=True,
                              check=True, timeout=PATIENCE_S)
        self.assertEqual(read.stdout.strip(), found[1])

    def on_a_terminal(self, *flags):
        """The program's first line on a terminal, and what lies behind it as the picture that people see."""
        inside, outside = pty.openpty()
        process = subprocess.Popen([PROGRAM, *CAMERAS, *flags], stdout=outside, stderr=subprocess.DEVNULL,
                                   env=os.environ | self.environment | {"TERM": "xterm"})
        os.close(outside)
        text = b""
        try:
            # Until the code is whole: black and white lines, then nothing.
            while not re.search(rb"\n(\x1b\[30;47m[^\n]*\n)+$", text.replace(b"\r", b"")) or text.count(b"\n") < 20:
                self.assertTrue(select.select([inside], [], [], PATIENCE_S)[0], text)
                text += os.read(inside, 65536)
        finally:
            signal_until(process, signal.SIGTERM, lambda: process.poll() is not None)
            process.wait(PATIENCE_S)
            os.close(inside)
        lines = text.decode().replace("\r", "").splitlines()
        rows = []
        for line in lines[1:]:
            letters = re.fullmatch(r"\x1b\[30;47m([█▀▄ ]+)\x1b\[0m", line)[1]
            rows += [[letter not in "█▀" for letter in letters], [letter not in "█▄" for letter in letters]]
        return lines[0], cv2.resize(numpy.array(rows, numpy.uint8) * 255, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)

    def test_a_token_of_ones_own_is_not_shown_on_a_terminal(self):
        inside, outside = pty.openpty()
        self.addCleanup(os.close, inside)
        process = subprocess.Popen([PROGRAM, *CAMERAS, "--listen", "127.0.0.1:0", "--view-token-file", self.file("view", VIEW)],
                                   stdout=outside, stderr=subprocess.DEVNULL, env=os.environ | self.environment)
        os.close(outside)
        try:
            self.assertRegex(os.read(inside, 4096).decode(), r"^Freshframe is live at http://127.0.0.1:\d+/\r\n$")
        finally:
            signal_until(process, signal.SIGTERM, lambda: process.poll() is not None)
            process.wait(PATIENCE_S)

    def test_open_beyond_loopback_has_to_be_asked_for_and_is_warned_of(self):
        for listen in ("0.0.0.0:0", "[::]:0"):
            server = self.server("--insecure-no-auth", listen=listen)
            self.assertEqual(self.status(server, "/"), 200)
            self.assertEqual(self.status(server, "/cameras/vision/frame", None, "PUT", JPEG), 204)
            self.assertFalse(self.state.exists())
            server.stop()
            self.assertIn("warning --insecure-no-auth: anybody who reaches port", server.log_text())
        server = self.server("--insecure-no-auth", "--publish-token-file", self.file("publish", PUBLISH), listen="0.0.0.0:0")
        self.assertEqual(self.status(server, "/"), 200)
        self.assertEqual(self.status(server, "/cameras/vision/frame", None, "PUT", JPEG), 401)
        self.assertEqual(self.status(server, "/cameras/vision/frame", PUBLISH, "PUT", JPEG), 204)

    def test_what_is_wrong_at_the_start_is_said_without_a_token(self):
        token = "s3cret-0123456789"
        taken = self.file("taken", "no folder")
        cases = [
            (["--view-token-file", self.file("short", "s3cret")], {}, "--view-token-file: a token of 6 characters is too short"),
            (["--view-token-file", self.file("long", "s3cret" * 50)], {}, "too long"),
            (["--publish-token-file", self.file("empty", "\n")], {}, "--publish-token-file: it is empty"),
            (["--admin-token-file", str(self.folder / token)], {}, "--admin-token-file: the file cannot be opened"),
            (["--view-token-file", str(self.folder)], {}, "Is a directory"),
            ([], {"FRESHFRAME_PUBLISH_TOKEN": "s3cret"}, "FRESHFRAME_PUBLISH_TOKEN: a token of 6 characters"),
            ([], {"FRESHFRAME_VIEW_TOKEN": ""}, "FRESHFRAME_VIEW_TOKEN: it is empty"),
            (["--view-token-file", self.file("view", token)], {"FRESHFRAME_VIEW_TOKEN": token}, "leave one of them out"),
            (["--view-token-file", self.file("view", token), "--insecure-no-auth"], {}, "leave one of them out"),
            ([f"--view-token={token}"], {}, "--view-token-file FILE"),
            (["--admin-token", token], {}, "--admin-token-file FILE"),
            (["--listen", "0.0.0.0:0"], {"XDG_STATE_HOME": taken}, "--state-directory DIR"),
        ]
        for flags, environment, words in cases:
            with self.subTest(words):
                run = run_to_end(*CAMERAS, *flags, environment=self.environment | environment)
                self.assertEqual(run.returncode, 78, run)
                self.assertIn(words, run.stderr)
                self.assertNotIn("s3cret", run.stderr + run.stdout)

    def test_a_file_that_others_can_read_is_warned_of(self):
        server = self.server("--view-token-file", self.file("view", VIEW, 0o644))
        server.stop()
        self.assertIn("other users of this machine can read the file", server.log_text())

    def test_systemds_credentials_and_folder_are_used(self):
        self.file("freshframe.view-token", VIEW)
        server = self.server(environment={"CREDENTIALS_DIRECTORY": str(self.folder)})
        self.assertEqual([self.status(server, "/"), self.status(server, "/", VIEW)], [401, 200])
        folder = self.folder / "var"
        self.server(listen="0.0.0.0:0", environment={"STATE_DIRECTORY": f"{folder}:/nowhere"})
        self.assertTrue((folder / "view-token").exists())
        chosen = self.folder / "chosen"
        self.server("--state-directory", str(chosen), listen="0.0.0.0:0")
        self.assertTrue((chosen / "view-token").exists())


if __name__ == "__main__":
    unittest.main()
