"""The lint of the page can say no."""

import pathlib
import subprocess
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "tests/dev/check-sinks"


class SinksTest(unittest.TestCase):
    def check(self, *paths):
        return subprocess.run([CHECK, *paths], capture_output=True, text=True, timeout=60)

    def test_the_page_makes_no_text_into_html(self):
        run = self.check()
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_each_way_to_do_so_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "page.js"
            for line in ["a.innerHTML = b", "a.outerHTML += b", "a.insertAdjacentHTML('x', b)", "document.write(b)",
                         "range.createContextualFragment(b)", "new DOMParser()", "a.setHTMLUnsafe(b)", "a.srcdoc = b",
                         "eval(b)", "new Function(b)", "setTimeout('b()', 1)", "a.href = 'javascript:b()'",
                         '<p onclick="b()">', "a.setAttribute('onclick', b)", "trustedTypes.createPolicy('a', {})",
                         "<script>b()</script>", '<p style="color: red">']:
                with self.subTest(line):
                    file.write_text(line + "\n")
                    run = self.check(str(file))
                    self.assertEqual(run.returncode, 1)
                    self.assertIn("page.js:1: ", run.stderr)


if __name__ == "__main__":
    unittest.main()
