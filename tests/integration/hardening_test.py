"""What server/harden.cmake asks for is in the program: read from the file itself, whoever built it."""

import os
import platform
import re
import subprocess
import unittest

from freshframe_server import PROGRAM


def read(tool, *arguments):
    return subprocess.run([tool, *arguments, PROGRAM], capture_output=True, text=True, check=True, timeout=120).stdout


@unittest.skipIf(os.environ.get("FRESHFRAME_SANITIZED"), "sanitizers are built without")
class HardeningTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dynamic = read("readelf", "-dW")
        cls.segments = read("readelf", "-lW")
        cls.symbols = read("readelf", "--dyn-syms", "-W")

    def flags_of(self, segment):
        found = re.search(rf"^ +{segment} .* ([R ][W ][E ]) 0x[0-9a-f]+$", self.segments, re.MULTILINE)
        return found and found[1]

    def check(self, pattern, text, what):
        # Not assertRegex, which would print all of the text.
        self.assertTrue(re.search(pattern, text), f"{what}: no {pattern}")

    def test_it_may_lie_anywhere_in_memory(self):
        self.check(r"Type: +DYN ", read("readelf", "-hW"), "header")
        self.check(r"\(FLAGS_1\) .*\bPIE\b", self.dynamic, "dynamic section")
        self.assertNotIn("TEXTREL", self.dynamic)

    def test_what_functions_are_found_by_is_read_only_once_it_runs(self):
        self.assertEqual(self.flags_of("GNU_RELRO"), "R  ")
        self.check(r"\(FLAGS_1\) .*\bNOW\b", self.dynamic, "dynamic section")

    def test_no_memory_is_writable_and_executable(self):
        self.assertEqual(self.flags_of("GNU_STACK"), "RW ")
        self.assertNotRegex(self.segments, r"LOAD .* RWE ")

    def test_libraries_are_the_systems(self):
        self.assertNotRegex(self.dynamic, r"\((RPATH|RUNPATH)\)")

    def test_the_stack_and_the_libraries_are_checked(self):
        self.check(r"\b__stack_chk_fail\b", self.symbols, "stack protector")
        self.check(r"\b__\w+_chk@GLIBC", self.symbols, "_FORTIFY_SOURCE")
        self.check(r"__glibcxx_assert_fail", self.symbols, "_GLIBCXX_ASSERTIONS")

    @unittest.skipUnless(platform.machine() in ("x86_64", "aarch64"), "no such instructions")
    def test_jumps_end_where_the_compiler_meant(self):
        code = read("objdump", "-d", "--no-show-raw-insn")
        mark = "endbr64" if platform.machine() == "x86_64" else "paciasp"
        self.assertGreater(code.count(f"\t{mark}"), 500)

    @unittest.skipUnless(platform.machine() == "x86_64", "looks like any other store elsewhere")
    def test_large_frames_touch_each_page_of_the_stack(self):
        self.check(r"\tor[ql] +\$0x0,(0x[0-9a-f]+)?\(%rsp\)", read("objdump", "-d", "--no-show-raw-insn"),
                   "-fstack-clash-protection")


if __name__ == "__main__":
    unittest.main()
