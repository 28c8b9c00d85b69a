"""Starts the program under test and stops it again."""

import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request

PROGRAM = os.environ["FRESHFRAME"]
PATIENCE_S = 60.0  # for what should take a moment, on a machine that may be very busy
THREAD_SANITIZED = os.environ.get("FRESHFRAME_SANITIZED") == "tsan"


def wait_until(condition, what):
    """Asks `condition` again and again until it holds, and returns what it gave."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for: {what}")


def signal_until(process, number, heard):
    """Sends a signal, once; under ThreadSanitizer until `heard()` holds."""
    process.send_signal(number)
    # gcc 12's ThreadSanitizer loses a signal now and then that comes while a program of Asio enters its
    # loop, also in one of ten lines that does nothing else.
    for _ in range(int(PATIENCE_S / 2) if THREAD_SANITIZED else 0):
        if holds_within(2.0, heard):
            return
        process.send_signal(number)


def holds_within(seconds, condition):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def text_of(file):
    """All that is in a file to which another process appends. Opened anew, for with the descriptor it
    inherited it moves the place where this one reads, too."""
    return pathlib.Path(f"/proc/self/fd/{file.fileno()}").read_text()


class FreshframeServer:
    """One run of the program, listening on a port of its own. Use as a context manager. `run_by` is a
    command that turns into the program, e.g. ["prlimit", "--nofile=64:"]; `environment` is added to the test's.
    `trusted` is the file with the certificate of a server that speaks TLS, which may come to be by its start.
    It inherits `sockets`."""

    def __init__(self, *flags, listen="127.0.0.1:0", run_by=(), trusted=None, environment=None, sockets=()):
        self.log = tempfile.TemporaryFile("a+")
        self.process = subprocess.Popen(
            [*run_by, PROGRAM, "--listen", listen, *flags],
            stdout=subprocess.PIPE, stderr=self.log, text=True, pass_fds=[inherited.fileno() for inherited in sockets],
            env=os.environ | (environment or {}))
        line = self.process.stdout.readline()
        found = re.fullmatch(r"Freshframe is live at (https?://.*/)\n", line)
        if not found:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no URL on stdout but {line!r}; log: {self.log_text()}")
        self.url = found.group(1)
        self.authority = self.url.partition("://")[2][:-1]
        self.tls = ssl.create_default_context(cafile=trusted) if trusted else None
        self.port = int(self.authority.rsplit(":", 1)[1])

    def ws(self, query=""):
        return f"{'wss' if self.tls else 'ws'}://{self.authority}/ws{query}"

    def cameras(self):
        with urllib.request.urlopen(self.url + "api/v1/cameras", timeout=PATIENCE_S, context=self.tls) as answer:
            return {camera["name"]: camera for camera in json.load(answer)["cameras"]}

    def log_text(self):
        return text_of(self.log)

    def stop(self):
        """SIGTERM, and the seconds until the program had ended."""
        began = time.monotonic()
        # Told twice it may end by the second signal, when it is past hearing it.
        if not self._is_stopping():
            self.tell_to_end()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return time.monotonic() - began

    def tell_to_end(self, number=signal.SIGTERM):
        signal_until(self.process, number, lambda: self.process.poll() is not None or self._is_stopping())

    def _is_stopping(self):
        return "stopping: " in self.log_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        try:
            # A sanitizer's finding ends the program with another code.
            assert self.process.returncode == 0, (
                f"the server ended with {self.process.returncode}: {self.log_text()}")
        finally:
            self.log.close()


def run_to_end(*flags, environment=None, run_by=()):
    """Runs the program with flags that make it end by itself."""
    return subprocess.run([*run_by, PROGRAM, *flags], capture_output=True, text=True, timeout=PATIENCE_S,
                          env=os.environ | (environment or {}))
