"""What libcamera and the kernel may refuse, and who else may have the camera: that viewers are told why, and
that the camera is back by itself when the cause has ended."""

import asyncio
import re
import shlex
import time

from checks import require
from viewer import Viewer, change_controls, controls_of, wait_for_camera

CAMERA = "jpeg"
ORDERS = "/tmp/failing-ioctls"
ENVIRONMENT = f"env FAILING_IOCTLS={ORDERS} LD_PRELOAD=/share/failing_ioctl.so"
# A server in the guest that has the camera, and somebody who watches it there.
OTHER_PORT = 8081
CONTRAST_ID = 0x980901  # V4L2_CID_CONTRAST
# In the webcam's log, by UVC's unit and selector.
BRIGHTER, EXPOSED_5_MS = "control 2/2 = 16$", "control 1/4 = 50$"
NOT_SET = "a control is not set: the camera refuses ExposureTime"
# Promised are 3 s; an emulated machine that shares its host may sleep through most of that.
RECOVERY_SECONDS = 15
# Five starts, and five times out and in, took a minute beside ten programs for each processor.
TIMEOUT_SECONDS = 300


class FaultChecks:
    def __init__(self, guest, server, webcam, camera_id):
        self._guest = guest
        self._server = server
        self._webcam = webcam
        self._camera_id = camera_id

    def _viewer(self):
        return Viewer(self._server.address, CAMERA)

    async def _rest(self):
        await wait_for_camera(self._server.address, CAMERA, lambda camera: camera["state"] == "idle",
                              "the camera is idle")

    async def _fail(self, order):
        await self._guest.run(f"echo {order} >{ORDERS}")

    async def _lost_for(self, viewer, words):
        """The reason, once it is one that holds `words`."""
        reason = ""
        while words not in reason:
            reason = (await viewer.status("lost"))["reason"]
        return reason

    async def _comes_back(self, viewer, end_the_cause):
        await end_the_cause
        began = time.monotonic()
        await viewer.status("live")
        await viewer.frames(3)
        seconds = time.monotonic() - began
        require(seconds <= RECOVERY_SECONDS, f"it was back only {seconds:.1f} s after the cause had ended")
        return f"back after {seconds:.1f} s"

    async def _refusal_is_told(self, order, words):
        await self._rest()
        await self._fail(order)
        async with self._viewer() as viewer:
            reason = await self._lost_for(viewer, words)
            back = await self._comes_back(viewer, self._guest.run(f"rm {ORDERS}"))
        return f"{back}; {reason}"

    async def refused_format(self):
        return await self._refusal_is_told("S_FMT 22", "cannot be configured: Invalid argument")

    async def refused_buffers(self):
        return await self._refusal_is_told("REQBUFS 12", "no memory left")

    async def refused_bandwidth(self):
        return await self._refusal_is_told("STREAMON 28", "no bandwidth left")

    async def failed_start(self):
        return await self._refusal_is_told("STREAMON 5", "does not start: Input/output error")

    async def refused_requests(self):
        """While it runs: libcamera completes each request as cancelled."""
        async with self._viewer() as viewer:
            await viewer.frames(3)
            await self._fail("QBUF 5")
            reason = await self._lost_for(viewer, "takes no more requests")
            back = await self._comes_back_from_refusals(viewer)
        return f"{back}; {reason}"

    async def refused_requests_from_the_start(self):
        await self._rest()
        await self._fail("QBUF 5")
        async with self._viewer() as viewer:
            reason = await self._lost_for(viewer, "takes no more requests")
            back = await self._comes_back_from_refusals(viewer)
        return f"{back}; {reason}"

    async def _comes_back_from_refusals(self, viewer):
        """By itself; where libcamera would abort the process if the camera were stopped, when the webcam has been
        pulled out and put back."""
        await self._guest.run(f"rm -f {ORDERS}")
        if self._server.libcamera_version == "0.7":
            return await self._comes_back(viewer, asyncio.sleep(0))
        await self._lost_for(viewer, "could not be ended")
        require(await self._server.is_running(), "the server ended")
        await self._webcam.unplug()
        return await self._comes_back(viewer, self._webcam.command("plug"))

    async def refused_control(self):
        """The driver takes no contrast, and what came with it is set all the same."""
        async with self._viewer() as viewer:
            await viewer.frames(3)
            starts = await self._webcam.times_in_log("streaming on")
            brighter = await self._webcam.times_in_log(BRIGHTER)
            contrast = (await self._controls())["Contrast"]
            await self._fail(f"S_EXT_CTRLS 34 {CONTRAST_ID:x}")
            status, refusal = await self._change(Brightness=0.25, Contrast=contrast["maximum"])
            require(status == 409 and "refuses Contrast at" in refusal["reason"], f"{status}: {refusal}")
            await self._webcam.wait_for_log(BRIGHTER, brighter + 1, "the webcam is told to be brighter")
            shown = await self._controls()
            require(shown["Brightness"]["value"] == 0.25 and shown["Contrast"] == contrast, f"shown are {shown}")
            await viewer.frames(10)
            await self._guest.run(f"rm {ORDERS}")
            status, answer = await self._change(Contrast=contrast["maximum"])
            require(status == 200 and answer["sequence"], f"once it takes contrast again: {status}: {answer}")
            await self._change(Brightness=None, Contrast=None)
            await viewer.frames(3)
            await self._was_not_restarted(viewer, starts)
        return refusal["reason"]

    async def buffer_refused_with_a_control(self):
        """Once, and it looks as if the control were refused. libcamera 0.4 has lost the buffer for good, which the server must know
        when it stops the camera."""
        async with self._viewer() as viewer:
            await viewer.frames(3)
            await self._fail("QBUF_OF_CTRLS 5")
            status, answer = await self._change(Brightness=0.25)
            require(status == 200 and answer["sequence"], f"{status}: {answer}")
            await self._guest.run(f"[ ! -e {ORDERS} ]")
            await viewer.frames(10)
        await self._rest()
        require(await self._server.is_running(), "the server ended")
        async with self._viewer() as viewer:
            back = await self._comes_back_from_refusals(viewer)
            await self._change(Brightness=None)
        return back

    async def control_of_an_automatic(self):
        """By uvcvideo itself: no exposure time while the webcam has the exposure."""
        async with self._viewer() as viewer:
            await viewer.frames(3)
            starts = await self._webcam.times_in_log("streaming on")
            before = (await self._controls())["ExposureTime"]
            status, refusal = await self._change(ExposureTime=5000)
            require(status == 409 and "refuses ExposureTime at" in refusal["reason"], f"{status}: {refusal}")
            require((await self._controls())["ExposureTime"] == before, "it is shown as if it were set")
            exposed = await self._webcam.times_in_log(EXPOSED_5_MS)
            status, answer = await self._change(AeEnable=False, ExposureTime=5000)
            require(status == 200 and answer["sequence"], f"without the automatic: {status}: {answer}")
            await self._webcam.wait_for_log(EXPOSED_5_MS, exposed + 1, "the webcam is told its exposure time")
            await self._change(AeEnable=True)
            await viewer.frames(3)
            await self._was_not_restarted(viewer, starts)
        return refusal["reason"]

    async def control_refused_at_the_start(self):
        """It was set while the webcam rested, so that nobody waits for an answer any more. The exposure time that the
        webcam took last, without its automatic, is wished for again."""
        await self._rest()
        told = int(await self._guest.run(f"grep -c {shlex.quote(NOT_SET)} /tmp/server.log || true"))
        status, answer = await self._change(AeEnable=True, ExposureTime=7000)
        require((status, answer["sequence"]) == (200, None), f"{status}: {answer}")
        async with self._viewer() as viewer:
            await viewer.frames(3)
            await self._guest.wait_for(f"[ $(grep -c {shlex.quote(NOT_SET)} /tmp/server.log) -gt {told} ]",
                                       "the log tells of it")
            shown = (await self._controls())["ExposureTime"]
            require(shown["value"] == 5000, f"what the webcam took last was 5000, and shown is {shown}")
            starts = await self._webcam.times_in_log("streaming on")
            await viewer.frames(10)
            await self._was_not_restarted(viewer, starts)

    async def _controls(self):
        return await controls_of(self._server.address, CAMERA)

    async def _change(self, **values):
        return await change_controls(self._server.address, CAMERA, values)

    async def _was_not_restarted(self, viewer, starts):
        now = await self._webcam.times_in_log("streaming on")
        require(now == starts, f"the webcam was started {now - starts} times more")
        lost = [status for status in viewer.statuses if status["state"] in ("lost", "stalled")]
        require(not lost, f"its states were {lost}")

    async def busy_camera(self):
        await self._rest()
        program = f"/share/freshframe-{self._server.libcamera_version}"
        await self._guest.run(
            f"({program} --listen 127.0.0.1:{OTHER_PORT} --camera '{CAMERA}=libcamera:{self._camera_id},"
            "1280x720,mjpeg' >/tmp/other.out 2>/tmp/other.log & echo $! >/tmp/other.pid)")
        await self._guest.wait_for("grep -q 'Freshframe is live' /tmp/other.out", "the other server listens")
        await self._guest.run(
            f"(exec 9<>/dev/tcp/127.0.0.1/{OTHER_PORT}; "
            "printf 'GET /stream HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n' >&9; exec cat <&9 >/dev/null) & ")
        await self._guest.wait_for("grep -q ': live' /tmp/other.log", "the other server has the camera")
        async with self._viewer() as viewer:
            reason = await self._lost_for(viewer, "busy (EBUSY)")
            holder = (await self._guest.run("cat /tmp/other.pid")).strip()
            require(re.search(rf"freshframe-\S+ \(process {holder}\)", reason), f"the reason is: {reason}")
            back = await self._comes_back(viewer, self._guest.run(
                "kill -KILL $(cat /tmp/other.pid); while [ -e /proc/$(cat /tmp/other.pid) ]; do :; done"))
        return f"{back}; {reason}"

    async def forbidden_camera(self):
        code, said = await self._server.refusal("--camera", "libcamera", "--listen", "127.0.0.1:0",
                                                as_user="setpriv --reuid=65534 --regid=65534 --clear-groups")
        require(code == 77, f"exit code {code}: {said}")
        require("group video" in said, f"it says: {said}")

    async def other_rate_than_asked(self):
        """30 frames a second were asked for, and the webcam makes 5."""
        async with self._viewer() as viewer:
            await viewer.frames(3)
            await self._webcam.command("fps 5")
            await viewer.frames(3)
            before = len(viewer.statuses)
            frames = await viewer.frames(15)
            await self._webcam.command("fps 30")
        seconds = (frames[-1].captured_us - frames[0].captured_us) / 1e6
        rate = (frames[-1].sequence - frames[0].sequence) / seconds
        require(rate < 8, f"the webcam still makes {rate:.1f} frames a second, which proves nothing")
        require(len(viewer.statuses) == before, f"the states are {viewer.statuses[before:]}")
        return f"{rate:.1f} frames/s"

    async def unplugged_while_starting(self):
        """At different moments of the start, for any of them may be the one that kills."""
        for milliseconds in (0, 30, 80, 150, 300):
            await self._rest()
            async with self._viewer() as viewer:
                await asyncio.sleep(milliseconds / 1000)  # which moment it is, is chance
                await self._webcam.unplug()
                require(await self._server.is_running(), f"the server ended, {milliseconds} ms after the start began")
                await viewer.status("lost")
                await self._webcam.command("plug")
                await viewer.status("live")
                await viewer.frames(3)

    def all(self):
        return (
            ("an error as it is configured is told, and cured by itself", self.refused_format),
            ("an error as its buffers are allocated is told, and cured by itself", self.refused_buffers),
            ("a bus without bandwidth is told, and cured by itself", self.refused_bandwidth),
            ("an error as it starts is told, and cured by itself", self.failed_start),
            ("requests that are cancelled while it runs are told, and do not end the server", self.refused_requests),
            ("requests that are cancelled from the start are told, and do not end the server",
             self.refused_requests_from_the_start),
            ("a control that the driver refuses is told, what came with it is set, and frames go on",
             self.refused_control),
            ("a buffer that is refused once beside a control does not end the server",
             self.buffer_refused_with_a_control),
            ("an exposure time is refused while the webcam has the exposure, and set without",
             self.control_of_an_automatic),
            ("a control that is refused at the start is logged, and frames come", self.control_refused_at_the_start),
            ("a camera that another program has is busy, with the program's name, until that ends",
             self.busy_camera),
            ("a webcam slower than asked is live", self.other_rate_than_asked),
            ("a webcam unplugged while it is started is lost, and comes back", self.unplugged_while_starting),
        )


async def run(guest, server, webcam, checks, show_log_unless):
    prefix = f"libcamera {server.libcamera_version}: "
    await guest.run(f"rm -f {ORDERS}")
    ids, text = await server.cameras()
    require(ids, text)
    await server.start("--camera", f"{CAMERA}=libcamera:{sorted(ids)[0]},1280x720@30,mjpeg", "--idle-grace", "0",
                       environment=ENVIRONMENT)
    fault_checks = FaultChecks(guest, server, webcam, sorted(ids)[0])
    for sentence, check in fault_checks.all():
        await show_log_unless(await checks.check(prefix + sentence, check(), TIMEOUT_SECONDS), server)
    if await server.is_running():
        await server.stop()
    await checks.check(f"{prefix}a user who may not open the camera is told the group", fault_checks.forbidden_camera())
