"""A webcam that is pulled out and put back: again and again, into another port, and while nobody watches one that is
always on."""

import os

from checks import require
from guest import MEDIA_DEVICES
from viewer import Viewer, wait_for_camera

CAMERA = "jpeg"
BY_ID, BY_SERIAL, BY_MODEL = "by-id", "by-serial", "by-model"
CYCLES = int(os.environ.get("FRESHFRAME_PLUG_CYCLES", "20"))
# libcamera, uvcvideo's neighbours and the C library's heap grow at first, and then no more.
WARM_UP_CYCLES = 10
# The heap's pages come and go; one of the webcam's pictures lost in each cycle is above it.
MOST_GROWTH_KB = 768
SECONDS_A_CYCLE = 40
PORT, OTHER_PORT = 0, 5


async def footprint(guest):
    """Of the server: descriptors, threads, and what of its memory is its own, in kB."""
    words = (await guest.run("p=/proc/$(cat /tmp/server.pid); ls $p/fd | wc -l; ls $p/task | wc -l; "
                             "grep '^RssAnon' $p/status | tr -dc 0-9; echo")).split()
    return tuple(map(int, words))


class PlugChecks:
    def __init__(self, guest, server, webcam):
        self._guest = guest
        self._server = server
        self._webcam = webcam

    def _viewer(self, camera=CAMERA):
        return Viewer(self._server.address, camera)

    async def nothing_is_left_over(self):
        """One viewer stays for all of it. Descriptors and threads are counted while pictures come, so that it
        is the same moment each time."""
        require(CYCLES > WARM_UP_CYCLES, f"{CYCLES} cycles are too few: {WARM_UP_CYCLES} are for warming up")
        before = None
        async with self._viewer() as viewer:
            await viewer.frames(3)
            for cycle in range(1, CYCLES + 1):
                await self._webcam.unplug()
                await viewer.status("lost")
                await self._webcam.command("plug")
                await viewer.status("live")
                await viewer.frames(3)
                if cycle % WARM_UP_CYCLES == 0:
                    after = await footprint(self._guest)
                    before = before or after
                    print(f"# after {cycle} cycles: {after[0]} descriptors, {after[1]} threads, {after[2]} kB",
                          flush=True)
            after = await footprint(self._guest)
        found = (f"descriptors, threads, kB of its own: {before} after {WARM_UP_CYCLES} cycles, "
                 f"{after} after {CYCLES}")
        require(after[0] <= before[0] and after[1] <= before[1], found)
        require(after[2] <= before[2] + MOST_GROWTH_KB, found)
        return found

    async def found_in_another_port(self, camera):
        async with self._viewer(camera) as viewer:
            await viewer.frames(3)
            await self._move_to(OTHER_PORT, viewer)
            await viewer.status("live")
            await viewer.frames(3)
            await self._move_to(PORT, viewer)
            await viewer.status("live")
            await viewer.frames(3)

    async def told_what_to_do(self):
        async with self._viewer(BY_ID) as viewer:
            await viewer.frames(3)
            await self._move_to(OTHER_PORT, viewer)
            reason = ""
            # The other webcam may be there too, and this one a moment later.
            while "in any port serial:one" not in reason:
                reason = (await viewer.status("lost"))["reason"]
            require("names its port" in reason, f"the reason is: {reason}")
            await self._move_to(PORT)
            await viewer.status("live")
            await viewer.frames(3)
        return reason

    async def seen_to_without_viewers(self):
        async def wait_for(state):
            await wait_for_camera(self._server.address, CAMERA, lambda camera: camera["state"] == state,
                                  f"the camera is {state}")

        await wait_for("live")
        await self._webcam.unplug()
        await wait_for("lost")
        await self._webcam.command("plug")
        await wait_for("live")
        share = await self._server.processor_share()
        camera = await wait_for_camera(self._server.address, CAMERA, lambda camera: camera["frames"]["captured"] > 0,
                                       "frames come")
        require(camera["frames"]["encoded"] == 0, f"nobody watches, and became of the frames: {camera['frames']}")
        async with self._viewer() as viewer:
            await viewer.frames(3)
        require([status["state"] for status in viewer.statuses] == ["live"], f"the states were {viewer.statuses}")
        return f"{share:.1%} of a processor without viewers"

    async def faster_than_asked(self):
        """Ten frames a second were asked for, and the webcam makes 30."""
        async with self._viewer() as viewer:
            frames = await viewer.frames(25)
        seconds = (frames[-1].captured_us - frames[0].captured_us) / 1e6
        made, came = (frames[-1].sequence - frames[0].sequence) / seconds, (len(frames) - 1) / seconds
        require(made > 15, f"the webcam makes only {made:.1f} frames a second, which proves nothing")
        require(came < 11, f"{came:.1f} frames a second came")
        require([status["state"] for status in viewer.statuses] == ["live"], f"the states were {viewer.statuses}")
        return f"{came:.1f} of {made:.1f} frames/s"

    async def put_back(self, devices):
        """Into its port, where it is not when a check has failed; `devices` are all media devices."""
        for command in ("unplug", f"port {PORT}", "plug"):
            await self._webcam.command(command)
        await self._guest.wait_for(f"[ $({MEDIA_DEVICES}) -eq {devices} ] && udevadm settle", "the webcam is in its port")

    async def _move_to(self, port, viewer=None):
        await self._webcam.unplug()
        if viewer:
            await viewer.status("lost")
        await self._webcam.command(f"port {port}")
        await self._webcam.command("plug")


async def run(guest, server, webcam, checks, show_log_unless):
    prefix = f"libcamera {server.libcamera_version}: "
    ids, text = await server.cameras()
    require(ids, text)
    camera_id = sorted(ids)[0]
    devices = int(await guest.run(MEDIA_DEVICES))

    async def check(sentence, coroutine, seconds):
        await show_log_unless(await checks.check(prefix + sentence, coroutine, seconds), server)

    plug_checks = PlugChecks(guest, server, webcam)
    await server.start("--camera", f"{CAMERA}=libcamera:{camera_id},1280x720,mjpeg")
    await check(f"nothing is left over of a webcam that was pulled out and put back {CYCLES} times",
                plug_checks.nothing_is_left_over(), CYCLES * SECONDS_A_CYCLE)
    if await server.is_running():
        await server.stop()
    # One after another: a camera is busy for the others until its grace time is over.
    await server.start("--camera", f"{BY_ID}=libcamera:{camera_id},1280x720,mjpeg",
                       "--camera", f"{BY_SERIAL}=libcamera:serial:one,1280x720,mjpeg",
                       "--camera", f"{BY_MODEL}=libcamera:model:Webcam one: Webcam one,1280x720,mjpeg",
                       "--idle-grace", "0")
    for name, camera in (("serial number", BY_SERIAL), ("model", BY_MODEL)):
        await check(f"a webcam named by its {name} comes back in another port",
                    plug_checks.found_in_another_port(camera), 10 * SECONDS_A_CYCLE)
    await check("who named a webcam by its id is told what to do when it is in another port",
                plug_checks.told_what_to_do(), 10 * SECONDS_A_CYCLE)
    if await server.is_running():
        await server.stop()
    await plug_checks.put_back(devices)
    await server.start("--camera", f"{CAMERA}=libcamera:{camera_id},1280x720@10,mjpeg", "--always-on")
    await check("a webcam that is always on comes back without viewers, and is live for the first",
                plug_checks.seen_to_without_viewers(), 10 * SECONDS_A_CYCLE)
    await check("a webcam faster than asked is live, at the rate that was asked for",
                plug_checks.faster_than_asked(), 10 * SECONDS_A_CYCLE)
    if await server.is_running():
        await server.stop()
