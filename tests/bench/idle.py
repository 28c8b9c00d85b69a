"""What a server costs that nobody watches, and how soon whoever comes has a picture."""

import asyncio
import json
import statistics
import time
import urllib.request

import websockets

import programs
import report

AIM_PERCENT = 0.2
SECONDS = 60
ROUNDS = 21


def wait_until_idle(port):
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/cameras", timeout=programs.PATIENCE_S) as answer:
            if json.load(answer)["cameras"][0]["state"] == "idle":
                return
        time.sleep(0.02)


async def first_pictures(port):
    """From beginning to connect: ms to the last picture, None where there was none, and to the first live one."""
    began = time.monotonic()
    last_ms = None
    async with websockets.connect(f"ws://127.0.0.1:{port}/ws?last_picture=true", max_size=None) as viewer:
        while True:
            message = json.loads(await asyncio.wait_for(viewer.recv(), programs.PATIENCE_S))
            if message["type"] != "frame":
                continue
            after_ms = (time.monotonic() - began) * 1000
            if "stale_us" not in message:
                return last_ms, after_ms
            last_ms = after_ms


def benchmark(build, smoke):
    rounds, seconds = (3, 2) if smoke else (ROUNDS, SECONDS)
    report.say("The test pattern, 1280x720 at 30 frames/s, with --idle-grace 0: a camera that starts at once. What a camera takes "
               "to start\ncomes on top of the time to a live picture, and not of that to the last one.\n")
    with programs.server(build, 30) as server:
        asyncio.run(first_pictures(server.port))
        last, live = [], []
        for _ in range(rounds):
            wait_until_idle(server.port)
            to_last, to_live = asyncio.run(first_pictures(server.port))
            last.append(to_last)
            live.append(to_live)
        wait_until_idle(server.port)
        began, before = time.monotonic(), programs.cpu_seconds(server.pid)
        time.sleep(seconds)
        if before == 0:
            raise RuntimeError("this kernel counts no CPU time in /proc/PID/task/TID/schedstat")
        percent = 100 * (programs.cpu_seconds(server.pid) - before) / (time.monotonic() - began)
    report.aim(f"idle: {percent:.3f} % of a core over {seconds} s, with the camera stopped; "
               + report.against_aim(percent, AIM_PERCENT, " %"))
    report.figure(f"CPU of a server that nobody watches, over {seconds} s", f"{percent:.3f} % of a core", f"{AIM_PERCENT} %")
    if None in last:
        raise RuntimeError("a viewer that asked for the last picture was sent none")
    report.say(f"from connecting to the last picture {statistics.median(last):.1f} ms, to a live one "
               f"{statistics.median(live):.1f} ms (medians of {rounds})")
    report.figure("from connecting to the last picture, and to a live one, of a camera that starts at once",
                  f"{statistics.median(last):.1f} and {statistics.median(live):.1f} ms")
    report.say_aims()
