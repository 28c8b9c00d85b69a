"""A link on this machine: three network namespaces, cables between them, and a token bucket at the router in the middle."""

import contextlib
import itertools
import os
import pathlib
import subprocess
import sys

SERVER_ADDRESS = "10.77.0.1"
ROUTER_TO_SERVER = "10.77.0.2"
ROUTER_TO_VIEWER = "10.77.1.1"
VIEWER_ADDRESS = "10.77.1.2"
# What waits for the bucket: a router that holds far more than it should.
QUEUE_BYTES = 1_000_000
BURST_BYTES = 16_000
# What Linux comes with. This machine may be set to another, and BBR for one hides much of what a queue does.
CONGESTION_CONTROL = "cubic"

_numbers = itertools.count()


def why_not_here():
    """A sentence when this machine cannot make such links, else None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    try:
        with ThinLink(1, one_way_ms=1):
            return None
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip()
        return f"this machine makes no such links: {said}"


class ThinLink:
    """From a server's namespace to a viewer's at `megabits_per_second`, and back without a limit; each way takes
    `one_way_ms`.

    The queue is a router's between them, as it is in life: one at the server's own end would be seen by its TCP, which
    sends no more while its packets wait there (tcp_limit_output_bytes).

    Use as a context manager; the namespaces go with it. Nothing outside them can be reached from inside.
    """

    def __init__(self, megabits_per_second, one_way_ms=0):
        name = f"freshframe-{os.getpid()}-{next(_numbers)}"
        self._server, self._router, self._viewer = f"{name}-s", f"{name}-r", f"{name}-v"
        self._rate = megabits_per_second
        self._one_way_ms = one_way_ms
        self._undo = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            for namespace in (self._server, self._router, self._viewer):
                _run("ip", "netns", "add", namespace)
                undo.callback(_run, "ip", "netns", "del", namespace)
                _run("ip", "-n", namespace, "link", "set", "lo", "up")
            _lay_cable(self._server, self._router, "to-server")
            if self._one_way_ms:
                undo.callback(_end, _lay_long_cable(self._viewer, self._router, "to-viewer", self._one_way_ms))
            else:
                _lay_cable(self._viewer, self._router, "to-viewer")
            for end, address, device, router in ((self._server, SERVER_ADDRESS, "to-server", ROUTER_TO_SERVER),
                                                 (self._viewer, VIEWER_ADDRESS, "to-viewer", ROUTER_TO_VIEWER)):
                _set_up(end, "cable", address)
                _set_up(self._router, device, router)
                _run("ip", "-n", end, "route", "add", "default", "via", router, "congctl", CONGESTION_CONTROL)
            _run("ip", "netns", "exec", self._router, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
            self._shape("add", self._rate)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_):
        self._undo.close()

    def put_machine_at_server(self, address):
        """Gives the server's end to a virtual machine with this address, whose way to the viewer leads over ROUTER_TO_SERVER. The
        tap device that is its network card, to be opened from inside at_server()."""
        _run("ip", "-n", self._server, "link", "add", "switch", "type", "bridge")
        _run("ip", "-n", self._server, "tuntap", "add", "dev", "machine", "mode", "tap")
        for device in ("cable", "machine"):
            _run("ip", "-n", self._server, "link", "set", device, "master", "switch")
        for device in ("machine", "switch"):
            _run("ip", "-n", self._server, "link", "set", device, "up")
        _run("ip", "-n", self._router, "route", "add", address, "dev", "to-server")
        return "machine"

    def change(self, megabits_per_second):
        self._shape("change", megabits_per_second)

    def lose_what_viewers_send(self):
        """All of it, from now on, and without a word to anybody."""
        _run(*self.at_viewer("iptables", "-A", "OUTPUT", "-j", "DROP"))

    def at_server(self, *command):
        """`command`, to be run at the server's end."""
        return ["ip", "netns", "exec", self._server, *map(str, command)]

    def at_viewer(self, *command):
        return ["ip", "netns", "exec", self._viewer, *map(str, command)]

    def _shape(self, action, megabits_per_second):
        _run("ip", "netns", "exec", self._router, "tc", "qdisc", action, "dev", "to-viewer", "root", "tbf",
             "rate", f"{round(megabits_per_second * 1000)}kbit", "burst", str(BURST_BYTES),
             "limit", str(QUEUE_BYTES))


def _lay_cable(end, router, router_device):
    _run("ip", "link", "add", "cable", "netns", end, "type", "veth", "peer", "name", router_device, "netns", router)


def _lay_long_cable(end, router, router_device, one_way_ms):
    """The process that is the cable."""
    ends = ((end, "cable"), (router, router_device))
    for namespace, device in ends:
        _run("ip", "-n", namespace, "tuntap", "add", "dev", device, "mode", "tun")
        # Room for what comes while the process waits for a CPU.
        _run("ip", "-n", namespace, "link", "set", device, "txqueuelen", "4000")
    process = subprocess.Popen([sys.executable, pathlib.Path(__file__).parent / "delay_line.py", str(one_way_ms),
                                *(word for each in ends for word in each)], stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "ready\n":
        _end(process)
        raise OSError("a long cable needs /dev/net/tun")
    return process


def _end(process):
    process.kill()
    process.wait()
    process.stdout.close()


def _set_up(namespace, device, address):
    _run("ip", "-n", namespace, "addr", "add", f"{address}/24", "dev", device)
    _run("ip", "-n", namespace, "link", "set", device, "up")


def _run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)
