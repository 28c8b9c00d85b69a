"""How old the picture is that a viewer on a thin link looks at, with and without acknowledgements."""

import contextlib
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys
import time

import programs
import report
import thin_link

HERE = pathlib.Path(__file__).parent
# What is sent before the first acknowledgement may have to drain once; that is not measured.
SETTLE_S = 3.0
FRAMES_PER_SECOND = 30


@dataclasses.dataclass(frozen=True)
class Link:
    megabits_per_second: float
    seconds: float
    aim_ms: float
    # Measured on such links with the same frames, as issue 3 of the project tells.
    peers: str


LINKS = [
    Link(8, 15, 250, "go2rtc 8,365 ms, mjpg-streamer 1,113 ms"),
    Link(2, 25, 600, "go2rtc more than 18,000 ms, mjpg-streamer 2,878 ms"),
]
SMOKE_LINKS = [Link(8, 5, 250, "")]
LINK_USE_AIM = 0.85

# A link that falls from the first rate to the second, and comes back.
FAST, THIN = 20, 1
FAST_S, THIN_S = 8.0, 16.0


@dataclasses.dataclass(frozen=True)
class Arrival:
    at: float
    age: float
    size: int


class Watching:
    """A server and a viewer at the ends of a link of their own."""

    def __init__(self, stack, build, megabits_per_second, seconds, acknowledges):
        self.link = stack.enter_context(thin_link.ThinLink(megabits_per_second))
        server = stack.enter_context(programs.started(
            self.link.at_server(build / "freshframe", "--listen", f"{thin_link.SERVER_ADDRESS}:0",
                                "--log-level", "error", "--camera",
                                f"cam0=pattern:1280x720@{FRAMES_PER_SECOND},mjpeg"),
            programs.FRESHFRAME_IS_LIVE))
        command = [sys.executable, HERE / "age_viewer.py",
                   f"ws://{thin_link.SERVER_ADDRESS}:{server.port}/ws", seconds]
        self.viewer = stack.enter_context(subprocess.Popen(
            self.link.at_viewer(*command, *(["--acknowledge"] if acknowledges else [])),
            stdout=subprocess.PIPE, text=True))

    def arrivals(self):
        out, _ = self.viewer.communicate()
        return [Arrival(*arrival) for arrival in json.loads(out)]


def settled(arrivals):
    return [arrival for arrival in arrivals if arrival.at - arrivals[0].at > SETTLE_S]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ages_ms(arrivals):
    ages = [1000 * arrival.age for arrival in arrivals]
    return percentile(ages, 0.5), percentile(ages, 0.99)


def link_use(arrivals, megabits_per_second):
    span = arrivals[-1].at - arrivals[0].at
    return 8e-6 * sum(arrival.size for arrival in arrivals[1:]) / span / megabits_per_second


def steady(build, link):
    with contextlib.ExitStack() as stack:
        both = [Watching(stack, build, link.megabits_per_second, link.seconds, acknowledges)
                for acknowledges in (True, False)]
        results = [settled(watching.arrivals()) for watching in both]
    for acknowledges, arrivals in zip((True, False), results):
        p50, p99 = ages_ms(arrivals)
        size = statistics.mean(arrival.size for arrival in arrivals)
        wire_ms = size * 8e-3 / link.megabits_per_second
        report.say(f"{link.megabits_per_second:4g} Mbit/s {'with acks' if acknowledges else 'without':>10} "
                   f"{p50:8.0f} {p99:8.0f} {wire_ms:8.0f} {len(arrivals):7} "
                   f"{100 * link_use(arrivals, link.megabits_per_second):7.1f}%")
    return results[0]


def changing(build):
    """The frames that a viewer who acknowledges gets on a link that falls and comes back."""
    seconds = 2 * FAST_S + THIN_S
    with contextlib.ExitStack() as stack:
        watching = Watching(stack, build, FAST, seconds, True)
        times = []
        for wait_s, rate in ((FAST_S, THIN), (THIN_S, FAST)):
            time.sleep(wait_s)
            watching.link.change(rate)
            times.append(time.time())
        return watching.arrivals(), *times


def report_change(arrivals, fell_at, rose_at):
    thin = [arrival for arrival in arrivals if fell_at <= arrival.at < rose_at]
    wire_s = statistics.mean(arrival.size for arrival in thin) * 8e-6 / THIN
    # On this wire a frame that waited for nothing but its turn is between one and two wire times old.
    stale = [arrival for arrival in thin if arrival.age > 2 * wire_s]
    fresh_after = max((arrival.at - fell_at for arrival in stale), default=0.0) / wire_s
    for name, part in (("before", [a for a in settled(arrivals) if a.at < fell_at]),
                       (f"at {THIN} Mbit/s", thin),
                       ("after", [a for a in arrivals if a.at > rose_at + 2 * wire_s])):
        p50, p99 = ages_ms(part)
        report.say(f"{name:>11} {'with acks':>10} {p50:8.0f} {p99:8.0f} {'':8} {len(part):7}")
    report.say(f"\nfreshness: fresh again {fresh_after:.2f} wire times after the link fell to {THIN} Mbit/s; "
               + report.against_aim(fresh_after, 2))


def benchmark(build, smoke):
    reason = thin_link.why_not_here()
    if reason:
        report.say(f"NOT MEASURED: {reason}")
        return
    report.say(
        f"1280x720 at {FRAMES_PER_SECOND} frames/s, about 110 KB a frame in the binary form, over links of their own\n"
        f"(network namespaces, tc tbf with a queue of {thin_link.QUEUE_BYTES // 1000} KB). Age of frames as they arrived whole, after\n"
        f"the first {SETTLE_S:g} s. `wire` is what one frame takes on such a wire. Link use counts the frames' bytes\n"
        "only; TCP's and IP's own are some 4 % more.\n")
    report.say(f"{'link':>11} {'':>10} {'p50 ms':>8} {'p99 ms':>8} {'wire ms':>8} {'frames':>7} {'used':>8}")
    results = [(link, steady(build, link)) for link in (SMOKE_LINKS if smoke else LINKS)]
    if smoke:
        return
    changed = changing(build)
    report_change(*changed)
    for link, arrivals in results:
        _, p99 = ages_ms(arrivals)
        report.say(f"freshness: {p99:.0f} ms at {link.megabits_per_second:g} Mbit/s with acknowledgements, the oldest of 100; "
                   f"{report.against_aim(round(p99), link.aim_ms, ' ms')} ({link.peers})")
        use = link_use(arrivals, link.megabits_per_second)
        report.say(f"freshness: {100 * use:.0f} % of {link.megabits_per_second:g} Mbit/s used, "
                   f"aim >= {100 * LINK_USE_AIM:.0f} %: {'met' if use >= LINK_USE_AIM else 'missed'}")
