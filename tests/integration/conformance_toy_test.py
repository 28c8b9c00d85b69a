"""tests/conformance against a toy that keeps to the RFCs, and breaks its rules one by one when told to."""

import concurrent.futures
import os
import ssl
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import certificates
from freshframe_server import PATIENCE_S

sys.path.insert(0, str(Path(__file__).parents[1]))
from conformance.cases import all_cases  # noqa: E402
from conformance.runner import failing_cases, findings  # noqa: E402
from conformance.target import Target  # noqa: E402
from conformance.toy.rules import ALL as ALL_RULES  # noqa: E402
from conformance.toy.server import ToyServer  # noqa: E402

CASES = all_cases()
TOY_PATIENCE_S = 1.0  # silence is what some of its mutants do
CONNECTIONS_AT_ONCE = 100


def cases_that_notice(rule):
    """The places in CASES of those that fail against a toy that does not keep `rule`."""
    # What a broken toy trips over is its own business.
    threading.excepthook = lambda _: None
    with ToyServer(rule) as toy:
        target = Target(toy.url, publish="vision", patience_s=TOY_PATIENCE_S)
        found = failing_cases(target, CASES, CONNECTIONS_AT_ONCE)
    return {number for number, case in enumerate(CASES) if case in found}


@unittest.skipIf("FRESHFRAME_SANITIZED" in os.environ, "the program is not in it")
class ToyTest(unittest.TestCase):
    maxDiff = None

    def test_a_server_that_keeps_all_rules_passes(self):
        with ToyServer() as toy:
            self.assertEqual(findings(Target(toy.url, publish="vision", patience_s=PATIENCE_S), CASES), [])

    def test_and_over_tls(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificates.make(folder, "toy"))
        with ToyServer(tls=context) as toy:
            target = Target(toy.url, publish="vision", insecure=True, patience_s=PATIENCE_S)
            self.assertEqual(findings(target, CASES), [])

    def test_each_rule_is_looked_at_and_each_case_can_fail(self):
        failed, idle = set(), []
        with concurrent.futures.ProcessPoolExecutor() as pool:
            for rule, found in zip(ALL_RULES, pool.map(cases_that_notice, ALL_RULES)):
                print(f"{len(found):5} cases notice a server that does not keep: {rule}", flush=True)
                failed |= found
                if not found:
                    idle.append(rule)
        self.assertEqual(idle, [])
        self.assertEqual([f"{case.area}: {case.name}" for number, case in enumerate(CASES) if number not in failed], [])


if __name__ == "__main__":
    unittest.main()
