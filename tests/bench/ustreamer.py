"""Debian's ustreamer and this server at the same emulated webcam, in turns: what each picture of /stream costs them, and how old
it is at the other end of a thin link."""

import asyncio
import collections
import contextlib
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import freshness
import report
import thin_link

HERE = pathlib.Path(__file__).parent
CAMERA_TESTS = HERE.parent / "camera"
sys.path.insert(0, str(CAMERA_TESTS))

import bed as camera_bed
import guest as camera_guest
from pictures import make_pictures

THIN_MBIT = 8
# More than an emulated machine sends.
WIDE_MBIT = 1000
QUALITY = 40
# What was sent before a sender knows the link may have to drain once.
SETTLE_S = 3.0
CLOCK_READINGS = 20
SUITE = "trixie"
PACKAGES = ("ustreamer", "libevent-core-2.1-7t64", "libevent-pthreads-2.1-7t64")


@dataclasses.dataclass(frozen=True)
class Plan:
    age_s: float
    cost_s: float
    rounds: int
    viewers: tuple


PLAN = Plan(age_s=15, cost_s=8, rounds=3, viewers=(1, 4))
SMOKE_PLAN = Plan(age_s=5, cost_s=3, rounds=1, viewers=(1,))


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    command: str


# Both hand on the webcam's own MJPEG: neither decodes nor encodes.
PROGRAMS = (
    Program("ustreamer",
            "env LD_LIBRARY_PATH=/share/ustreamer/usr/lib/x86_64-linux-gnu /share/ustreamer/usr/bin/ustreamer --device /dev/video0 "
            "--format MJPEG --encoder HW --resolution 1280x720 --desired-fps 30 --tcp-nodelay "
            f"--host {camera_guest.GUEST_ADDRESS} --port {camera_guest.GUEST_PORT}"),
    Program("freshframe",
            "/share/freshframe --camera cam0=libcamera:serial:one,1280x720@30,mjpeg --insecure-no-auth "
            f"--listen {camera_guest.GUEST_ADDRESS}:{camera_guest.GUEST_PORT}"))


class GuestOnLink(camera_guest.Guest):
    """A guest in the place of a link's server."""

    def __init__(self, link, *arguments):
        super().__init__(*arguments)
        self._link = link
        self._tap = link.put_machine_at_server(camera_guest.GUEST_ADDRESS)

    def _place(self):
        return self._link.at_server()

    def _network(self):
        return f"tap,ifname={self._tap},script=no,downscript=no"

    async def find_viewer(self):
        """Lays its way to the viewer's end."""
        router = thin_link.ROUTER_TO_SERVER
        await self.run(f"/share/busybox ip route add {router} dev eth0 && /share/busybox ip route add default via {router}")

    async def clock_ahead_s(self):
        """How far the guest's clock is ahead of this machine's, and by how much that may be wrong."""
        readings = []
        for _ in range(CLOCK_READINGS):
            before = time.time()
            guest = float(await self.run("echo $EPOCHREALTIME"))
            after = time.time()
            readings.append(((after - before) / 2, guest - (before + after) / 2))
        error, ahead = min(readings)
        return ahead, error

    async def cpu_us(self):
        """Of each thread of the program that serves, by its name; libcamera's has the program's."""
        lines = await self.run("cd /proc/$(cat /tmp/program.pid)/task && for task in *; do "
                               "read -r name <$task/comm; read -r ns rest <$task/schedstat; echo $task $name $ns; done")
        threads = [line.split() for line in lines.splitlines()]
        process = threads[0][0]
        return collections.Counter({"main" if task == process else name: int(ns) / 1000 for task, name, ns in threads})

    @contextlib.asynccontextmanager
    async def serving(self, program):
        await self.run(f"{program.command} >/tmp/program.log 2>&1 & echo $! >/tmp/program.pid")
        address = f"{camera_guest.GUEST_ADDRESS}/{camera_guest.GUEST_PORT}"
        await self.wait_for(f"(exec 3<>/dev/tcp/{address}) 2>/dev/null || ! kill -0 $(cat /tmp/program.pid)",
                            f"{program.name} listens")
        try:
            yield
        except Exception:
            report.say(await self.run("tail -n 5 /tmp/program.log"))
            raise
        finally:
            await self.run("kill $(cat /tmp/program.pid)")
            await self.wait_for("! kill -0 $(cat /tmp/program.pid) 2>/dev/null", f"{program.name} ends")


async def watch(link, seconds, viewers=1):
    """What the viewers at the link's other end got."""
    process = await asyncio.create_subprocess_exec(
        *link.at_viewer(sys.executable, HERE / "stream_viewer.py", camera_guest.GUEST_ADDRESS, camera_guest.GUEST_PORT, "/stream",
                        seconds, viewers),
        stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    arrivals = json.loads(out) if process.returncode == 0 else []
    if not arrivals:
        raise RuntimeError("a viewer got no picture")
    return arrivals


async def ages_ms(guest, link, plan, program, ahead_s):
    """Of pictures as they arrive over the thin link: median, the oldest of 100, and pictures a second."""
    async with guest.serving(program):
        arrivals = await watch(link, plan.age_s + SETTLE_S)
    settled = [arrival for arrival in arrivals if arrival[0] >= arrivals[0][0] + SETTLE_S]
    if len(settled) < 2:
        raise RuntimeError(f"only {len(arrivals)} pictures of {program.name} came over the thin link")
    ages = [1000 * (at - (stamp - ahead_s)) for at, stamp, _, _ in settled]
    return freshness.percentile(ages, 0.5), freshness.percentile(ages, 0.99), (len(settled) - 1) / (settled[-1][0] - settled[0][0])


async def cost_us(guest, link, plan, program, viewers):
    """CPU time of the program for each picture that arrived, and pictures a second at each viewer."""
    async with guest.serving(program):
        await watch(link, 2, viewers)  # the camera has started, and memory is there
        watching = asyncio.create_task(watch(link, plan.cost_s, viewers))
        before = await guest.cpu_us()
        arrivals = await watching
        used = await guest.cpu_us() - before
    report.say(f"{program.name:>35} " + ", ".join(f"{name} {us / len(arrivals):.0f}" for name, us in used.most_common())
               + " us a picture, by thread")
    return used.total() / len(arrivals), len(arrivals) / plan.cost_s / viewers


def say_turns(title, rounds, unit):
    for name, turns in zip((program.name for program in PROGRAMS), zip(*rounds)):
        report.say(f"{title:>24} {name:>10} " + "  ".join(" ".join(f"{value:8.1f}" for value in turn) for turn in turns) + f"  {unit}")


async def measure(bed, plan, scratch):
    share = scratch / "share"
    (share / "pictures").mkdir(parents=True)
    sizes = [len(picture) for picture in make_pictures(share / "pictures", quality=QUALITY)]
    subprocess.run(["cp", bed.uvcam, "/bin/busybox", share], check=True)
    subprocess.run(["cp", bed.freshframe("0.4"), share / "freshframe"], check=True)
    fetch(scratch / "packages", share / "ustreamer")
    with thin_link.ThinLink(THIN_MBIT) as link:
        async with GuestOnLink(link, bed, share, scratch) as guest:
            await guest.find_viewer()
            await camera_guest.Webcam(guest, "one").start("-p", "0", "-S", "-f", "MJPEG:1280x720:/share/pictures")
            ahead_s, error_s = await guest.clock_ahead_s()
            wire_ms = statistics.mean(sizes) * 8 / THIN_MBIT / 1000
            report.say(f"An emulated USB webcam, MJPEG 1280x720 at 30 frames/s of {statistics.mean(sizes) / 1000:.0f} KB, in an emulated machine: "
                       "its CPU time is not a real\none's, and only the ratio means something. Clocks agree to "
                       f"{1000 * error_s:.1f} ms. Over {THIN_MBIT} Mbit/s a picture takes {wire_ms:.0f} ms.\n")
            ages = [[await ages_ms(guest, link, plan, program, ahead_s) for program in PROGRAMS] for _ in range(plan.rounds)]
            say_turns(f"{THIN_MBIT} Mbit/s", ages, "ms median, ms oldest of 100, frames/s, for each round")
            link.change(WIDE_MBIT)
            costs = {}
            for viewers in plan.viewers:
                costs[viewers] = [[await cost_us(guest, link, plan, program, viewers) for program in PROGRAMS]
                                  for _ in range(plan.rounds)]
                say_turns(f"{viewers} viewer{'s' if viewers > 1 else ''}", costs[viewers], "us a picture, frames/s, for each round")
    tell(ages, costs, wire_ms)


def tell(ages, costs, wire_ms):
    theirs, ours = (tuple(statistics.median(values) for values in zip(*turns)) for turns in zip(*ages))
    report.figure(f"age of a 720p picture of /stream as it arrives over {THIN_MBIT} Mbit/s, of which the wire takes {wire_ms:.0f} ms: "
                  "median and oldest of 100, in brackets Debian's ustreamer at the same emulated webcam",
                  f"{ours[0]:.0f} and {ours[1]:.0f} ms ({theirs[0]:.0f} and {theirs[1]:.0f} ms)")
    report.aim(f"ustreamer: oldest picture of 100 over {THIN_MBIT} Mbit/s {ours[1] / theirs[1]:.2f} x ustreamer's; "
               + report.against_aim(round(ours[1] / theirs[1], 2), 1, " x"))
    for viewers, rounds in costs.items():
        ratio = statistics.median(ours[0] / theirs[0] for theirs, ours in rounds)
        report.figure(f"CPU time for each picture of /stream that arrives, {viewers} viewer{'s' if viewers > 1 else ''}, against Debian's "
                      "ustreamer at the same emulated webcam", f"{ratio:.2f} x", "1 x")
        report.aim(f"ustreamer: {ratio:.2f} x ustreamer's CPU time a picture, {viewers} viewer{'s' if viewers > 1 else ''}; "
                   + report.against_aim(round(ratio, 2), 1, " x"))


def fetch(packages, folder):
    subprocess.run([CAMERA_TESTS / "bed" / "fetch-packages", SUITE, packages, *PACKAGES], check=True, stdout=subprocess.DEVNULL)
    for package in packages.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)


def benchmark(build, smoke):
    reason = camera_bed.why_not("vm") or thin_link.why_not_here()
    if reason:
        report.not_tested(f"ustreamer: {reason}")
        return
    bed = camera_bed.Bed()
    bed.make(["vm"])
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(bed, SMOKE_PLAN if smoke else PLAN, pathlib.Path(scratch)))
    report.say_aims()
