"""What libcamera and the kernel may refuse, and who else may have the camera: that viewers are told why, and
that the camera is back by itself when the cause has ended."""

import asyncio
import re
import time

from checks import require
from viewer import Viewer, wait_for_camera

CAMERA = "jpeg"
ORDERS = "/tmp/failing-ioctls"
ENVIRONMENT = f"env FAILING_IOCTLS={ORDERS} LD_PRELOAD=/share/failing_ioctl.so"
# A server in the guest that has the camera, and somebody who watches it there.
OTHER_PORT = 8081
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
        await self._guest.run(f"rm {ORDERS}")
        if self._server.libcamera_version == "0.7":
            return await self._comes_back(viewer, asyncio.sleep(0))
        await self._lost_for(viewer, "could not be ended")
        require(await self._server.is_running(), "the server ended")
        await self._webcam.unplug()
        return await self._comes_back(viewer, self._webcam.command("plug"))

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
