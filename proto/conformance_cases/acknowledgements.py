"""Credits, as a client sees them."""

import asyncio

from .case import Cases, demand
from .frames import check_numbers
from .target import MANY_FRAMES

CASES = Cases()

ATTEMPTS = 3


@CASES.case("a viewer that acknowledges every frame is sent frames")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        check_numbers(await viewer.frames(target.camera, MANY_FRAMES, acknowledge=True))


@CASES.case("a viewer that never acknowledges is sent frames")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        check_numbers(await viewer.frames(target.camera, 2 * MANY_FRAMES))


async def _demand_few_frames(target, viewer, acknowledgements):
    """Few frames come after those that were acknowledged; `acknowledgements` says what is sent for each."""
    # Long enough for the camera to make many frames, and longer than the first that is let go.
    seconds = min(max(3 * MANY_FRAMES / await target.pace(), 3.0), 15.0)
    await viewer.frames(target.camera, MANY_FRAMES, acknowledge=True)
    sent = 0
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while (left := deadline - loop.time()) > 0:
        for message in await viewer.during(min(left, 0.02)):
            if message["type"] == "frame":
                sent += 1
                await acknowledgements(message)
    made = seconds * await target.pace()
    demand(sent <= made / 2, f"{sent} frames came in {seconds:.1f} s without an acknowledgement, "
                             f"of about {made:.0f} that the camera made")
    await viewer.until_pong()


@CASES.case("when acknowledgements stop, few frames are sent, and a ping is still answered")
async def _(target):
    async def none(_frame):
        pass

    async with target.viewer_of_camera() as viewer:
        await _demand_few_frames(target, viewer, none)


@CASES.case("acknowledgements of frames that were never sent bring no frames")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        async def ahead(frame):
            await viewer.acknowledge({**frame, "sequence": frame["sequence"] + 10**6})

        await _demand_few_frames(target, viewer, ahead)


def _overtaking_case(what, request, kind):
    @CASES.case(f"a {what} overtakes frames that wait for an acknowledgement")
    async def _(target):
        # In this time the camera made frames, and none left: then one waits.
        still_s = min(max(3 / await target.pace(), 0.3), 5.0)
        async with target.viewer_of_camera() as viewer:
            await viewer.frames(target.camera, 5, acknowledge=True)
            for _ in range(ATTEMPTS):
                while any(message["type"] == "frame" for message in await viewer.during(still_s)):
                    pass
                await viewer.send(request(target))
                messages = [await viewer.receive()]
                while messages[-1]["type"] != kind:
                    messages.append(await viewer.receive())
                if all(message["type"] != "frame" for message in messages):
                    return
                # One may have been let go at that moment, but not each time.
        demand(False, f"each of {ATTEMPTS} came only after a frame that was let go")


_overtaking_case("pong", lambda target: {"type": "ping", "client_time_us": 0}, "pong")
_overtaking_case("status", lambda target: {"type": "subscribe", "camera": target.camera}, "status")


@CASES.case("after a lost acknowledgement frames come again, and new ones are believed")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        frames = await viewer.frames(target.camera, 5, acknowledge=True)
        frames += await viewer.frames(target.camera, 1)
        frames += await viewer.frames(target.camera, 5, acknowledge=True)
    check_numbers(frames)


@CASES.case("an acknowledgement counts for all frames before it")
async def _(target):
    silence_s = min(max(5 / await target.pace(), 0.5), 5.0)
    async with target.viewer_of_camera() as viewer:
        frames = await viewer.frames(target.camera, 5, acknowledge=True)
        for _ in range(3):
            # Unacknowledged until the server holds its breath, which one acknowledgement ends.
            frames += [message for message in await viewer.during(silence_s) if message["type"] == "frame"]
            await viewer.acknowledge(frames[-1])
        frames += await viewer.frames(target.camera, 5, acknowledge=True)
    check_numbers(frames)


@CASES.case("acknowledgements that are late, early or of nothing are ignored in silence")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        frame = (await viewer.frames(target.camera, 3, acknowledge=True))[-1]
        for sequence in (0, frame["sequence"], frame["sequence"] - 1, frame["sequence"] + 10**6, 2**53 - 1):
            await viewer.acknowledge({**frame, "sequence": max(sequence, 0)})
        await viewer.until_pong_without_error()
        await viewer.send({"type": "unsubscribe", "camera": target.camera})
        await viewer.acknowledge(frame)
        await viewer.until_pong_without_error()
        await viewer.subscribe(target.camera)
        await viewer.frames(target.camera, 3, acknowledge=True)
