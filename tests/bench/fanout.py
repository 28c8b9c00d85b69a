"""What one more viewer costs: the server's CPU time for each picture that arrived, against a bare epoll loop."""

import contextlib
import dataclasses
import json
import statistics
import subprocess
from operator import attrgetter

import programs
import report

AIM = 1.2
AIM_AT_VIEWERS = 50
# Below this part of all pictures the CPUs were not enough, and the two may not have done the same work.
DELIVERED_ENOUGH = 0.98


@dataclasses.dataclass(frozen=True)
class Step:
    viewers: int
    frames_per_second: int
    rounds: int
    warm_up_ms: int = 500
    measure_ms: int = 1500
    is_deflated: bool = False
    is_tls: bool = False

    @property
    def flags(self):
        return ["--deflated"] if self.is_deflated else []

    @property
    def form(self):
        return ("deflated" if self.is_deflated else "JSON") + (", TLS" if self.is_tls else "")


# 200 viewers at 30 frames/s would be 900 MB/s, more than two CPUs send and receive.
STEPS = [Step(1, 30, 3), Step(10, 30, 4), Step(50, 30, 15), Step(200, 10, 4),
         Step(50, 30, 15, is_deflated=True), Step(20, 30, 15, is_tls=True), Step(20, 30, 15, is_deflated=True, is_tls=True)]
SMOKE_STEPS = [Step(1, 30, 1, 0, 200), Step(3, 30, 1, 0, 200, is_deflated=True),
               Step(3, 30, 1, 0, 200, is_deflated=True, is_tls=True)]


@dataclasses.dataclass(frozen=True)
class Turn:
    """What one crowd saw of one server."""
    delivered: float    # of the pictures that were made, the part that arrived
    loop_us: float      # CPU time for each picture that arrived: of the thread that sends
    server_us: float    # of all threads but the test pattern's
    whole_us: float     # of all threads


def watch(build, step, listening):
    seen = json.loads(subprocess.run(
        [build / "tests/bench/viewers", str(listening.port), str(step.viewers), str(listening.pid),
         str(step.warm_up_ms), str(step.measure_ms), *step.flags, *(["--tls"] if step.is_tls else [])],
        check=True, stdout=subprocess.PIPE, text=True, timeout=programs.PATIENCE_S).stdout)
    frames = seen["frames"]
    if frames == 0:
        raise RuntimeError(f"{step.viewers} viewers got no picture in {step.measure_ms} ms")
    cpu_us = seen["cpu_us"]
    if "encode" in cpu_us and "pattern" not in cpu_us:
        raise RuntimeError("the test pattern's thread is not called so, and would count as the server's own work")
    whole_us = sum(cpu_us.values())
    return Turn(delivered=frames / (step.viewers * step.frames_per_second * seen["seconds"]),
                loop_us=cpu_us["main"] / frames,
                server_us=(whole_us - cpu_us.get("pattern", 0)) / frames,
                whole_us=whole_us / frames)


def median_of(turns, figure):
    return statistics.median(figure(turn) for turn in turns)


def benchmark(build, smoke):
    report.say(
        "1280x720, the test pattern's JPEG images as JSON messages of 145 to 150 KB, or 110 to 115 KB deflated, over loopback. CPU time in us,\n"
        "user and system, for each picture that arrived whole, over TLS by AES-128-GCM. `bare` is a single-threaded epoll loop with\n"
        "prepared messages and the server's socket options. Of the server, `loop` is the thread that sends, `server`\n"
        "all that is its own work, `whole` the test pattern's thread too. Divided by `bare`: x.\n")
    report.say(f"{'viewers':>7} {'fps':>4} {'bare':>8} {'loop':>8} {'server':>8} {'whole':>8} "
               f"{'loop x':>8} {'server x':>8} {'whole x':>8} {'arrived: bare':>14} {'server':>7}  form")
    for step in SMOKE_STEPS if smoke else STEPS:
        with contextlib.ExitStack() as stack:
            sender_flags, server_flags = step.flags, []
            if step.is_tls:
                files, server_flags = stack.enter_context(programs.certificate())
                sender_flags = [*step.flags, "--tls", *map(str, files)]
            bare = stack.enter_context(programs.plain_sender(build, step.frames_per_second, *sender_flags))
            server = stack.enter_context(programs.server(build, step.frames_per_second, *server_flags))
            rounds = [(watch(build, step, bare), watch(build, step, server)) for _ in range(step.rounds)]
        bares, servers = zip(*rounds)

        def ratio(figure):
            return statistics.median(figure(server) / bare.whole_us for bare, server in rounds)

        figures = [attrgetter("loop_us"), attrgetter("server_us"), attrgetter("whole_us")]
        times = [median_of(bares, attrgetter("whole_us"))] + [median_of(servers, figure) for figure in figures]
        arrived = [median_of(turns, attrgetter("delivered")) for turns in (bares, servers)]
        report.say(f"{step.viewers:7} {step.frames_per_second:4} " + " ".join(f"{time:8.1f}" for time in times) + " "
                   + " ".join(f"{ratio(figure):8.2f}" for figure in figures)
                   + f" {100 * arrived[0]:13.1f}% {100 * arrived[1]:6.1f}%  {step.form}")
        if min(arrived) < DELIVERED_ENOUGH:
            report.say("        not all pictures arrived: the CPUs were too busy for this row to mean much")
        has_aim = step.viewers == AIM_AT_VIEWERS
        report.figure(f"server CPU for each frame that arrives, {step.viewers} viewer{'s' if step.viewers > 1 else ''} at "
                      f"{step.frames_per_second} frames/s{', in the deflated form' if step.is_deflated else ''}"
                      f"{', over TLS' if step.is_tls else ''}, against a "
                      "bare epoll loop that sends the same bytes",
                      f"{ratio(figures[1]):.2f} x ({times[2]:.0f} us), the sending thread alone {ratio(figures[0]):.2f} x"
                      + ("" if min(arrived) >= DELIVERED_ENOUGH else "; not all arrived"), f"{AIM:g} x" if has_aim else "")
        if has_aim:
            at_aim = ratio(attrgetter("server_us"))
            report.aim(f"fanout: {at_aim:.2f} x a bare epoll loop at {AIM_AT_VIEWERS} viewers, "
                       f"{'deflated' if step.is_deflated else 'JSON'}, the server without the test pattern; "
                       + report.against_aim(at_aim, AIM))
    if not smoke:
        report.say_aims()
