"""What inflating costs a browser: its CPU time for each frame that the real page shows, with permessage-deflate and without."""

import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
from operator import attrgetter

import programs
import report

HERE = pathlib.Path(__file__).parent
FRAMES_PER_SECOND = 30
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# With, without, without, with.
TURNS_IN_A_ROUND = 4


@dataclasses.dataclass(frozen=True)
class Effort:
    rounds: int
    warm_up_ms: int
    measure_ms: int


FULL = Effort(5, 2000, 4000)
SMOKE = Effort(1, 100, 500)


@dataclasses.dataclass(frozen=True)
class Turn:
    """What the page and the browser saw in one turn."""
    is_deflated: bool
    frames_per_second: float
    cpu_us_per_frame: float
    bytes_per_frame: float


@dataclasses.dataclass(frozen=True)
class Compared:
    """One figure of all rounds. A round has two turns of each kind."""
    deflated: float
    plain: float
    ratio: float          # deflated to plain, within a round
    noise_percent: float  # by how much two turns of one kind differ, within a round

    @staticmethod
    def of(rounds, figure):
        def values(turns, is_deflated):
            return [figure(turn) for turn in turns if turn.is_deflated == is_deflated]

        pairs = [values(turns, kind) for turns in rounds for kind in (True, False)]
        return Compared(
            statistics.median(value for turns in rounds for value in values(turns, True)),
            statistics.median(value for turns in rounds for value in values(turns, False)),
            statistics.median(sum(values(turns, True)) / sum(values(turns, False)) for turns in rounds),
            statistics.median(100 * (max(pair) / min(pair) - 1) for pair in pairs))


def why_not_here():
    if shutil.which("node") is None or not (HERE.parent / "node_modules").exists():
        return "it needs node and tests/node_modules; ./dev bench installs both"
    if not os.access(CHROMIUM, os.X_OK):
        return f"there is no {CHROMIUM}"
    return None


def watch(port, effort):
    """The rounds, each a list of turns."""
    printed = subprocess.run(
        ["node", HERE / "page-turns.js", f"http://127.0.0.1:{port}/", str(effort.rounds), str(effort.warm_up_ms),
         str(effort.measure_ms)], check=True, stdout=subprocess.PIPE, text=True).stdout
    turns = [Turn(**json.loads(line)) for line in printed.splitlines()]
    return [turns[i:i + TURNS_IN_A_ROUND] for i in range(0, len(turns), TURNS_IN_A_ROUND)]


def benchmark(build, smoke):
    reason = why_not_here()
    if reason:
        report.not_tested(f"page: {reason}")
        return
    report.say(
        f"1280x720 at {FRAMES_PER_SECOND} frames/s in the server's own page in Chromium, headless, without a GPU: with permessage-deflate and,\n"
        "behind a proxy that leaves the browser's offer out, without. CPU is user and system time of all of Chromium's\n"
        "processes for each frame that the page shows. `noise` is by how much two turns of one kind differ in one round.\n")
    with programs.server(build, FRAMES_PER_SECOND) as server:
        rounds = watch(server.port, SMOKE if smoke else FULL)
    cpu = Compared.of(rounds, attrgetter("cpu_us_per_frame"))
    rate = Compared.of(rounds, attrgetter("frames_per_second"))
    wire = Compared.of(rounds, attrgetter("bytes_per_frame"))
    report.say(f"{'':>28} {'without':>9} {'with':>9} {'x':>7} {'noise':>8}")
    for name, compared, unit, decimals in [("CPU ms for each frame", cpu, 1e3, 2), ("frames/s", rate, 1, 2),
                                           ("KB on the wire for each", wire, 1e3, 1)]:
        report.say(f"{name:>28} {compared.plain / unit:9.{decimals}f} {compared.deflated / unit:9.{decimals}f} "
                   f"{compared.ratio:7.3f} {compared.noise_percent:7.1f}%")
    if smoke:
        return
    more_cpu = max(0.0, round(100 * (cpu.ratio - 1), 1))
    fewer_frames = max(0.0, round(100 * (1 - rate.ratio), 1))
    report.aim(f"page: {more_cpu:.1f} % more CPU of the browser for a frame with permessage-deflate; "
               + report.against_aim(more_cpu, round(cpu.noise_percent, 1), " %, the noise"))
    report.aim(f"page: {fewer_frames:.1f} % fewer frames shown with permessage-deflate; "
               + report.against_aim(fewer_frames, round(rate.noise_percent, 1), " %, the noise"))
    report.say_aims()
    report.figure(
        "a browser's CPU for each 720p frame that the page shows, and frames/s of 30, with permessage-deflate against without",
        f"{cpu.ratio:.3f} x ({cpu.deflated / 1e3:.1f} ms) and {rate.ratio:.3f} x ({rate.deflated:.1f}); two runs of one kind "
        f"differ by {cpu.noise_percent:.1f} and {rate.noise_percent:.1f} %", "no more than noise")
