"""tests/conformance against the program, and against a toy that breaks its rules one by one."""

import collections
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from freshframe_server import PATIENCE_S, FreshframeServer

sys.path.insert(0, str(Path(__file__).parents[1]))
from conformance.cases import all_cases  # noqa: E402
from conformance.runner import failing_cases, row, run_cases  # noqa: E402
from conformance.target import Target  # noqa: E402
from conformance.toy.rules import ALL as ALL_RULES  # noqa: E402
from conformance.toy.server import ToyServer  # noqa: E402

CASES = all_cases()
TOY_PATIENCE_S = 1.0  # silence is what some of its mutants do
CONNECTIONS_AT_ONCE = 100


def findings(target):
    return [f"{row(result)}\n{result.finding}\n{result.bytes_shown}"
            for result in run_cases(target, CASES) if result.finding]


class ConformanceTest(unittest.TestCase):
    maxDiff = None

    def test_the_server_keeps_to_the_rfcs(self):
        with FreshframeServer("--camera", "door=pattern:320x240", "--camera", "vision=publish") as server:
            found = findings(Target(server.ws(), publish="vision", patience_s=PATIENCE_S))
        self.assertEqual(found, [], "\n\n".join(found))

    def test_and_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            flags = ["--camera", "door=pattern:320x240", "--camera", "vision=publish", "--tls-self-signed"]
            with FreshframeServer(*flags, environment={"STATE_DIRECTORY": folder}) as server:
                url = f"wss://{server.authority}/ws"
                found = findings(Target(url, publish="vision", insecure=True, patience_s=PATIENCE_S))
        self.assertEqual(found, [], "\n\n".join(found))

    def test_each_case_has_a_name_of_its_own(self):
        names = collections.Counter((case.area, case.name) for case in CASES)
        self.assertEqual([name for name, count in names.items() if count > 1], [])


@unittest.skipIf("FRESHFRAME_SANITIZED" in os.environ, "the program is not in it")
class ToyTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        # What a broken toy trips over is its own business.
        hook = threading.excepthook
        self.addCleanup(setattr, threading, "excepthook", hook)
        threading.excepthook = lambda _: None

    def test_a_server_that_keeps_all_rules_passes(self):
        with ToyServer() as toy:
            self.assertEqual(findings(Target(toy.url, publish="vision", patience_s=PATIENCE_S)), [])

    def test_and_over_tls(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days",
                        "1", "-subj", "/CN=127.0.0.1", "-keyout", folder / "key.pem", "-out",
                        folder / "certificate.pem"],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        with ToyServer(tls=context) as toy:
            target = Target(toy.url, publish="vision", insecure=True, patience_s=PATIENCE_S)
            self.assertEqual(findings(target), [])

    def test_each_rule_is_looked_at_and_each_case_can_fail(self):
        failed, idle = set(), []
        for rule in ALL_RULES:
            with ToyServer(rule) as toy:
                target = Target(toy.url, publish="vision", patience_s=TOY_PATIENCE_S)
                found = failing_cases(target, CASES, CONNECTIONS_AT_ONCE)
            print(f"{len(found):5} cases notice a server that does not keep: {rule}", flush=True)
            failed |= found
            if not found:
                idle.append(rule)
        self.assertEqual(idle, [])
        self.assertEqual([f"{case.area}: {case.name}" for case in CASES if case not in failed], [])


if __name__ == "__main__":
    unittest.main()
