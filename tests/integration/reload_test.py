"""SIGHUP reads again what can be without anybody's noticing, and says what takes a restart."""

import os
import pathlib
import signal
import tempfile
import unittest
import urllib.error
import urllib.request

from freshframe_server import PATIENCE_S, FreshframeServer, signal_until, wait_until

FIRST, SECOND = "0123456789abcdef-first", "0123456789abcdef-second"


class ReloadTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def status(self, server, path, token):
        request = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def hang_up(self, server, words):
        signal_until(server.process, signal.SIGHUP, lambda: words in server.log_text())
        wait_until(lambda: words in server.log_text(), words)

    def test_new_tokens_count_and_who_watches_goes_on(self):
        tokens = self.file("tokens", FIRST)
        with FreshframeServer("--camera", "pattern:160x120@30", "--view-token-file", str(tokens)) as server:
            request = urllib.request.Request(server.url + "stream", headers={"Authorization": f"Bearer {FIRST}"})
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as stream:
                stream.read(1000)
                self.file("tokens", SECOND)
                self.hang_up(server, "read the files with tokens again")
                self.assertEqual(self.status(server, "state", FIRST), 401)
                self.assertEqual(self.status(server, "state", SECOND), 200)
                stream.read(200_000)

    def test_the_tokens_stay_when_the_new_ones_cannot_be_read(self):
        tokens = self.file("tokens", FIRST)
        with FreshframeServer("--camera", "pattern", "--view-token-file", str(tokens)) as server:
            tokens.unlink()
            self.hang_up(server, "kept the tokens that were there: --view-token-file")
            self.assertEqual(self.status(server, "state", FIRST), 200)

    def test_a_token_of_the_environment_stays_beside_those_of_files(self):
        tokens = self.file("tokens", FIRST)
        with FreshframeServer("--camera", "pattern", "--publish-token-file", str(tokens),
                              environment={"FRESHFRAME_VIEW_TOKEN": SECOND}) as server:
            self.hang_up(server, "read the files with tokens again")
            self.assertEqual(self.status(server, "state", SECOND), 200)
            self.assertEqual(self.status(server, "state", FIRST), 403)

    def test_a_pipe_in_the_configurations_place_is_not_waited_for(self):
        config = self.file("config.json", '{"cameras": ["pattern"]}')
        with FreshframeServer("--config", str(config)) as server:
            config.unlink()
            os.mkfifo(config)
            self.hang_up(server, "it is a folder, a pipe or a device")
            server.cameras()

    def test_the_logs_level_changes_and_the_rest_is_named(self):
        config = self.file("config.json", '{"cameras": ["pattern"], "log_level": "info"}')
        with FreshframeServer("--config", str(config)) as server:
            self.file("config.json", '{"cameras": ["pattern"], "log_level": "warning", "quality": 50, "limits": {"viewers": 3}}')
            self.hang_up(server, "takes a restart: quality, limits.viewers")
            server.cameras()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(PATIENCE_S), 0)
            self.assertNotIn(" stopping: ", server.log_text())

    def test_a_broken_configuration_changes_nothing(self):
        config = self.file("config.json", '{"cameras": ["pattern"]}')
        with FreshframeServer("--config", str(config)) as server:
            self.file("config.json", '{"cameras": 7}')
            self.hang_up(server, f"kept the configuration that was there: {config}: /cameras")
            self.assertIn("cam0", server.cameras())


if __name__ == "__main__":
    unittest.main()
