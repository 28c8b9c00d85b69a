"""What a published picture costs the server, and how old it is at a viewer, also when its publisher is faster than its link."""

import contextlib
import json
import pathlib
import statistics
import subprocess
import sys

import freshness
import programs
import report
import thin_link

HERE = pathlib.Path(__file__).parent
FRAMES_PER_SECOND = 30
SECONDS, SMOKE_SECONDS = 10.0, 6.0
# What a Python program with OpenCV may need before its first picture, on a busy machine.
START_S = 5.0
ROUNDS = 3
LINK_MBIT_S = 8
# The publisher's credit lets the next frame leave when the one before has come: a frame is as old as its encoding and
# two wire times.
AGE_AIM_WIRE_TIMES = 2.0


def cpu_seconds(pid):
    """Of all threads but the test pattern's, which stands in for a camera; by the scheduler's count."""
    return programs.cpu_seconds(pid, but_for="pattern")


def published(build, seconds, link=None):
    """One publisher and one viewer who acknowledges: what the publisher says, the arrivals, and the server's CPU seconds."""
    address = thin_link.VIEWER_ADDRESS if link else "127.0.0.1"
    here = link.at_viewer if link else lambda *command: list(map(str, command))
    there = link.at_server if link else here
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(programs.started(
            here(build / "freshframe", "--listen", f"{address}:0", "--insecure-no-auth", "--log-level", "error",
                 "--camera", "vision=publish"),
            programs.FRESHFRAME_IS_LIVE))
        viewer = stack.enter_context(subprocess.Popen(
            here(sys.executable, HERE / "age_viewer.py", f"ws://{address}:{server.port}/ws", seconds + START_S,
                 "--acknowledge"),
            stdout=subprocess.PIPE, text=True))
        told = subprocess.run(
            there(sys.executable, HERE / "paced_publisher.py", f"http://{address}:{server.port}", "vision", seconds,
                  FRAMES_PER_SECOND), check=True, stdout=subprocess.PIPE, text=True)
        cpu = cpu_seconds(server.pid)
        out, _ = viewer.communicate()
    arrivals = [freshness.Arrival(*arrival) for arrival in json.loads(out)]
    if not arrivals:
        raise RuntimeError("no published frame arrived")
    return json.loads(told.stdout), arrivals, cpu


def own_pattern(build, seconds):
    """The same viewer of the server's own camera, which delivers JPEG: CPU seconds of the server for each frame."""
    with programs.server(build, FRAMES_PER_SECOND) as server:
        out = subprocess.run(
            [sys.executable, HERE / "age_viewer.py", f"ws://127.0.0.1:{server.port}/ws", str(seconds), "--acknowledge"],
            check=True, stdout=subprocess.PIPE, text=True)
        return cpu_seconds(server.pid) / len(json.loads(out.stdout))


def benchmark(build, smoke):
    seconds = SMOKE_SECONDS if smoke else SECONDS
    report.say(f"Arrays of 1280x720 from the Python package at {FRAMES_PER_SECOND} frames/s, one viewer of the binary form who acknowledges. Age: from the\n"
               "making of the array to its arrival, its encoding included. Beside it the test pattern's MJPEG to such a viewer.\n")
    rounds = [(published(build, seconds), own_pattern(build, seconds)) for _ in range(1 if smoke else ROUNDS)]
    told = [each[0][0] for each in rounds]
    p50, p99 = (statistics.median(freshness.ages_ms(each[0][1])[i] for each in rounds) for i in (0, 1))
    cpu_us = statistics.median(1e6 * each[0][2] / len(each[0][1]) for each in rounds)
    ratio = statistics.median(each[0][2] / len(each[0][1]) / each[1] for each in rounds)
    send_ms = statistics.median(each["send_ms"] for each in told)
    sent = statistics.median(each["sent"] / seconds for each in told)
    report.say(f"over loopback: {sent:.1f} frames/s sent, each encoded in {send_ms:.1f} ms; age {p50:.1f} ms, p99 {p99:.1f} ms;\n"
               f"server CPU {cpu_us:.0f} us for each frame, {ratio:.2f} x that of a frame of its own MJPEG camera")
    if not smoke:
        report.figure("publishing 720p from Python at 30 frames/s: frames/s, age at a viewer, median and oldest of 100",
                      f"{sent:.1f}; {p50:.0f} and {p99:.0f} ms, of which encoding takes {send_ms:.0f}")
        report.figure("server CPU for each published frame, one viewer, against one of the server's own MJPEG camera",
                      f"{ratio:.2f} x ({cpu_us:.0f} us)")

    why = thin_link.why_not_here()
    if why:
        report.not_tested(f"publish over a thin link: {why}")
        return
    with thin_link.ThinLink(LINK_MBIT_S) as link:
        told, arrivals, _ = published(build, seconds, link)
    settled = freshness.Part.settled(arrivals, freshness.Link(LINK_MBIT_S, seconds))
    limit_ms = AGE_AIM_WIRE_TIMES * settled.wire_ms + told["send_ms"]
    report.say(f"over {LINK_MBIT_S} Mbit/s: of {told['made']} arrays {told['sent']} sent; age {settled.p50_ms:.0f} ms, p99 {settled.p99_ms:.0f} ms, "
               f"the wire takes {settled.wire_ms:.0f}; {settled.use_percent:.0f} % of the link used")
    if smoke:
        return
    report.aim(f"publish: {settled.p99_ms:.0f} ms old at a viewer behind a publisher's {LINK_MBIT_S} Mbit/s; "
               + report.against_aim(round(settled.p99_ms), round(limit_ms), " ms"))
    report.aim(f"publish: {settled.use_percent:.0f} % of the link used; "
               + report.at_least(round(settled.use_percent), freshness.LINK_USE_AIM, " %"))
    report.say_aims()
    report.figure(f"publishing 720p at 30 frames/s over {LINK_MBIT_S} Mbit/s: age at a viewer, median and oldest of 100",
                  f"{settled.p50_ms:.0f} and {settled.p99_ms:.0f} ms, of which the wire takes {settled.wire_ms:.0f}; "
                  f"{settled.use_percent:.0f} % of the link used",
                  f"{AGE_AIM_WIRE_TIMES:g} wire times and one encoding, {freshness.LINK_USE_AIM} %")
