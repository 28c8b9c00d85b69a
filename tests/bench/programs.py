"""Starts what is measured, and ends it again."""

import contextlib
import json
import re
import signal
import subprocess
import urllib.request

PATIENCE_S = 60.0
FRESHFRAME_IS_LIVE = r"Freshframe is live at http://.*:(\d+)/\n"


class Listening:
    """A program that listens on `port`."""

    def __init__(self, process, port):
        self.process = process
        self.pid = process.pid
        self.port = port

    def viewer_count(self):
        """Of the server's first camera."""
        url = f"http://127.0.0.1:{self.port}/api/v1/cameras"
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return json.load(answer)["cameras"][0]["viewers"]


@contextlib.contextmanager
def started(command, first_line):
    """Runs `command`, whose first line of output matches `first_line` and so tells its port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        found = re.fullmatch(first_line, line)
        if not found:
            raise RuntimeError(f"{command[0]} did not start: {line!r}")
        yield Listening(process, int(found[1]))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def server(build, frames_per_second):
    """Freshframe with the test pattern as a camera that costs next to nothing."""
    return started(
        [build / "freshframe", "--listen", "127.0.0.1:0", "--log-level", "error", "--idle-grace", "0",
         "--max-viewers", "2000", "--max-connections", "2100",
         "--camera", f"cam0=pattern:1280x720@{frames_per_second},mjpeg"],
        FRESHFRAME_IS_LIVE)


def plain_sender(build, frames_per_second, *flags):
    return started([build / "tests/bench/plain_sender", str(frames_per_second), *flags], r"listening on (\d+)\n")
