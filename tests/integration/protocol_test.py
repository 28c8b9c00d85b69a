"""proto/ agrees with itself and with the program: schemas, golden examples, AsyncAPI, examples, conformance."""

import concurrent.futures
import http
import json
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

import jsonschema

from freshframe_server import PATIENCE_S, FreshframeServer
from toy_mutants import MUTANTS
from toy_server import JSON_FORM, Connection, Subscription, ToyServer, dump

SOURCE = Path(__file__).resolve().parents[2]
PROTOCOL = SOURCE / "proto"
EXAMPLES = PROTOCOL / "examples"
GOLDEN = PROTOCOL / "golden"
NODE_MODULES = SOURCE / "tests/node_modules"

SERVER_MESSAGES = ("hello", "status", "frame", "error", "pong", "controls", "credit")
CLIENT_MESSAGES = ("subscribe", "unsubscribe", "ack", "ping", "get-controls", "set-controls", "publish")
PUBLISHER_FRAME = "publisher-frame"

# What only a server can see is wrong with a message: its shape is right.
CODES_BEYOND_SHAPE = ("unknown-camera", "not-subscribed", "too-many-subscriptions")


def schema(name):
    return json.loads((PROTOCOL / f"{name}.schema.json").read_text())


def is_valid(message, kinds):
    """Whether it is an object of one of these kinds and fits that kind's schema."""
    kind = message.get("type") if isinstance(message, dict) else None
    if kind == "frame" and PUBLISHER_FRAME in kinds:
        kind = PUBLISHER_FRAME
    return kind in kinds and jsonschema.Draft202012Validator(schema(kind)).is_valid(message)


def golden(folder):
    paths = sorted((GOLDEN / folder).glob("*.json"))
    assert paths, f"no golden files in {folder}"
    return {path.name: path.read_text() for path in paths}


def depth(value):
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


class SchemaTest(unittest.TestCase):
    def test_every_message_has_a_schema_and_every_schema_is_one(self):
        names = {path.name.removesuffix(".schema.json") for path in PROTOCOL.glob("*.schema.json")}
        self.assertEqual(names, {*SERVER_MESSAGES, *CLIENT_MESSAGES, "frame-head", PUBLISHER_FRAME})
        for name in names:
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema(name))
                self.assertEqual(schema(name)["$id"], f"{name}.schema.json")

    def test_a_binary_head_is_a_frame_without_data(self):
        frame, head = schema("frame"), schema("frame-head")
        del frame["properties"]["data"]
        self.assertEqual(head["properties"], frame["properties"])
        self.assertEqual([*head["required"], "data"], frame["required"])

    def test_the_schemas_name_the_same_states(self):
        camera = schema("hello")["properties"]["cameras"]["items"]["properties"]
        self.assertEqual(camera["state"]["enum"], schema("status")["properties"]["state"]["enum"])


class GoldenTest(unittest.TestCase):
    def test_valid_server_messages_fit_their_schemas(self):
        for name, text in golden("valid").items():
            with self.subTest(name):
                message = json.loads(text)
                self.assertTrue(is_valid(message, SERVER_MESSAGES))
                self.assertTrue(name.startswith(message["type"]))

    def test_invalid_server_messages_do_not(self):
        for name, text in golden("invalid").items():
            with self.subTest(name):
                try:
                    message = json.loads(text)
                except ValueError:
                    continue
                self.assertFalse(is_valid(message, SERVER_MESSAGES))

    def test_every_state_and_every_code_has_an_example(self):
        for kind, member in (("status", "state"), ("error", "code")):
            shown = {json.loads(text)[member] for name, text in golden("valid").items() if name.startswith(kind)}
            self.assertEqual(shown, set(schema(kind)["properties"][member]["enum"]))

    def test_members_come_in_the_order_that_the_schema_has_them(self):
        for name, text in golden("valid").items():
            with self.subTest(name):
                message = json.loads(text)
                order = list(schema(message["type"])["properties"])
                self.assertEqual([member for member in message if member in order],
                                 [member for member in order if member in message])

    def test_the_binary_frame_is_the_json_frame(self):
        message = (GOLDEN / "valid/frame.bin").read_bytes()
        (length,) = struct.unpack(">I", message[:4])
        frame = json.loads((GOLDEN / "valid/frame.json").read_text())
        head = message[4:4 + length].decode()
        self.assertEqual(json.loads(head), {name: value for name, value in frame.items() if name != "data"})
        jsonschema.Draft202012Validator(schema("frame-head")).validate(json.loads(head))
        self.assertTrue(message[4 + length:].startswith(b"\xff\xd8\xff"))

    def test_valid_client_messages_fit_their_schemas(self):
        for name, text in golden("client/valid").items():
            with self.subTest(name):
                self.assertTrue(is_valid(json.loads(text), CLIENT_MESSAGES))

    def test_invalid_client_messages_are_wrong_in_the_way_their_names_say(self):
        codes = schema("error")["properties"]["code"]["enum"]
        for name, text in golden("client/invalid").items():
            with self.subTest(name):
                code = name.split("--")[0]
                self.assertIn(code, codes)
                self.assertEqual(self.code_of(text, code), code)

    def test_valid_publisher_messages_fit_their_schemas(self):
        for name, text in golden("publisher/valid").items():
            with self.subTest(name):
                self.assertTrue(is_valid(json.loads(text), (*CLIENT_MESSAGES, PUBLISHER_FRAME)))

    def test_every_code_of_a_publishers_frame_has_a_wrong_message(self):
        codes = schema("error")["properties"]["code"]["enum"]
        shown = {name.split("--")[0] for name in golden("publisher/invalid")}
        self.assertLessEqual(set(codes[codes.index("not-publishing"):]), shown)
        self.assertLessEqual(shown, set(codes))

    def code_of(self, text, expected):
        def no_number(name):
            raise ValueError(name)

        if len(text.removesuffix("\n").encode()) > 4096:
            return "too-large"
        try:
            message = json.loads(text, parse_constant=no_number)
        except ValueError:
            return "not-json"
        if depth(message) > 8:
            return "too-deep"
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            return "bad-shape"
        if message["type"] not in CLIENT_MESSAGES:
            return "unknown-type"
        if not is_valid(message, CLIENT_MESSAGES):
            return "bad-shape"
        return expected if expected in CODES_BEYOND_SHAPE else "nothing is wrong"


def without_id_members(value):
    """A schema without what it says of members named $id, which jsonschema takes for an id itself."""
    if isinstance(value, dict):
        return {name: without_id_members(part) for name, part in value.items()
                if not (name == "$id" and isinstance(part, dict))}
    return [without_id_members(part) for part in value] if isinstance(value, list) else value


class AsyncApiTest(unittest.TestCase):
    def setUp(self):
        self.document = json.loads((PROTOCOL / "asyncapi.json").read_text())
        official = NODE_MODULES / "@asyncapi/specs/schemas/3.0.0-without-$id.json"
        self.validator = jsonschema.Draft7Validator(without_id_members(json.loads(official.read_text())))

    def test_it_is_an_asyncapi_3_document(self):
        self.validator.validate(self.document)

    def test_it_is_one_with_the_schemas_in_place_and_each_message_has_its_own(self):
        used = set()
        for name, message in self.document["components"]["messages"].items():
            part = "headers" if name == "binaryFrame" else "payload"
            file = message[part]["$ref"]
            own_names = {"binaryFrame": "frame-head", "publisherFrame": PUBLISHER_FRAME}
            self.assertEqual(file, f"{own_names.get(name, name)}.schema.json")
            message[part] = schema(file.removesuffix(".schema.json"))
            used.add(file)
        self.validator.validate(self.document)
        self.assertEqual(used, {path.name for path in PROTOCOL.glob("*.schema.json")})

    def test_the_validator_can_say_no(self):
        self.document["operations"]["greet"]["action"] = "shout"
        self.assertFalse(self.validator.is_valid(self.document))

    def test_every_message_goes_the_right_way(self):
        ways = {"send": set(), "receive": set()}
        for operation in self.document["operations"].values():
            here, back = ("send", "receive") if operation["action"] == "send" else ("receive", "send")
            ways[here] |= self.names(operation)
            ways[back] |= self.names(operation.get("reply", {}))
        self.assertEqual(ways["send"], {*SERVER_MESSAGES, "binaryFrame"})
        self.assertEqual(ways["receive"], {*CLIENT_MESSAGES, "publisherFrame"})

    @staticmethod
    def names(operation):
        return {message["$ref"].rsplit("/", 1)[1] for message in operation.get("messages", [])}

    def test_every_reference_leads_somewhere(self):
        for reference in re.findall(r'"\$ref": "#/([^"]*)"', (PROTOCOL / "asyncapi.json").read_text()):
            with self.subTest(reference):
                place = self.document
                for step in reference.split("/"):
                    place = place[step]


def conformance(url, *flags):
    return subprocess.run([sys.executable, PROTOCOL / "conformance", url, *flags],
                          capture_output=True, text=True, timeout=600)


class ConformanceCase(unittest.TestCase):
    def check_passes(self, run):
        # What is skipped needs more than 16 cameras.
        self.assertRegex(run.stdout, r"\n\d\d+ passed, 0 failed, 1 skipped\n$")
        self.assertEqual(run.returncode, 0, run.stderr)


class ConformanceTest(ConformanceCase):
    def test_this_server_passes(self):
        with FreshframeServer("--camera", "front=pattern:320x240@30", "--camera", "door=pattern:640x480@15") as server:
            self.check_passes(conformance(server.url))

    def test_this_server_passes_with_a_camera_that_delivers_mjpeg_and_is_not_the_first(self):
        with FreshframeServer("--camera", "door=pattern:320x240@30", "--camera",
                              "front=pattern:320x240@25,mjpeg") as server:
            self.check_passes(conformance(server.url, "--camera", "front"))

    def test_this_server_limits_subscriptions(self):
        cameras = [flag for number in range(17) for flag in ("--camera", f"cam{number}=pattern:128x96@5")]
        with FreshframeServer(*cameras) as server:
            run = conformance(server.url, "--only", "too-many-subscriptions")
        self.assertTrue(run.stdout.endswith("\n1 passed, 0 failed\n"), run.stdout)


@unittest.skipIf(os.environ.get("FRESHFRAME_SANITIZED"), "the program has no part in it")
class ConformanceRunnerTest(ConformanceCase):
    def test_a_server_that_keeps_every_rule_passes(self):
        with ToyServer() as server:
            self.check_passes(conformance(server.url))

    def test_the_least_that_the_document_asks_of_a_server_passes(self):
        class OneAtATime(Subscription):
            window = 1

            def sent(self, sequence, now):
                self.grace_s = self.patience_s
                return super().sent(sequence, now)

        class Minimal(Connection):
            subscription_class = OneAtATime

        class MinimalServer(ToyServer):
            connection_class = Minimal

        with MinimalServer() as server:
            self.check_passes(conformance(server.url))

    def test_each_broken_rule_is_noticed(self):
        def noticed(broken):
            server_class, case = broken
            with server_class() as server:
                return conformance(server.url, "--only", case, "--patience", "4")

        # Most of the time they wait.
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            for (server_class, case), run in zip(MUTANTS, pool.map(noticed, MUTANTS)):
                with self.subTest(server_class.__name__):
                    self.assertIn("FAILED", run.stdout, run.stderr)
                    self.assertIn(case, run.stdout)
                    self.assertEqual(run.returncode, 1)

    def test_a_server_that_is_not_there_is_no_failed_case(self):
        run = conformance("http://127.0.0.1:9/")
        self.assertEqual(run.returncode, 2)
        self.assertEqual(run.stdout, "")
        self.assertIn("conformance:", run.stderr)


class Notes(Connection):
    """Takes down what was acknowledged and in which form frames went."""

    def ack(self, message, an_id):
        self.server.acknowledged.append(message["sequence"])
        self.server.forms.add(self.form)
        super().ack(message, an_id)


class NotingServer(ToyServer):
    """Serves the page of the browser example, too."""

    connection_class = Notes

    def __init__(self):
        super().__init__()
        self.acknowledged = []
        self.forms = set()
        self.broken = []

    async def answer_request(self, path, headers):
        name = urllib.parse.urlsplit(path).path.removeprefix("/protocol/examples/")
        if name in ("browser.html", "browser.js"):
            kind = "text/html" if name.endswith("html") else "text/javascript"
            return http.HTTPStatus.OK, [("Content-Type", kind)], (EXAMPLES / name).read_bytes()
        return await super().answer_request(path, headers)


class BreaksEverySecond(Notes):
    """Every second picture that it sends cannot be decoded."""

    def __init__(self, server, socket):
        super().__init__(server, socket)
        self.breaks_next = False

    def encode_frame(self, head, image):
        if self.breaks_next:
            self.server.broken.append(head["sequence"])
        breaks, self.breaks_next = self.breaks_next, not self.breaks_next
        if breaks and self.form == JSON_FORM:
            return dump({**head, "data": "no Base64"})
        return super().encode_frame(head, image[:16] if breaks else image)


class BreakingServer(NotingServer):
    connection_class = BreaksEverySecond


class ExamplesTest(unittest.TestCase):
    """Each example against the program, and against a server that notes the acknowledgements."""

    count = 5

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def run_example(self, *command):
        # Debian's own Python has Debian's modules, whatever else is first in PATH.
        environment = {**os.environ, "PATH": f"/usr/bin:{os.environ['PATH']}"}
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, cwd=self.folder,
                              env=environment)

    def numbers_in(self, run):
        self.assertEqual(run.returncode, 0, run.stderr)
        lines = run.stdout.splitlines()
        self.assertEqual(len(lines), self.count, run.stdout)
        numbers = []
        for line in lines:
            camera, number = line.split()[:2]
            self.assertEqual(camera, "front")
            numbers.append(int(number))
        self.assertEqual(numbers, sorted(set(numbers)))
        return numbers

    def check(self, command_for):
        """`command_for(url)` is the command that watches the server at this http:// URL."""
        with FreshframeServer("--camera", "front=pattern:320x240@30") as server:
            self.numbers_in(self.run_example(*command_for(server.url)))
        with NotingServer() as server:
            shown = self.numbers_in(self.run_example(*command_for(server.url)))
            # The last one may have been sent as the connection closed.
            self.assertEqual(server.acknowledged[:self.count - 1], shown[:-1])
        with BreakingServer() as server:
            shown = self.numbers_in(self.run_example(*command_for(server.url)))
            self.assertTrue(server.broken)
            self.assertEqual(server.acknowledged[:self.count - 1], sorted({*shown, *server.broken})[:self.count - 1])

    def ws(self, url):
        return url.replace("http", "ws", 1) + "ws"

    def test_python(self):
        self.check(lambda url: [sys.executable, EXAMPLES / "watch.py", self.ws(url), str(self.count)])

    def test_node(self):
        # As a user would have it after `npm install ws`.
        (self.folder / "node_modules").symlink_to(NODE_MODULES)
        script = self.folder / "watch.mjs"
        script.write_text((EXAMPLES / "watch.mjs").read_text())
        self.check(lambda url: ["node", script, self.ws(url), str(self.count)])

    def test_shell(self):
        self.check(lambda url: [EXAMPLES / "watch.sh", self.ws(url), str(self.count)])
        self.assertTrue((self.folder / "frame.jpg").read_bytes().startswith(b"\xff\xd8\xff"))

    def test_cpp(self):
        # The command that the file itself gives.
        line = (EXAMPLES / "watch.cpp").read_text().split("\n")[1]
        command = shlex.split(re.search(r"g\+\+ .* -o watch", line)[0].replace("watch.cpp", str(EXAMPLES / "watch.cpp")))
        compiler = subprocess.run([*command, "-O0"], cwd=self.folder, capture_output=True, text=True, timeout=600)
        self.assertEqual(compiler.returncode, 0, compiler.stderr)

        def watch(url):
            host, port = url[len("http://"):-1].rsplit(":", 1)
            return [self.folder / "watch", host, port, str(self.count)]

        self.check(watch)

    def test_browser(self):
        def watch(server):
            run = self.run_example("node", Path(__file__).parent / "browser_example.mjs", server.url, str(self.count))
            self.assertEqual(run.returncode, 0, run.stderr)
            return run.stdout

        with FreshframeServer("--camera", "front=pattern:320x240@30") as server:
            self.assertRegex(watch(server), r"^closed with 100[05] and a picture 320 wide\n$")
        with NotingServer() as server:
            self.assertRegex(watch(server), r"^closed with 100[05] and a picture 16 wide\n$")
            self.assertGreaterEqual(len(server.acknowledged), self.count - 1)
            self.assertEqual(server.acknowledged, sorted(set(server.acknowledged)))
        with BreakingServer() as server:
            watch(server)
            self.assertTrue(set(server.broken) & set(server.acknowledged), "no broken picture was acknowledged")

    def test_the_browser_example_has_15_lines_of_script(self):
        lines = (EXAMPLES / "browser.js").read_text().splitlines()
        self.assertLessEqual(len([line for line in lines if not line.startswith("//")]), 15)


class ServedTest(unittest.TestCase):
    """The running server has all of proto/, so that its prose can be read and followed there."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(FreshframeServer("--camera", "front=pattern:320x240@30"))

    def get(self, url):
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            self.assertEqual(answer.status, 200)
            return answer.read()

    def test_every_file_is_there(self):
        made = {"__pycache__", "build", "freshframe.egg-info"}  # by running or installing the Python package
        files = [path for path in PROTOCOL.rglob("*") if path.is_file() and made.isdisjoint(path.relative_to(PROTOCOL).parts)]
        self.assertTrue(files)
        for path in files:
            address = "" if path == PROTOCOL / "README.md" else path.relative_to(PROTOCOL).as_posix()
            with self.subTest(address):
                self.assertEqual(self.get(f"{self.server.url}protocol/{address}"), path.read_bytes())

    def test_every_relative_link_of_the_prose_leads_somewhere(self):
        base = f"{self.server.url}protocol/"
        links = set(re.findall(r"\]\(([^)]+)\)", (PROTOCOL / "README.md").read_text()))
        links = {link for link in links if not urllib.parse.urlsplit(link).scheme}
        self.assertLessEqual({"golden/", "examples/", "conformance", "golden/valid/frame.bin",
                              "../server/README.md#credits", "#the-binary-form"}, links)
        for link in links:
            with self.subTest(link):
                page, mark = urllib.parse.urldefrag(urllib.parse.urljoin(base, link))
                text = self.get(page)
                if mark:
                    headings = re.findall(r"^#+ (.*)$", text.decode(), re.MULTILINE)
                    self.assertIn(mark, [heading.lower().replace(" ", "-") for heading in headings])

    def test_from_the_list_of_a_folder_every_file_below_is_found(self):
        def walk(url):
            for link in re.findall(r'href="([^"]*)"', self.get(url).decode()):
                found.add(urllib.parse.urljoin(url, link))
                if link.endswith("/"):
                    walk(urllib.parse.urljoin(url, link))

        for folder in ("golden", "examples", "conformance_cases"):
            found = set()
            walk(f"{self.server.url}protocol/{folder}/")
            paths = [path for path in (PROTOCOL / folder).rglob("*") if "__pycache__" not in path.parts]
            self.assertEqual(found, {f"{self.server.url}protocol/{path.relative_to(PROTOCOL)}{'/' * path.is_dir()}"
                                     for path in paths})


if __name__ == "__main__":
    unittest.main()
