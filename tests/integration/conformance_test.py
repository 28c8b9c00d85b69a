"""tests/conformance against the program."""

import collections
import sys
import tempfile
import unittest
from pathlib import Path

from freshframe_server import PATIENCE_S, FreshframeServer

sys.path.insert(0, str(Path(__file__).parents[1]))
from conformance.cases import all_cases  # noqa: E402
from conformance.runner import findings  # noqa: E402
from conformance.target import Target  # noqa: E402

CASES = all_cases()


class ConformanceTest(unittest.TestCase):
    maxDiff = None

    def test_the_server_keeps_to_the_rfcs(self):
        with FreshframeServer("--camera", "door=pattern:320x240", "--camera", "vision=publish") as server:
            found = findings(Target(server.ws(), publish="vision", patience_s=PATIENCE_S), CASES)
        self.assertEqual(found, [], "\n\n".join(found))

    def test_and_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            flags = ["--camera", "door=pattern:320x240", "--camera", "vision=publish", "--tls-self-signed"]
            with FreshframeServer(*flags, environment={"STATE_DIRECTORY": folder}) as server:
                url = f"wss://{server.authority}/ws"
                found = findings(Target(url, publish="vision", insecure=True, patience_s=PATIENCE_S), CASES)
        self.assertEqual(found, [], "\n\n".join(found))

    def test_each_case_has_a_name_of_its_own(self):
        names = collections.Counter((case.area, case.name) for case in CASES)
        self.assertEqual([name for name, count in names.items() if count > 1], [])


if __name__ == "__main__":
    unittest.main()
