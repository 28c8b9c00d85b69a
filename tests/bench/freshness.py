"""How old the picture is that a viewer on a thin or a long link looks at, with and without acknowledgements."""

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
# What is sent before the first acknowledgement may have to drain once: in a column of its own.
SETTLE_S = 3.0
FRAMES_PER_SECOND = 30
LINK_USE_AIM = 85
FRESH_AGAIN_AIM = 2
FULL_RATE_AIM = 0.95 * FRAMES_PER_SECOND


@dataclasses.dataclass(frozen=True)
class Link:
    megabits_per_second: float
    seconds: float
    form: str = "binary"
    one_way_ms: int = 0
    aim_ms: float | None = None
    is_tls: bool = False
    # Measured on such links with the same frames, as issue 3 of the project tells.
    peers: str = ""

    def __str__(self):
        return (f"{self.megabits_per_second:g} Mbit/s" + (f", {2 * self.one_way_ms} ms" if self.one_way_ms else "")
                + (", TLS" if self.is_tls else ""))


THIN_LINKS = [
    Link(8, 18, aim_ms=250, peers="go2rtc 8,365 ms, mjpg-streamer 1,113 ms"),
    Link(8, 18, aim_ms=250, is_tls=True),
    Link(2, 28, aim_ms=600, peers="go2rtc more than 18,000 ms, mjpg-streamer 2,878 ms"),
]
LONG_LINKS = [Link(50, 13, "binary", 50), Link(50, 13, "json", 50)]
SMOKE_LINKS = [Link(8, 6, aim_ms=250), Link(50, 6, "json", 50)]

# A link that falls from the first rate to the second, and comes back.
FAST, THIN = 20, 1
BEFORE_S, THIN_S, AFTER_S = 8.0, 16.0, 10.0
SMOKE_CHANGE_S = (6.0, 4.0, 3.0)
# Of the rate before the fall; seen over one second.
FULL_AGAIN = 0.9


@dataclasses.dataclass(frozen=True)
class Arrival:
    at: float
    age: float
    size: int
    viewer: int


class Watching:
    """A server and a viewer at the ends of a link of their own."""

    def __init__(self, stack, build, link, acknowledges):
        self.link = stack.enter_context(thin_link.ThinLink(link.megabits_per_second, link.one_way_ms))
        files, server_flags = stack.enter_context(programs.certificate()) if link.is_tls else ([], [])
        server = stack.enter_context(programs.started(
            self.link.at_server(build / "freshframe", "--listen", f"{thin_link.SERVER_ADDRESS}:0", "--insecure-no-auth",
                                "--log-level", "error", "--camera",
                                f"cam0=pattern:1280x720@{FRAMES_PER_SECOND},mjpeg", *server_flags),
            programs.FRESHFRAME_IS_LIVE))
        command = [sys.executable, HERE / "age_viewer.py",
                   f"{'wss' if link.is_tls else 'ws'}://{thin_link.SERVER_ADDRESS}:{server.port}/ws", link.seconds,
                   "--form", link.form, *(["--trust", str(files[0])] if link.is_tls else [])]
        self.viewer = stack.enter_context(subprocess.Popen(
            self.link.at_viewer(*command, *(["--acknowledge"] if acknowledges else [])),
            stdout=subprocess.PIPE, text=True))

    def arrivals(self):
        out, _ = self.viewer.communicate()
        arrivals = [Arrival(*arrival) for arrival in json.loads(out)]
        if not arrivals:
            raise RuntimeError("a viewer got no frame")
        return arrivals


def watch_both_ways(build, link, meanwhile=lambda _: None):
    """What a viewer who acknowledges gets, and beside it one who does not, on a link of its own."""
    with contextlib.ExitStack() as stack:
        both = [Watching(stack, build, link, acknowledges) for acknowledges in (True, False)]
        meanwhile([watching.link for watching in both])
        return [watching.arrivals() for watching in both]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ages_ms(arrivals):
    ages = [1000 * arrival.age for arrival in arrivals]
    return percentile(ages, 0.5), percentile(ages, 0.99)


@dataclasses.dataclass(frozen=True)
class Part:
    """Some of a viewer's frames, in figures."""
    p50_ms: float
    p99_ms: float
    wire_ms: float
    frames: int
    frames_per_second: float
    use_percent: float
    start_ms: float | None = None

    @staticmethod
    def of(arrivals, megabits_per_second, start_ms=None):
        if not arrivals:
            raise RuntimeError("no frame arrived in a part of the time that counts; is this machine far too busy?")
        span_s = arrivals[-1].at - arrivals[0].at
        # Each frame but the first took a part of the time between the first and the last.
        bits = 8 * sum(arrival.size for arrival in arrivals[1:])
        p50, p99 = ages_ms(arrivals)
        return Part(p50, p99, 8e-3 * statistics.mean(arrival.size for arrival in arrivals) / megabits_per_second,
                    len(arrivals), (len(arrivals) - 1) / span_s if span_s else 0.0,
                    100e-6 * bits / span_s / megabits_per_second if span_s else 0.0, start_ms)

    @staticmethod
    def settled(arrivals, link):
        first = arrivals[0].at
        start = [arrival for arrival in arrivals if arrival.at - first <= SETTLE_S]
        return Part.of([arrival for arrival in arrivals if arrival.at - first > SETTLE_S], link.megabits_per_second,
                       1000 * max(arrival.age for arrival in start))

    def say(self, link, acknowledges):
        start = "" if self.start_ms is None else f"{self.start_ms:.0f}"
        report.say(f"{str(link):>20} {'with' if acknowledges else 'without':>8} {self.p50_ms:8.0f} {self.p99_ms:8.0f} "
                   f"{start:>9} {self.wire_ms:8.0f} {self.frames:7} {self.frames_per_second:9.1f} "
                   f"{self.use_percent:6.1f}%")


def say_head():
    report.say(f"{'link':>20} {'acks':>8} {'p50 ms':>8} {'p99 ms':>8} {'start ms':>9} {'wire ms':>8} {'frames':>7} "
               f"{'frames/s':>9} {'used':>7}")


def steady(build, link):
    """With and without acknowledgements."""
    parts = [Part.settled(arrivals, link) for arrivals in watch_both_ways(build, link)]
    for part, acknowledges in zip(parts, (True, False)):
        part.say(f"{link} {link.form}" if link.one_way_ms else link, acknowledges)
    return parts


def thin(build, links):
    for link in links:
        acknowledged, other = steady(build, link)
        use = report.at_least(acknowledged.use_percent, LINK_USE_AIM, " %")
        report.aim(f"freshness: {acknowledged.p99_ms:.0f} ms at {link} with acknowledgements, the oldest of 100; "
                   f"{report.against_aim(acknowledged.p99_ms, link.aim_ms, ' ms')}" + (f" ({link.peers})" if link.peers else ""))
        report.aim(f"freshness: {acknowledged.use_percent:.0f} % of {link} used with acknowledgements; {use}")
        report.figure(
            f"age of a 720p frame as it arrives over {link}, acknowledged, median and oldest of 100",
            f"{acknowledged.p50_ms:.0f} and {acknowledged.p99_ms:.0f} ms, of which the wire takes "
            f"{acknowledged.wire_ms:.0f}; in the first {SETTLE_S:g} s up to {acknowledged.start_ms:.0f}; "
            f"{acknowledged.use_percent:.0f} % of the link used",
            f"{link.aim_ms:g} ms, {LINK_USE_AIM} %")
        report.figure("the same without acknowledgements",
                      f"{other.p50_ms:.0f} and {other.p99_ms:.0f} ms; at first up to {other.start_ms:.0f}; "
                      f"{other.use_percent:.0f} % used")


def long(build, links):
    for link in links:
        acknowledged, other = steady(build, link)
        report.aim(f"freshness: {acknowledged.frames_per_second:.1f} of {FRAMES_PER_SECOND} frames/s over {link}, "
                   f"{link.form}, with acknowledgements; "
                   + report.at_least(acknowledged.frames_per_second, FULL_RATE_AIM, " frames/s"))
        report.figure(
            f"{link}, {link.form} form, acknowledged: frames/s of {FRAMES_PER_SECOND}; age, median and oldest of 100",
            f"{acknowledged.frames_per_second:.1f}; {acknowledged.p50_ms:.0f} and {acknowledged.p99_ms:.0f} ms, of which "
            f"the path takes {acknowledged.wire_ms + link.one_way_ms:.0f}", f"{FULL_RATE_AIM:g}")
        report.figure("the same without acknowledgements",
                      f"{other.frames_per_second:.1f}; {other.p50_ms:.0f} and {other.p99_ms:.0f} ms")


def fresh_again_s(arrivals, fell_at, rose_at, wire_s):
    """How long after the link fell the last frame came that was too old. None: it never got fresh."""
    # On this wire a frame that waited for nothing but its turn is between one and two wire times old.
    late = [arrival.at for arrival in arrivals
            if fell_at <= arrival.at < rose_at and arrival.age > 2 * wire_s]
    if not late:
        return 0.0
    return None if late[-1] > rose_at - 2 * wire_s else late[-1] - fell_at


def full_again_s(arrivals, rose_at, frames_per_second):
    """How long after the link rose a second began in which frames came as often as before. None: never."""
    times = [arrival.at for arrival in arrivals if arrival.at >= rose_at]
    for at in times:
        if at + 1 > times[-1]:
            return None
        if sum(at <= time < at + 1 for time in times) >= FULL_AGAIN * frames_per_second:
            return at - rose_at
    return None


def changing(build, smoke):
    before_s, thin_s, after_s = SMOKE_CHANGE_S if smoke else (BEFORE_S, THIN_S, AFTER_S)
    times = []

    def fall_and_rise(links):
        for wait_s, rate in ((before_s, THIN), (thin_s, FAST)):
            time.sleep(wait_s)
            for link in links:
                link.change(rate)
            times.append(time.time())

    both = watch_both_ways(build, Link(FAST, before_s + thin_s + after_s), fall_and_rise)
    fell_at, rose_at = times
    for arrivals, acknowledges in zip(both, (True, False)):
        report_change(arrivals, fell_at, rose_at, acknowledges)


def report_change(arrivals, fell_at, rose_at, acknowledges):
    before = Part.settled([a for a in arrivals if a.at < fell_at], Link(FAST, 0))
    slow_arrivals = [a for a in arrivals if fell_at <= a.at < rose_at]
    slow = Part.of(slow_arrivals, THIN)
    after = Part.of([a for a in arrivals if a.at >= rose_at], FAST)
    for name, part in ((f"{FAST} Mbit/s", before), (f"falling to {THIN}", slow), (f"back at {FAST}", after)):
        part.say(name, acknowledges)
    wire_s = slow.wire_ms / 1000
    fresh_s = fresh_again_s(arrivals, fell_at, rose_at, wire_s)
    full_s = full_again_s(arrivals, rose_at, before.frames_per_second)
    fresh = ("never" if fresh_s is None else "at once" if fresh_s == 0 else
             f"after {fresh_s / wire_s:.2f} wire times of a frame")
    oldest_ms = 1000 * max(arrival.age for arrival in slow_arrivals)
    full = "never" if full_s is None else f"{full_s:.1f} s"
    report.say(f"{'':>20} {'':>8} fresh again {fresh}, at the full rate again after {full}")

    how = "acknowledged" if acknowledges else "without acknowledgements"
    aim = ""
    if acknowledges:
        report.aim(f"freshness: fresh again {fresh} after the link fell to {THIN} Mbit/s; "
                   + report.against_aim(float("inf") if fresh_s is None else round(fresh_s / wire_s, 2),
                                        FRESH_AGAIN_AIM, " wire times"))
        report.aim(f"freshness: {slow.use_percent:.0f} % used of the {THIN} Mbit/s to which it fell; "
                   + report.at_least(slow.use_percent, LINK_USE_AIM, " %"))
        aim = f"{FRESH_AGAIN_AIM} wire times, {LINK_USE_AIM} %"
    report.figure(
        f"a link that falls from {FAST} to {THIN} Mbit/s and comes back, {how}: fresh again, oldest frame, link used "
        "meanwhile, back at the full rate",
        f"{fresh}; {oldest_ms:.0f} ms, of which the wire takes {slow.wire_ms:.0f}; {slow.use_percent:.0f} %; {full}", aim)


def benchmark(build, smoke):
    reason = thin_link.why_not_here()
    if reason:
        report.not_tested(f"freshness: {reason}")
        return
    report.say(
        f"1280x720 at {FRAMES_PER_SECOND} frames/s, about 110 KB a frame in the binary form, 145 KB in the JSON form, over links of\n"
        f"their own: network namespaces, a router with tc tbf and a queue of {thin_link.QUEUE_BYTES // 1000} KB, {thin_link.CONGESTION_CONTROL}. Age of frames as they\n"
        f"arrived whole, without those of the first {SETTLE_S:g} s, of which the oldest is `start`. `wire` is what one frame\n"
        "takes on such a wire. Link use counts the frames' bytes only; TCP's and IP's own are some 4 % more.\n")
    say_head()
    links = SMOKE_LINKS if smoke else THIN_LINKS + LONG_LINKS
    thin(build, [link for link in links if not link.one_way_ms])
    changing(build, smoke)
    long(build, [link for link in links if link.one_way_ms])
    report.say_aims()
