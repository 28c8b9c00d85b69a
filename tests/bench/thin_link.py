"""A thin link on this machine: two network namespaces, a cable between them, and a token bucket at the server's end."""

import itertools
import os
import subprocess

SERVER_ADDRESS = "10.77.0.1"
VIEWER_ADDRESS = "10.77.0.2"
# What waits for the bucket: a router that holds far more than it should.
QUEUE_BYTES = 1_000_000
BURST_BYTES = 16_000

_numbers = itertools.count()


def why_not_here():
    """A sentence when this machine cannot make such links, else None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    made = subprocess.run(["ip", "netns", "add", "freshframe-probe"], capture_output=True, text=True)
    if made.returncode != 0:
        return f"no network namespaces here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", "freshframe-probe"], check=True)
    return None


class ThinLink:
    """From a server's namespace to a viewer's at `megabits_per_second`, and back without a limit.

    Use as a context manager; the namespaces go with it. Nothing outside them can be reached from inside.
    """

    def __init__(self, megabits_per_second):
        name = f"freshframe-{os.getpid()}-{next(_numbers)}"
        self._server, self._viewer = f"{name}-s", f"{name}-v"
        self._rate = megabits_per_second

    def __enter__(self):
        for namespace in (self._server, self._viewer):
            _run("ip", "netns", "add", namespace)
        _run("ip", "link", "add", "cable", "netns", self._server, "type", "veth",
             "peer", "name", "cable", "netns", self._viewer)
        for namespace, address in ((self._server, SERVER_ADDRESS), (self._viewer, VIEWER_ADDRESS)):
            _run("ip", "-n", namespace, "addr", "add", f"{address}/24", "dev", "cable")
            _run("ip", "-n", namespace, "link", "set", "cable", "up")
            _run("ip", "-n", namespace, "link", "set", "lo", "up")
        self._shape("add", self._rate)
        return self

    def __exit__(self, *_):
        for namespace in (self._server, self._viewer):
            subprocess.run(["ip", "netns", "del", namespace], check=False)

    def change(self, megabits_per_second):
        self._shape("change", megabits_per_second)

    def at_server(self, *command):
        """`command`, to be run at the server's end."""
        return ["ip", "netns", "exec", self._server, *map(str, command)]

    def at_viewer(self, *command):
        return ["ip", "netns", "exec", self._viewer, *map(str, command)]

    def _shape(self, action, megabits_per_second):
        _run("ip", "netns", "exec", self._server, "tc", "qdisc", action, "dev", "cable", "root", "tbf",
             "rate", f"{round(megabits_per_second * 1000)}kbit", "burst", str(BURST_BYTES),
             "limit", str(QUEUE_BYTES))


def _run(*command):
    subprocess.run(command, check=True)
