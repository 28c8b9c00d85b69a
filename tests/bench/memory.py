"""What viewers that stand still cost: the server's own memory and the kernel's."""

import contextlib
import dataclasses
import pathlib
import re
import resource
import socket
import statistics
import time

import programs
import report

AIM_MIB = 96
FRAMES_PER_SECOND = 30
# The least that Linux grants: a viewer's own kernel shall keep next to nothing.
RECEIVE_BUFFER_BYTES = 2304
PAGE_BYTES = resource.getpagesize()
MIB = 2**20
REQUEST = (b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
# As browsers offer it.
DEFLATE_OFFER = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


@dataclasses.dataclass(frozen=True)
class Step:
    viewers: int
    seconds: int
    arrive_within_s: float = 0  # spread evenly
    looks_every_s: float = 2
    is_deflated: bool = False

    @property
    def request(self):
        return REQUEST + (DEFLATE_OFFER if self.is_deflated else b"") + b"\r\n"


STEPS = [Step(1, 4), Step(100, 4), Step(1000, 14), Step(1000, 10, 9), Step(1000, 10, 9, is_deflated=True)]
SMOKE_STEPS = [Step(1, 1, 0, 1), Step(20, 1, 0.5, 1), Step(20, 1, 0.5, 1, is_deflated=True)]


@dataclasses.dataclass(frozen=True)
class Memory:
    heap: float    # bytes that the process alone holds
    kernel: float  # bytes in all TCP buffers of this machine

    def both(self):
        return self.heap + self.kernel


def look(pid):
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    heap = sum(int(kib) for kib in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", rollup, re.MULTILINE))
    pages = re.search(r"^TCP:.* mem (\d+)", pathlib.Path("/proc/net/sockstat").read_text(), re.MULTILINE)
    return Memory(heap * 1024, int(pages[1]) * PAGE_BYTES)


def stalled_viewer(port, request):
    """Asks for pictures, and reads nothing, not even the answer to its handshake."""
    viewer = socket.socket()
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    viewer.connect(("127.0.0.1", port))
    viewer.sendall(request)
    return viewer


def measure(step, server, kernel_before, first):
    """Prints the memory as time goes by. Returns the most that there was, and the last. `first` is what there
    was with one viewer, if that was measured."""
    most = now = Memory(0, 0)
    with contextlib.ExitStack() as viewers:
        began = time.monotonic()
        came = 0
        next_look = step.looks_every_s
        while time.monotonic() < began + step.seconds + step.looks_every_s / 2:
            age = time.monotonic() - began
            due = step.viewers if age >= step.arrive_within_s else int(step.viewers * age / step.arrive_within_s)
            for _ in range(came, due):
                viewers.enter_context(stalled_viewer(server.port, step.request))
            came = due
            seen = look(server.pid)
            now = Memory(seen.heap, seen.kernel - kernel_before)
            most = max(most, now, key=Memory.both)
            if age >= next_look:
                next_look += step.looks_every_s
                connected = server.viewer_count()
                each = f"{(now.both() - first.both()) / (connected - 1) / 1024:9.1f}" if first and connected > 1 else ""
                report.say(f"{step.viewers:7} {age:7.1f} {connected:9} {now.heap / MIB:8.1f} {now.kernel / MIB:8.1f} "
                           f"{now.both() / MIB:8.1f} {each}")
            time.sleep(0.05)
    return most, now


def kernel_at_rest(pid):
    """It varies with what others do: the middle of some looks."""
    looks = []
    for _ in range(9):
        looks.append(look(pid).kernel)
        time.sleep(0.05)
    return statistics.median(looks)


def benchmark(build, smoke):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    report.say(
        f"Viewers that connect, ask for {FRAMES_PER_SECOND} pictures of 1280x720 a second and never read. `heap` is all the private\n"
        "memory of the server, `kernel` what all TCP buffers hold more than before (/proc/net/sockstat), both in\n"
        "MiB, `KiB each` what one viewer adds to the first. The kernel counts in steps of about 1 MiB for each CPU.\n"
        f"The server lets go of a viewer to whom no picture went through in 10 s. It may open {soft} files.\n")
    first = None
    most_of = {}
    for step in SMOKE_STEPS if smoke else STEPS:
        if first:
            report.say()
        if step.arrive_within_s:
            report.say(f"now {step.viewers} that come one by one within {step.arrive_within_s} s, each in the middle of another "
                       f"picture{', and take it deflated' if step.is_deflated else ''}:")
        report.say(f"{'viewers':>7} {'after s':>7} {'connected':>9} {'heap':>8} {'kernel':>8} {'both':>8} {'KiB each':>9}")
        with programs.server(build, FRAMES_PER_SECOND) as server:
            kernel_before = kernel_at_rest(server.pid)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            try:
                most, last = measure(step, server, kernel_before, first)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        most_of[step] = most.both() / MIB
        if step.viewers == 1:
            first = last
    for step, most in most_of.items():
        if step.viewers >= 1000:
            how = f"coming within {step.arrive_within_s} s" if step.arrive_within_s else "coming at once"
            how += ", in the deflated form" if step.is_deflated else ""
            report.aim(f"memory: {most:.1f} MiB at most with {step.viewers} stalled viewers {how}, heap and kernel; "
                       + report.against_aim(most, AIM_MIB, " MiB"))
            report.figure(f"memory with {step.viewers} viewers that never read, {how}, heap and kernel together",
                          f"{most:.0f} MiB at most", f"{AIM_MIB} MiB")
    report.say_aims()
