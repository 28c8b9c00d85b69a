"""The manual page has what --help has."""

import pathlib
import re
import unittest

from freshframe_server import run_to_end

MANUAL = pathlib.Path(__file__).resolve().parents[2] / "config" / "freshframe.1"


class ManualTest(unittest.TestCase):
    def setUp(self):
        self.help = run_to_end("--help").stdout
        self.manual = MANUAL.read_text().replace(r"\-", "-")

    def test_it_has_every_flag_of_the_help_and_no_other(self):
        flags = re.findall(r"^  (?:-\w,)?(--[a-z-]+)", self.help, re.MULTILINE)
        headings = re.findall(r'^\.BI? "?(--[a-z-]+)|^\.BR -h ", " (--help)', self.manual, re.MULTILINE)
        self.assertIn("--listen", flags)
        self.assertEqual(sorted("".join(found) for found in headings), sorted(flags))

    def test_it_has_the_helps_exit_codes(self):
        codes = re.search(r"Exit codes: (.*?)\.\n", self.help, re.DOTALL).group(1)
        self.assertIn(" ".join(codes.split()), " ".join(self.manual.split()))


if __name__ == "__main__":
    unittest.main()
