"""From the capture of a 1080p frame to the last byte of its message at a viewer, encoded on one thread and on all cores."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

import programs
import report

HERE = pathlib.Path(__file__).parent
FRAMES_PER_SECOND = 30
SECONDS, SMOKE_SECONDS = 5.0, 2.0
ROUNDS = 5
# The first frames pay for what is done once: memory, threads.
WARM_UP_FRAMES = 15


def ages_ms(build, camera, threads):
    seconds = camera["seconds"]
    command = [build / "freshframe", "--listen", "127.0.0.1:0", "--log-level", "error", "--encode-threads", str(threads),
               "--camera", f"cam0=pattern:1920x1080@{FRAMES_PER_SECOND},{camera['format']}"]
    with programs.started(command, programs.FRESHFRAME_IS_LIVE) as server:
        out = subprocess.run(
            [sys.executable, HERE / "age_viewer.py", f"ws://127.0.0.1:{server.port}/ws", str(seconds), "--acknowledge"],
            check=True, stdout=subprocess.PIPE, text=True)
    ages = [1e3 * age for _, age, _, _ in json.loads(out.stdout)]
    return ages[WARM_UP_FRAMES:] or ages


def benchmark(build, smoke):
    cores = len(os.sched_getaffinity(0))
    seconds = SMOKE_SECONDS if smoke else SECONDS
    turns = {
        "MJPEG, passed through": ({"format": "mjpeg", "seconds": seconds}, 1),
        "NV12, on 1 thread": ({"format": "nv12", "seconds": seconds}, 1),
        f"NV12, on {cores} threads": ({"format": "nv12", "seconds": seconds}, cores),
    }
    report.say(f"\n1920x1080 at {FRAMES_PER_SECOND} frames/s over loopback, one viewer of the binary form who acknowledges: age as its last byte was read.\n"
               "The round with the lowest median, for other programs only ever make it later; passed through, nothing is encoded.\n")
    rounds = {name: [] for name in turns}
    for _ in range(1 if smoke else ROUNDS):
        for name, (camera, threads) in turns.items():
            rounds[name].append(ages_ms(build, camera, threads))
    best = {name: min(each, key=statistics.median) for name, each in rounds.items()}
    report.say(f"{'':<28} {'youngest, ms':>12} {'median':>10} {'9 of 10':>10}")
    for name, ages in best.items():
        report.say(f"{name:<28} {min(ages):>12.2f} {statistics.median(ages):>10.2f} {statistics.quantiles(ages, n=10)[-1]:>10.2f}")
    passed, alone, together = best.values()
    if not smoke:
        report.figure(f"from the capture of a 1080p frame to its last byte at a viewer, encoded on {cores} threads and on one",
                      f"at best {min(together):.1f} and {min(alone):.1f} ms, by the median {statistics.median(together):.1f} and "
                      f"{statistics.median(alone):.1f}, of which {statistics.median(passed):.1f} are no encoding")
