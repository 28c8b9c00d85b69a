"""--check-config says all that would keep the server from starting, with the code that it would end with, and changes nothing."""

import os
import pathlib
import shutil
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

    def check(self, *flags, environment=None, run_by=()):
        return run_to_end("--check-config", "--state-directory", str(self.folder / "state"), *flags, environment=environment,
                          run_by=run_by)

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

    def test_a_folder_that_cannot_be_written_to_will_do_where_all_is_there(self):
        state = self.folder / "state"
        state.mkdir()
        # The system lets root write anywhere.
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        if as_nobody:
            os.chown(state, 65534, 65534)
            self.folder.chmod(0o755)
        flags = ["--camera", "pattern", "--tls-self-signed"]

        def start():
            return FreshframeServer(*flags, "--state-directory", str(state), listen="0.0.0.0:0", run_by=as_nobody)

        with start():
            pass
        self.addCleanup(state.chmod, 0o700)
        state.chmod(0o500)
        self.assert_fine(self.check(*flags, "--listen", "0.0.0.0:0", run_by=as_nobody))
        with start():
            pass
        for name in ("view-token", "self-signed-key.pem", "self-signed-certificate.pem"):
            with self.subTest(name):
                state.chmod(0o700)
                (state / name).rename(self.folder / name)
                state.chmod(0o500)
                checked = self.check(*flags, "--listen", "0.0.0.0:0", run_by=as_nobody)
                started = run_to_end(*flags, "--listen", "0.0.0.0:0", "--state-directory", str(state), run_by=as_nobody)
                self.assertEqual(checked.returncode, started.returncode)
                self.assertIn("cannot be written to", self.obstacles(checked)[0])
                state.chmod(0o700)
                (self.folder / name).rename(state / name)

    def test_what_is_kept_and_broken_is_told_as_a_start_tells_it(self):
        state = self.folder / "state"
        flags = ["--camera", "pattern", "--tls-self-signed", "--listen", "0.0.0.0:0"]
        for name, make in (("view-token", lambda path: path.write_text("s3cret\n")), ("view-token", pathlib.Path.mkdir),
                           ("self-signed-key.pem", lambda path: path.write_text("no key")),
                           ("self-signed-certificate.pem", pathlib.Path.mkdir)):
            with self.subTest(name):
                state.mkdir()
                make(state / name)
                checked = self.check(*flags)
                self.assertEqual([path.name for path in state.iterdir()], [name])
                started = run_to_end(*flags, "--state-directory", str(state))
                self.assertNotEqual(checked.returncode, 0)
                self.assertEqual(checked.returncode, started.returncode)
                self.assertEqual(self.obstacles(checked), self.obstacles(started))
                self.assertIn(name, self.obstacles(checked)[0])
                self.assertNotIn("s3cret", checked.stderr)
                shutil.rmtree(state)

    def test_a_broken_certificate_that_a_start_makes_anew_is_fine(self):
        state = self.folder / "state"
        state.mkdir()
        (state / "self-signed-certificate.pem").write_text("cut off by a power cut")
        self.assert_fine(self.check("--camera", "pattern", "--tls-self-signed"))
        self.assertEqual([path.name for path in state.iterdir()], ["self-signed-certificate.pem"])

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
