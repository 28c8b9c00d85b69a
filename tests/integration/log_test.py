"""The log in the forms that other programs read."""

import json
import unittest

from freshframe_server import PATIENCE_S, FreshframeServer


class LogTest(unittest.TestCase):
    def lines(self, *flags):
        with FreshframeServer("--camera", "pattern", *flags) as server:
            server.tell_to_end()
            server.process.wait(PATIENCE_S)
            return server.log_text().splitlines()

    def test_json_is_an_object_a_line(self):
        events = [json.loads(line) for line in self.lines("--log-format", "json")]
        self.assertIn("stopping", events[-1]["message"])
        for event in events:
            self.assertEqual(list(event), ["time", "level", "message"])

    def test_journald_gets_priorities(self):
        lines = self.lines("--log-format", "journald", "--insecure-no-auth")
        for line in lines:
            self.assertRegex(line, "^<[246]>")
        self.assertTrue(any(line.startswith("<4>--insecure-no-auth") for line in lines), lines)


if __name__ == "__main__":
    unittest.main()
