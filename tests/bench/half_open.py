"""Peers that vanish without a word: how long the server keeps what it has for them."""

import contextlib
import pathlib
import subprocess
import sys
import time

import programs
import report
import thin_link

HERE = pathlib.Path(__file__).parent
EACH = 16
LIMIT_S = 40.0
LIVE = r"Freshframe is live at http://.*:(\d+)/.*\n"
# Who takes frames is noticed by what is not acknowledged, who takes none by the ping that is not answered.
KINDS = {"viewers": "", "viewers who watch nothing": "?subscribe=none"}


def open_descriptors(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


@contextlib.contextmanager
def peers(link, port, query):
    command = link.at_viewer(sys.executable, HERE / "attack.py", "half-open", thin_link.SERVER_ADDRESS, port, 600,
                             "--count", EACH,
                             f"--query={query}", "--stay")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "there\n"
            yield
        finally:
            process.kill()


def reaped_after_s(build, query):
    """Seconds from the moment that nothing of the peers arrives any more until the server has closed all their sockets."""
    with contextlib.ExitStack() as stack:
        link = stack.enter_context(thin_link.ThinLink(1000))
        server = stack.enter_context(programs.started(
            link.at_server(build / "freshframe", "--listen", f"{thin_link.SERVER_ADDRESS}:0", "--log-level", "error",
                           "--camera",
                           "cam0=pattern:320x240@10,mjpeg", *open_to_all(build)), LIVE))
        before = open_descriptors(server.pid)
        stack.enter_context(peers(link, server.port, query))
        assert open_descriptors(server.pid) >= before + EACH
        began = time.monotonic()
        # As if the cable were cut: no answer and no reset comes back.
        link.lose_what_viewers_send()
        while open_descriptors(server.pid) > before and time.monotonic() < began + 2 * LIMIT_S:
            time.sleep(0.1)
        return time.monotonic() - began


def open_to_all(build):
    """A server that leaves loopback may want to be told that it needs no token."""
    flag = "--insecure-no-auth"
    knows = subprocess.run([build / "freshframe", "--help"], check=True, capture_output=True, text=True).stdout
    return [flag] if flag in knows else []


def measure(build, smoke):
    reason = thin_link.why_not_here()
    if reason:
        report.not_tested(f"half-open peers: {reason}")
        return
    if smoke:
        report.say(f"{'half-open':>15}  left out of --smoke: it takes half a minute")
        return
    for kind, query in KINDS.items():
        seconds = reaped_after_s(build, query)
        report.say(f"{'half-open':>15}  {EACH} {kind}: gone after {seconds:.1f} s")
        report.limit(f"hostile: {EACH} {kind} whose host vanished are let go of after {seconds:.1f} s", seconds,
                     LIMIT_S, " s")
        report.figure(f"{EACH} {kind} whose host vanished are let go of after", f"{seconds:.1f} s", f"{LIMIT_S:g} s")
