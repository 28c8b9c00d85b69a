"""What the server counts is documented, and what is documented or drawn is counted."""

import json
import pathlib
import re
import unittest
import urllib.request

from freshframe_server import PATIENCE_S, FreshframeServer, wait_until

TOP = pathlib.Path(__file__).parent.parent.parent


class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = FreshframeServer("--camera", "hall=pattern:160x120@30")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def metrics(self):
        with urllib.request.urlopen(self.server.url + "metrics", timeout=PATIENCE_S) as answer:
            return answer.read().decode()

    def families(self):
        """Each family's name with the names of its labels."""
        text = self.metrics()
        kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
        labels = {name: set() for name in kinds}
        for name, braces in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.MULTILINE):
            family = re.sub(r"_(bucket|sum|count)$", "", name) if name not in kinds else name
            labels[family] |= set(re.findall(r"(\w+)=", braces)) - {"le"}
        return labels

    def test_all_of_them_are_documented_with_their_labels(self):
        documented = {}
        for line in (TOP / "server" / "metrics.md").read_text().splitlines():
            if line.startswith("| `freshframe_"):
                name, labels = line.split("|")[1:3]
                documented[name.strip(" `")] = set(re.findall(r"\w+", labels))
        self.assertEqual(self.families(), documented)

    def test_the_dashboard_draws_what_there_is(self):
        dashboard = json.loads((TOP / "config" / "grafana-dashboard.json").read_text())
        drawn = {name for panel in dashboard["panels"] for target in panel["targets"]
                 for name in re.findall(r"freshframe_\w+", target["expr"])}
        self.assertGreater(len(drawn), 8)
        names = set(re.findall(r"^(freshframe_\w+)", self.metrics(), re.MULTILINE))
        self.assertLessEqual(drawn, names)

    def test_frames_are_counted_on_their_way(self):
        with urllib.request.urlopen(self.server.url + "stream", timeout=PATIENCE_S) as stream:
            stream.read(10_000)

            def counted():
                values = dict(re.findall(r"^(\w+)\{camera=\"hall\"\} (\S+)$", self.metrics(), re.MULTILINE))
                captured, encoded, sent = (float(values[f"freshframe_frames_{what}_total"])
                                           for what in ["captured", "encoded", "sent"])
                return captured >= encoded >= sent >= 5 and values["freshframe_viewers"] == "1"
            wait_until(counted, "five frames on their way")

    def test_health_and_readiness_are_told(self):
        for path in ["healthz", "readyz"]:
            with urllib.request.urlopen(self.server.url + path, timeout=PATIENCE_S) as answer:
                self.assertEqual(answer.status, 200)


if __name__ == "__main__":
    unittest.main()
