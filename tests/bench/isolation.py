"""What viewers who take nothing cost those who watch."""

import collections
import contextlib
import json
import pathlib
import socket
import statistics
import subprocess
import sys

import freshness
import programs
import report

HERE = pathlib.Path(__file__).parent
HEALTHY = 20
STALLED = [0, 20, 200]
ROUNDS = 3
SECONDS = 4.0
RATE_AIM_PERCENT = 10.0
AGE_AIM_MS = 5.0


def stalled_viewer(port):
    """Shakes hands and never reads."""
    viewer = socket.socket()
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    viewer.connect(("127.0.0.1", port))
    viewer.sendall((f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
    return viewer


def beside(build, stalled, seconds):
    """Frames a second that the healthy viewer got who got the fewest, and the oldest age of a hundred, in ms."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(programs.started(
            [build / "freshframe", "--listen", "127.0.0.1:0", "--log-level", "error",
             "--max-viewers", "400", "--max-connections", "500",
             "--camera", "cam0=pattern:640x360@30,mjpeg"], programs.FRESHFRAME_IS_LIVE))
        for _ in range(stalled):
            stack.enter_context(stalled_viewer(server.port))
        watching = subprocess.run(
            [sys.executable, HERE / "age_viewer.py", f"ws://127.0.0.1:{server.port}/ws", str(seconds),
             "--acknowledge", "--viewers", str(HEALTHY)], check=True, stdout=subprocess.PIPE, text=True)
    arrivals = [freshness.Arrival(*arrival) for arrival in json.loads(watching.stdout)]
    first = min(arrival.at for arrival in arrivals)
    later = [arrival for arrival in arrivals if arrival.at > first + 1]
    span = max(arrival.at for arrival in later) - first - 1
    got = collections.Counter(arrival.viewer for arrival in later)
    return min(got[viewer] for viewer in range(HEALTHY)) / span, freshness.ages_ms(later)[1]


def benchmark(build, smoke):
    stalled_counts = STALLED[:2] if smoke else STALLED
    report.say(f"{HEALTHY} viewers of 640x360 at 30 frames/s who acknowledge, beside some who never read, in turns. Frames of the viewer\n"
               "who got the fewest; age of frames as they arrived whole, the oldest of 100. Medians, the differences within a round.\n")
    rounds = [[beside(build, stalled, SECONDS) for stalled in stalled_counts] for _ in range(1 if smoke else ROUNDS)]
    report.say(f"{'stalled':>8} {'frames/s':>9} {'p99 ms':>8} {'fewer':>8} {'older ms':>9}")
    fewer, older_ms = 0.0, 0.0
    for i, stalled in enumerate(stalled_counts):
        rate, p99 = (statistics.median(turns[i][figure] for turns in rounds) for figure in (0, 1))
        fewer_here = statistics.median(100 * (1 - turns[i][0] / turns[0][0]) for turns in rounds)
        older_here = statistics.median(turns[i][1] - turns[0][1] for turns in rounds)
        report.say(f"{stalled:8} {rate:9.2f} {p99:8.1f} {fewer_here:7.1f}% {older_here:9.1f}")
        fewer, older_ms = max(fewer, fewer_here), max(older_ms, older_here)
    if smoke:
        return
    report.aim(f"isolation: {fewer:.1f} % fewer frames beside stalled viewers; "
               + report.against_aim(round(fewer, 1), RATE_AIM_PERCENT, " %"))
    report.aim(f"isolation: {older_ms:.1f} ms older beside stalled viewers; "
               + report.against_aim(round(older_ms, 1), AGE_AIM_MS, " ms"))
    report.say_aims()
    report.figure(f"{HEALTHY} viewers beside {STALLED[-1]} that never read: fewer frames than alone, and how much older "
                  "the oldest of 100", f"{fewer:.1f} % and {older_ms:.1f} ms", f"{RATE_AIM_PERCENT:g} %, {AGE_AIM_MS:g} ms")
