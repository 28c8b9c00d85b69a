"""--check-config says all that would keep the server from starting, with the code that it would end with, and changes nothing."""

import pathlib
import tempfile
import unittest

import certificates
from freshframe_server import FreshframeServer, run_to_end

FINE = "Nothing keeps Freshframe from starting with this configuration.\n"
CONFIGURATION = pathlib.Path(__file__).resolve().parents[2] / "config" / "freshframe.json"


class CheckConfigTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, *flags, environment=None):
        return run_to_end("--check-config", "--state-directory", str(self.folder / "state"), *flags, environment=environment)

    def assert_fine(self, run):
        self.assertEqual((run.returncode, run.stdout), (0, FINE), run.stderr)

    def obstacles(self, run):
        self.assertEqual(run.stdout, "")
        return [line.removeprefix("freshframe: ") for line in run.stderr.splitlines() if line.startswith("freshframe: ")]

    def test_a_good_configuration_is_called_so(self):
        self.assert_fine(self.check("--camera", "pattern"))
        self.assert_fine(self.check("--config", str(CONFIGURATION), "--camera", "pattern"))

    def test_a_mistake_in_the_file_is_told_with_its_place(self):
        file = self.folder / "bad.json"
        file.write_text('{"quality": 200}')
        run = self.check("--config", str(file))
        self.assertEqual(run.returncode, 78)
        self.assertIn("/quality", self.obstacles(run)[0])

    def test_everything_is_told_at_once_and_the_first_gives_the_code(self):
        run = self.check("--camera", "door=libcamera:no-such-camera", "--listen", "192.0.2.1:8080",
                         "--view-token-file", str(self.folder / "no-token"), "--tls-cert", str(self.folder / "no-certificate"),
                         "--tls-key", str(self.folder / "no-key"))
        self.assertEqual(run.returncode, 78)
        for reason, words in zip(self.obstacles(run), ["--view-token-file", "camera door", "no-certificate", "192.0.2.1"],
                                 strict=True):
            self.assertIn(words, reason)

    def test_each_has_the_code_that_a_start_would_end_with(self):
        for flags in (["--camera", "pattern", "--listen", "192.0.2.1:0"],
                      ["--camera", "pattern", "--view-token-file", str(self.folder / "no-token")],
                      ["--camera", "pattern", "--tls-cert", str(self.folder / "no"), "--tls-key", str(self.folder / "no")],
                      ["--camera", "libcamera:no-such-camera"],
                      ["--camera", "pattern", "--listen", "0.0.0.0:0", "--state-directory", "/dev/null"]):
            with self.subTest(flags):
                checked, started = self.check("--listen", "127.0.0.1:0", *flags), run_to_end("--listen", "127.0.0.1:0", *flags)
                self.assertNotEqual(checked.returncode, 0)
                self.assertEqual(checked.returncode, started.returncode, started.stderr)

    def test_it_may_be_called_beside_the_running_server(self):
        with FreshframeServer("--camera", "pattern") as server:
            self.assert_fine(self.check("--camera", "pattern", "--listen", f"127.0.0.1:{server.port}"))
            server.cameras()

    def test_nothing_is_made(self):
        self.assert_fine(self.check("--camera", "pattern", "--listen", "0.0.0.0:0", "--tls-self-signed"))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_folder_that_cannot_be_written_to_is_told(self):
        (self.folder / "state").write_text("a file")
        run = self.check("--camera", "pattern", "--tls-self-signed")
        self.assertEqual(run.returncode, 77)
        self.assertIn("--state-directory DIR", self.obstacles(run)[0])

    def test_a_certificate_that_is_of_another_key_is_told(self):
        certificate, _ = certificates.make(self.folder, "one")
        _, key = certificates.make(self.folder, "two")
        run = self.check("--camera", "pattern", "--tls-cert", str(certificate), "--tls-key", str(key))
        self.assertEqual(run.returncode, 78)
        self.assertIn(str(certificate), self.obstacles(run)[0])

    def test_tokens_of_the_environment_are_known(self):
        run = self.check("--camera", "pattern", "--insecure-no-auth",
                         environment={"FRESHFRAME_VIEW_TOKEN": "0123456789abcdef0123456789abcdef"})
        self.assertEqual(run.returncode, 78)
        self.assertIn("--insecure-no-auth", self.obstacles(run)[0])


if __name__ == "__main__":
    unittest.main()
