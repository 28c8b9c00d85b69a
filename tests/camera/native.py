"""Freshframe on libcamera's virtual cameras, without emulation: the real libcamera 0.7, in the tree it was
compiled in, at the full speed of this machine.

The cameras deliver NV12 and have no frame clock: the next frame comes as soon as a buffer is queued, more
than a thousand a second."""

import asyncio
import json
import os
import pathlib
import shutil
import signal
import time

import numpy

from bed import HERE, SCRIPTS, SOURCE
from checks import require
from viewer import PATIENCE_SECONDS, Viewer, camera_states, wait_for_camera

BARS = "bars=libcamera:VirtualBars,1280x720"
LINES = "lines=libcamera:VirtualLines,640x480"
VIRTUAL_CAMERAS = "/usr/share/libcamera/pipeline/virtual"
# The eight bars: each channel fully on or off.
BAR_COLOURS = [(red, green, blue) for green in (255, 0) for red in (255, 0) for blue in (255, 0)]


class NativeServer:
    """Freshframe in the tree, used as `async with NativeServer(bed, flags...) as server`."""

    def __init__(self, bed, scratch, *flags):
        self._bed = bed
        self._log = scratch / "server.log"
        self._flags = flags
        self.address = None

    def command(self, *flags):
        bed = self._bed
        return [str(part) for part in (
            "setpriv", "--pdeathsig", "KILL",
            SCRIPTS / "enter-root", bed.root, "--bind", bed.build, "/build",
            "--bind", HERE / "virtual", VIRTUAL_CAMERAS, "--bind", bed.directory, "/bed", "--",
            "env", f"LD_PRELOAD=/bed/{bed.fake_udmabuf.name}", "LIBCAMERA_LOG_LEVELS=*:WARN",
            pathlib.Path("/build") / bed.freshframe("0.7").relative_to(bed.build), *flags)]

    async def __aenter__(self):
        with open(self._log, "wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command("--listen", "127.0.0.1:0", *self._flags),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log)
        line = (await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_SECONDS)).decode()
        require(line.startswith("Freshframe is live at http://"),
                f"the server began with {line!r}\n{self.log_end()}")
        self.address = line.split("http://")[1].strip().rstrip("/")
        return self

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self):
        """Asks it to end, and gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE_SECONDS)

    def log_end(self):
        return "".join(self._log.read_text(errors="replace").splitlines(keepends=True)[-20:])


async def output_of(command, expected_code=0):
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL,
                                                   stdout=asyncio.subprocess.PIPE,
                                                   stderr=asyncio.subprocess.STDOUT)
    output, _ = await process.communicate()
    text = output.decode(errors="replace")
    require(process.returncode == expected_code, f"exit code {process.returncode}\n{text[-4000:]}")
    return text


async def unit_tests_pass(bed):
    output = await output_of([
        str(part) for part in (SCRIPTS / "enter-root", bed.root, "--bind", SOURCE, "/source", "--bind",
                               bed.build, "/build", "--", "ctest", "--test-dir", "/build/libcamera-0.7",
                               "--output-on-failure", "--no-tests=error", "-j", os.cpu_count())])
    return next(line for line in output.splitlines() if "tests passed" in line)


async def cameras_are_listed(bed, scratch):
    text = await output_of(NativeServer(bed, scratch).command("--list-cameras"))
    for word in ("VirtualBars", "VirtualLines", "nv12", "1280x720"):
        require(word in text, f"{word} is not in the list:\n{text}")
    text = await output_of(NativeServer(bed, scratch).command("--list-cameras", "--json"))
    # libcamera's warnings stand before it.
    listed = json.loads(text[text.index("{\n"):])
    require(listed["libcamera"].lstrip("v").startswith("0.7"), f"libcamera's version is another:\n{text}")
    cameras = {camera["id"]: camera for camera in listed["cameras"]}
    bars = cameras["VirtualBars"]
    sizes = [size for form in bars["formats"] if form["name"] == "nv12" and form["usable"] for size in form["sizes"]]
    require({"width": 1280, "height": 720} in sizes, f"1280x720 is not among the sizes:\n{text}")
    require(isinstance(bars["controls"], list), f"there are no controls:\n{text}")


async def unknown_camera_is_refused(bed, scratch):
    text = await output_of(NativeServer(bed, scratch).command(
        "--listen", "127.0.0.1:0", "--camera", "libcamera:NoSuchCamera"), expected_code=69)
    require("NoSuchCamera" in text, f"the message does not name the camera:\n{text}")


async def frames_are_whole_and_present(server):
    async with Viewer(server.address, "bars") as viewer:
        frames = await viewer.frames(60)
    ages_ms = [(frame.received_us - frame.captured_us) / 1000 for frame in frames]
    for frame in frames[::10]:
        require((frame.width, frame.height) == (1280, 720), f"the size is {frame.width}x{frame.height}")
        frame.pixels()
    require(min(ages_ms) >= 0, f"a frame comes from the future: captured {min(ages_ms)} ms ago")
    require(sorted(ages_ms)[30] < 2000, f"the median age is {sorted(ages_ms)[30]:.0f} ms")
    return f"median age {sorted(ages_ms)[30]:.1f} ms"


async def bars_have_their_colours(server):
    async with Viewer(server.address, "bars") as viewer:
        columns = (await viewer.frame()).pixels()[40:680].mean(axis=0)
    distances = numpy.abs(columns[:, None, :] - numpy.array(BAR_COLOURS)[None]).max(axis=2)
    nearest, distance = distances.argmin(axis=1), distances.min(axis=1)
    # The columns between two bars are mixtures, by chroma's half resolution.
    require((distance < 16).mean() > 0.9, f"only {(distance < 16).mean():.0%} of the columns have a bar's colour; "
            f"the first are {columns[::160].round().tolist()}")
    shares = [(nearest == bar).mean() for bar in range(len(BAR_COLOURS))]
    require(min(shares) > 0.08 and max(shares) < 0.17, f"the bars' shares are {[f'{s:.0%}' for s in shares]}")
    return f"off by {numpy.median(distance):.1f} levels"


async def both_cameras_run_at_once(server):
    async with Viewer(server.address, "bars") as bars, Viewer(server.address, "lines") as lines:
        both = await asyncio.gather(bars.frames(30), lines.frames(30))
    for frames, name, width in zip(both, ("bars", "lines"), (1280, 640)):
        require(all(frame.camera == name and frame.width == width for frame in frames),
                f"frames of another camera came for {name}")
        frames[-1].pixels()


async def each_frame_is_counted_once(server):
    """The camera makes more frames than anyone can encode; each is encoded, replaced by a newer one, or
    dropped, and nothing waits in a queue."""
    async with Viewer(server.address, "bars") as viewer:
        before = (await camera_states(server.address))["bars"]["frames"]
        await viewer.frames(30)
        after = (await camera_states(server.address))["bars"]["frames"]
    captured = after["captured"] - before["captured"]
    encoded, replaced = after["encoded"] - before["encoded"], after["replaced"] - before["replaced"]
    require(encoded >= 25, f"only {encoded} frames were encoded")
    require(not any(after["dropped"].values()), f"frames were dropped: {after['dropped']}")
    # In between are a waiting frame and one in the encoder, at both ends of the count.
    require(abs(captured - encoded - replaced) <= 4,
            f"{captured} captured, but {encoded} encoded and {replaced} replaced")
    return f"{captured} captured, {encoded} encoded, {replaced} replaced"


async def rate_is_kept_for_the_camera(server):
    """This camera was asked for 10 frames a second and says that it keeps to that."""
    async with Viewer(server.address, "bars") as viewer:
        frames = await viewer.frames(31)
        counts = (await camera_states(server.address))["bars"]["frames"]
    seconds = (frames[-1].captured_us - frames[0].captured_us) / 1e6
    rate = (len(frames) - 1) / seconds
    made = (frames[-1].sequence - frames[0].sequence) / seconds
    require(rate <= 10.2, f"{rate:.1f} frames a second came")
    require(made >= 50, f"by its sequence the camera makes {made:.0f} frames a second, which proves nothing")
    require(not any(counts["dropped"].values()) and counts["replaced"] < counts["encoded"],
            f"frames that were left out are counted as lost: {counts}")
    return f"{rate:.1f} frames/s of {made:.0f}"


async def camera_rests_without_viewers(server):
    async with Viewer(server.address, "bars") as viewer:
        last = await viewer.frame()
    await wait_for_camera(server.address, "bars", lambda camera: camera["state"] == "idle",
                          "the camera is idle after its last viewer left")
    asked = time.time_ns() // 1000
    async with Viewer(server.address, "bars") as viewer:
        frame = await viewer.frame()
    require(frame.captured_us >= asked, f"the first picture is {asked - frame.captured_us} us older than its viewer")
    require(frame.sequence > last.sequence, f"sequence fell from {last.sequence} to {frame.sequence}")


async def ends_gracefully(server):
    async with Viewer(server.address, "bars") as viewer:
        await viewer.frame()
        code, closing = await asyncio.gather(server.stop(), viewer.close_code())
    require(code == 0, f"exit code {code}")
    require(closing == 1001, f"the viewer was closed with {closing}")


async def run(bed, checks, scratch):
    await checks.check("unit tests pass on Debian 13", unit_tests_pass(bed), timeout_seconds=300)
    await checks.check("libcamera's virtual cameras are listed", cameras_are_listed(bed, scratch))
    await checks.check("a camera that is not there is named, and the exit code is 69",
                       unknown_camera_is_refused(bed, scratch))
    try:
        async with NativeServer(bed, scratch, "--camera", BARS, "--camera", LINES, "--idle-grace", "1") as server:
            for sentence, coroutine in (
                    ("frames are whole, rise in order, and are of now", frames_are_whole_and_present),
                    ("NV12 from the camera keeps its colours", bars_have_their_colours),
                    ("two cameras run at once", both_cameras_run_at_once),
                    ("each frame of a camera that is too fast is counted once", each_frame_is_counted_once),
                    ("the camera rests without viewers and wakes for the next", camera_rests_without_viewers),
                    ("SIGTERM closes the viewer with 1001 and ends with exit code 0", ends_gracefully)):
                if not await checks.check(sentence, coroutine(server)):
                    print("".join(f"# {line}\n" for line in server.log_end().splitlines()), end="")
    except Exception as problem:
        checks.fail("the server starts on libcamera's virtual cameras", str(problem))
    shutil.copy(scratch / "server.log", bed.directory / "native-server.log")
    try:
        async with NativeServer(bed, scratch, "--camera", f"{BARS}@10") as server:
            await checks.check("a camera that ignores the rate it was asked for is held to it",
                               rate_is_kept_for_the_camera(server))
    except Exception as problem:
        checks.fail("the server starts with a frame rate", str(problem))
