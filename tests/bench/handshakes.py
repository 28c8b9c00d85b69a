"""What TLS handshakes cost those who watch: 200 new connections a second beside a viewer."""

import contextlib
import json
import pathlib
import statistics
import subprocess
import sys

import freshness
import programs
import report

HERE = pathlib.Path(__file__).parent
HANDSHAKES_PER_SECOND = 200
ROUNDS = 5
SECONDS = 5.0
SETTLE_S = 1.0
AGE_AIM_MS = 10.0


def oldest_of_100_ms(server, trusted, handshakes_per_second, seconds):
    """The viewer's, and how many handshakes a second were made meanwhile."""
    with contextlib.ExitStack() as stack:
        if handshakes_per_second:
            maker = stack.enter_context(subprocess.Popen(
                [sys.executable, HERE / "handshake_maker.py", str(server.port), str(handshakes_per_second),
                 str(seconds)], stdout=subprocess.PIPE, text=True))
        watching = subprocess.run(
            [sys.executable, HERE / "age_viewer.py", f"wss://127.0.0.1:{server.port}/ws", str(seconds), "--acknowledge",
             "--trust", trusted], check=True, stdout=subprocess.PIPE, text=True)
        made = json.loads(maker.communicate()[0])["made"] / seconds if handshakes_per_second else 0.0
    arrivals = [freshness.Arrival(*arrival) for arrival in json.loads(watching.stdout)]
    first = min(arrival.at for arrival in arrivals)
    return freshness.ages_ms([arrival for arrival in arrivals if arrival.at > first + SETTLE_S])[1], made


def benchmark(build, smoke):
    report.say(f"One viewer of 1280x720 at 30 frames/s over TLS who acknowledges, with and without {HANDSHAKES_PER_SECOND} handshakes a second\n"
               "beside it, each a connection of its own that ends at once, in turns. Age of frames as they arrived whole, the\n"
               "oldest of 100. Whoever makes the handshakes needs as much of this machine's CPUs as the server does.\n")
    with programs.certificate() as (files, flags), programs.server(build, 30, *flags) as server:
        rounds = [[oldest_of_100_ms(server, files[0], rate, 2.0 if smoke else SECONDS)
                   for rate in (0, HANDSHAKES_PER_SECOND)] for _ in range(1 if smoke else ROUNDS)]
    alone, beside = (statistics.median(turns[i][0] for turns in rounds) for i in (0, 1))
    older = statistics.median(turns[1][0] - turns[0][0] for turns in rounds)
    made = statistics.median(turns[1][1] for turns in rounds)
    report.say(f"{alone:.1f} ms alone, {beside:.1f} ms beside {made:.0f} handshakes a second; within a round {older:.1f} ms older")
    if smoke:
        return
    report.aim(f"handshakes: {older:.1f} ms older beside {made:.0f} handshakes a second; "
               + report.against_aim(round(older, 1), AGE_AIM_MS, " ms"))
    report.say_aims()
    report.figure(f"a viewer over TLS beside {made:.0f} TLS handshakes a second: how much older the oldest of 100",
                  f"{older:.1f} ms", f"{AGE_AIM_MS:g} ms")
