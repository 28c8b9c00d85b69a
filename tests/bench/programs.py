"""Starts what is measured, and ends it again."""

import contextlib
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.request

PATIENCE_S = 60.0
FRESHFRAME_IS_LIVE = r"Freshframe is live at https?://.*:(\d+)/\n"


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


def cpu_seconds(pid, but_for=""):
    """Of all threads, but for those of this name. schedstat counts nanoseconds, where stat counts hundredths."""
    tasks = [task for task in pathlib.Path(f"/proc/{pid}/task").iterdir() if (task / "comm").read_text() != but_for + "\n"]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


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


def server(build, frames_per_second, *flags):
    """Freshframe with the test pattern as a camera that costs next to nothing."""
    return started(
        [build / "freshframe", "--listen", "127.0.0.1:0", "--log-level", "error", "--idle-grace", "0",
         "--max-viewers", "2000", "--max-connections", "2100",
         "--camera", f"cam0=pattern:1280x720@{frames_per_second},mjpeg", *flags],
        FRESHFRAME_IS_LIVE)


@contextlib.contextmanager
def certificate():
    """A certificate that openssl makes for the addresses that are used here: its file and its key's, and flags that name them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("certificate.pem", "key.pem")]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1,IP:10.77.0.1", "-out", paths[0],
             "-keyout", paths[1]], check=True, capture_output=True)
        yield paths, ["--tls-cert", str(paths[0]), "--tls-key", str(paths[1])]


def plain_sender(build, frames_per_second, *flags):
    return started([build / "tests/bench/plain_sender", str(frames_per_second), *flags], r"listening on (\d+)\n")
