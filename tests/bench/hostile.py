"""What hostile peers cost those who watch."""

import contextlib
import dataclasses
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import freshness
import half_open
import programs
import report

HERE = pathlib.Path(__file__).parent
HEALTHY = 4
ROUNDS = 3
SECONDS = 6.0
SMOKE_SECONDS = 2.0
LIMIT_MS = 10.0
CAMERA = "cam0=pattern:640x360@30,mjpeg"
LIVE = r"Freshframe is live at http://.*:(\d+)/.*\n"
# For 2,000 connections on the side of who attacks.
OPEN_FILES = 8192


@dataclasses.dataclass(frozen=True)
class Attack:
    name: str
    what: str
    count: int
    flags: tuple = ()
    open_files: int = 0
    seconds: float = SECONDS


ATTACKS = [
    # Long enough to see that the header's time is kept.
    Attack("slowloris", "200 connections whose headers come a byte each half second", 200, seconds=13.0),
    Attack("pings", "20 viewers who ping as fast as they can", 20),
    Attack("messages", "20 viewers who send messages as fast as they can", 20),
    Attack("never-reads", "200 viewers who never read", 200),
    Attack("uploads", "8 uploads without an end", 8, flags=("--camera", "vision=publish")),
    Attack("connections", "2,000 connections that say nothing", 2000),
    Attack("descriptors", "200 connections to a server that may open 64 files", 200, open_files=64),
]


@contextlib.contextmanager
def server(build, attack):
    command = [build / "freshframe", "--listen", "127.0.0.1:0", "--log-level", "error", "--camera", CAMERA,
               *attack.flags]
    if attack.open_files:
        command = ["prlimit", f"--nofile={attack.open_files}:{attack.open_files}", *command]
    with tempfile.TemporaryDirectory() as state, programs.started(["env", f"XDG_STATE_HOME={state}", *command],
                                                                  LIVE) as started:
        yield started


@contextlib.contextmanager
def attacking(attack, port, seconds):
    command = [sys.executable, HERE / "attack.py", attack.name, "127.0.0.1", str(port), str(seconds), "--count",
               str(attack.count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        result = {}
        try:
            yield result
            result.update(json.loads(process.communicate(timeout=programs.PATIENCE_S)[0]))
        finally:
            process.kill()


@contextlib.contextmanager
def watching(started, seconds):
    """Four who watch for so long; yields what tells the oldest of a hundred frames, and how many a second each got."""
    command = [sys.executable, HERE / "age_viewer.py", f"ws://127.0.0.1:{started.port}/ws", str(seconds),
               "--acknowledge", "--viewers", str(HEALTHY)]

    def ages():
        said = process.communicate()[0]
        assert process.returncode == 0, "those who watch were not served"
        arrivals = [freshness.Arrival(*arrival) for arrival in json.loads(said)]
        first = min(arrival.at for arrival in arrivals)
        later = [arrival for arrival in arrivals if arrival.at > first + 1]
        span = max(arrival.at for arrival in later) - first - 1
        return freshness.ages_ms(later)[1], len(later) / span / HEALTHY

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield ages
        finally:
            process.kill()


def wait_for_viewers(started, count):
    while started.viewer_count() != count:
        time.sleep(0.05)


def one_round(build, attack, seconds):
    """Alone, and beside the attack: on the same server, so that what the attack leaves behind counts, too."""
    with server(build, attack) as started:
        with watching(started, seconds) as ages:
            alone = ages()
        wait_for_viewers(started, 0)
        # Those who watch were there before the attack, which may leave no room for others, and goes on for as long as they look.
        with watching(started, seconds + 1) as ages:
            wait_for_viewers(started, HEALTHY)
            with attacking(attack, started.port, seconds + 1) as result:
                beside = ages()
        # After all of it a new viewer is served.
        wait_for_viewers(started, 0)
        with watching(started, 1.5) as ages:
            ages()
    return alone, beside, result


def benchmark(build, smoke):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, OPEN_FILES), hard))
    report.say(f"{HEALTHY} viewers of 640x360 at 30 frames/s who acknowledge, alone and beside an attack, in turns on one server. Age of frames\n"
               "as they arrived whole, the oldest of 100; medians, the differences within a round. `ended` are connections of the\n"
               "attack that the server let go of, `longest` how long it bore with one.\n")
    report.say(f"{'attack':>15} {'alone ms':>9} {'beside ms':>10} {'older ms':>9} {'frames/s':>9} {'opened':>7} {'ended':>7} {'longest s':>10}  answers")
    try:
        for attack in ATTACKS:
            measure(build, attack, smoke)
        half_open.measure(build, smoke)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    report.say_aims()


def measure(build, attack, smoke):
    rounds = [one_round(build, attack, SMOKE_SECONDS if smoke else attack.seconds)
              for _ in range(1 if smoke else ROUNDS)]
    alone_ms = statistics.median(alone[0] for alone, _, _ in rounds)
    beside_ms = statistics.median(beside[0] for _, beside, _ in rounds)
    older_ms = statistics.median(beside[0] - alone[0] for alone, beside, _ in rounds)
    rate = statistics.median(beside[1] for _, beside, _ in rounds)
    result = rounds[-1][2]
    report.say(f"{attack.name:>15} {alone_ms:9.1f} {beside_ms:10.1f} {older_ms:9.1f} {rate:9.1f} {result['opened']:7} "
               f"{result['ended_by_server']:7} {result['longest_s']:10.1f}  {result['answers']}")
    if smoke:
        return
    report.limit(f"hostile: {older_ms:.1f} ms older beside {attack.what}", older_ms, LIMIT_MS, " ms")
    report.figure(f"{HEALTHY} viewers beside {attack.what}: how much older the oldest of 100", f"{older_ms:.1f} ms",
                  f"{LIMIT_MS:g} ms")
