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
LIVE = r"Freshframe is live at https?://.*:(\d+)/.*\n"
# For 2,000 connections on the side of who attacks.
OPEN_FILES = 8192


@dataclasses.dataclass(frozen=True)
class Attack:
    name: str
    what: str
    count: int
    flags: tuple = ()
    needs: str = ""  # a flag that the server must know
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
    Attack("tls-handshakes", "200 TLS handshakes a second", 10, flags=("--tls-self-signed",),
           needs="--tls-self-signed"),
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
    if attack.needs == "--tls-self-signed":
        command.append("--tls")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        result = {}
        try:
            yield result
            result.update(json.loads(process.communicate(timeout=programs.PATIENCE_S)[0]))
        finally:
            process.kill()


def age_ms(attack, port, seconds):
    """The oldest of a hundred frames of those who watch, and how many frames a second each got."""
    scheme = "wss" if attack.needs == "--tls-self-signed" else "ws"
    watching = subprocess.run(
        [sys.executable, HERE / "age_viewer.py", f"{scheme}://127.0.0.1:{port}/ws", str(seconds), "--acknowledge",
         "--viewers",
         str(HEALTHY)], check=True, stdout=subprocess.PIPE, text=True)
    arrivals = [freshness.Arrival(*arrival) for arrival in json.loads(watching.stdout)]
    first = min(arrival.at for arrival in arrivals)
    later = [arrival for arrival in arrivals if arrival.at > first + 1]
    span = max(arrival.at for arrival in later) - first - 1
    return freshness.ages_ms(later)[1], len(later) / span / HEALTHY


def one_round(build, attack, seconds):
    """Alone, and beside the attack: on the same server, so that what the attack leaves behind counts, too."""
    with server(build, attack) as started:
        alone = age_ms(attack, started.port, seconds)
        # Those who watch were there before the attack, which goes on for as long as they look.
        with attacking(attack, started.port, seconds + 1) as result:
            beside = age_ms(attack, started.port, seconds) if not attack.open_files else None
        if beside is None:
            beside = beside_exhaustion(attack, started, seconds)
        # After all of it a new viewer is served.
        age_ms(attack, started.port, 1.5)
    return alone, beside, result


def beside_exhaustion(attack, started, seconds):
    """Nobody new gets in then, so who watches must be there first."""
    with subprocess.Popen([sys.executable, HERE / "age_viewer.py", f"ws://127.0.0.1:{started.port}/ws",
                           str(seconds + 1),
                           "--acknowledge", "--viewers", str(HEALTHY)], stdout=subprocess.PIPE, text=True) as watching:
        while started.viewer_count() < HEALTHY:
            pass
        with attacking(attack, started.port, seconds):
            arrivals = [freshness.Arrival(*arrival) for arrival in json.loads(watching.communicate()[0])]
    first = min(arrival.at for arrival in arrivals)
    later = [arrival for arrival in arrivals if arrival.at > first + 1]
    return freshness.ages_ms(later)[1], len(later) / (max(arrival.at for arrival in later) - first - 1) / HEALTHY


def benchmark(build, smoke):
    knows = subprocess.run([build / "freshframe", "--help"], check=True, capture_output=True, text=True).stdout
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, OPEN_FILES), hard))
    report.say(f"{HEALTHY} viewers of 640x360 at 30 frames/s who acknowledge, alone and beside an attack, in turns on one server. Age of frames\n"
               "as they arrived whole, the oldest of 100; medians, the differences within a round. `ended` are connections of the\n"
               "attack that the server let go of, `longest` how long it bore with one.\n")
    report.say(f"{'attack':>15} {'alone ms':>9} {'beside ms':>10} {'older ms':>9} {'frames/s':>9} {'opened':>7} {'ended':>7} {'longest s':>10}  answers")
    try:
        for attack in ATTACKS:
            if attack.needs and attack.needs not in knows:
                report.say(f"{attack.name:>15}  left out: this server has no {attack.needs}")
                continue
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
