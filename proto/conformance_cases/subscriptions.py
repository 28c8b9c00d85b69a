"""subscribe, unsubscribe and max_fps."""

from .case import Cases, Skipped, demand
from .frames import check_numbers
from .target import MANY_FRAMES

CASES = Cases()

MAX_SUBSCRIPTIONS = 16


async def expect_quiet(viewer, target, camera):
    """No frame of the camera comes after the pong: the server has read all that was sent before it."""
    await viewer.until_pong()
    came = [message for message in await viewer.during(await target.quiet_s())
            if message["type"] == "frame" and message["camera"] == camera]
    demand(not came, f"{len(came)} frames came all the same")


@CASES.case("subscribe is answered with a status, and frames follow")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        await viewer.send({"type": "subscribe", "camera": target.camera, "id": 1})
        answer = await viewer.receive()
        demand(answer["type"] == "status", f"the answer is {answer['type']}")
        demand(answer["camera"] == target.camera, f"it is the status of {answer['camera']}")
        check_numbers(await viewer.frames(target.camera, 5))


@CASES.case("to subscribe again does not send a frame twice")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 1)
        await viewer.subscribe(target.camera)
        await viewer.subscribe(target.camera)
        check_numbers(await viewer.frames(target.camera, MANY_FRAMES), is_new=False)


@CASES.case("after unsubscribe no more frames come")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 1)
        await viewer.send({"type": "unsubscribe", "camera": target.camera})
        await expect_quiet(viewer, target, target.camera)


@CASES.case("to unsubscribe and subscribe again begins anew, with dropped 0")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 2)
        await viewer.send({"type": "unsubscribe", "camera": target.camera})
        await viewer.until_pong()
        await viewer.subscribe(target.camera)
        check_numbers(await viewer.frames(target.camera, 3))


@CASES.case("max_fps holds, and dropped tells what it left out")
async def _(target):
    # Few and far between, so that a first one that is not counted shows in the sum.
    max_fps = (await target.pace()) / 8
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.subscribe(target.camera, max_fps=max_fps)
        frames = await viewer.frames(target.camera, 4)
    check_numbers(frames)
    seconds = (frames[-1]["captured_us"] - frames[0]["captured_us"]) / 1e6
    # One frame of the camera more or less, and a tenth for a server's own clock.
    least_s = 0.9 * (len(frames) - 1) / max_fps - 1 / await target.pace()
    demand(seconds >= least_s,
           f"{len(frames)} frames came in {seconds:.2f} s with max_fps {max_fps:.2f}")


@CASES.case("max_fps can change while frames come")
async def _(target):
    pace = await target.pace()
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 2)
        await viewer.subscribe(target.camera, max_fps=pace / 4)
        slow = (await viewer.frames(target.camera, 5))[2:]
        await viewer.subscribe(target.camera)
        fast = (await viewer.frames(target.camera, 8))[2:]
    slow_gap, fast_gap = (sum(frame["dropped"] for frame in frames) / len(frames) for frames in (slow, fast))
    demand(slow_gap >= 1, f"max_fps {pace / 4:.2f} left out nothing of {pace:.2f} frames a second")
    demand(fast_gap <= slow_gap / 2, f"without max_fps {fast_gap:.1f} frames are left out before each, "
                                     f"with it {slow_gap:.1f}")


@CASES.case("max_fps 0 pauses, and without it frames come again, from dropped 0 on")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 2)
        await viewer.subscribe(target.camera, max_fps=0)
        await expect_quiet(viewer, target, target.camera)
        await viewer.subscribe(target.camera)
        check_numbers(await viewer.frames(target.camera, 3))


@CASES.case("a subscription may begin paused")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.subscribe(target.camera, max_fps=0)
        await expect_quiet(viewer, target, target.camera)
        await viewer.subscribe(target.camera, max_fps=1000)
        check_numbers(await viewer.frames(target.camera, 3))


def second_camera(target):
    others = [name for name in target.cameras if name != target.camera]
    if not others:
        raise Skipped("there is only one camera")
    return others[0]


@CASES.case("one connection shows several cameras, each with its own numbers")
async def _(target):
    other = second_camera(target)
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 1)
        await viewer.subscribe(other)
        frames = {target.camera: [], other: []}
        while min(map(len, frames.values())) < 5:
            frame = await viewer.next("frame")
            demand(frame["camera"] in frames, f"a frame of {frame['camera']} came unasked")
            frames[frame["camera"]].append(frame)
    check_numbers(frames[other])
    check_numbers(frames[target.camera], is_new=False)


@CASES.case("to unsubscribe from one camera leaves the other")
async def _(target):
    other = second_camera(target)
    async with target.viewer_of_camera() as viewer:
        await viewer.subscribe(other)
        await viewer.frames(other, 1)
        await viewer.send({"type": "unsubscribe", "camera": target.camera})
        await expect_quiet(viewer, target, target.camera)
        await viewer.frames(other, 3)


@CASES.case(f"more than {MAX_SUBSCRIPTIONS} subscriptions are refused with too-many-subscriptions")
async def _(target):
    if len(target.cameras) <= MAX_SUBSCRIPTIONS:
        raise Skipped(f"there are not more than {MAX_SUBSCRIPTIONS} cameras")
    async with target.viewer("?subscribe=none") as viewer:
        for camera in target.cameras[:MAX_SUBSCRIPTIONS]:
            await viewer.subscribe(camera, max_fps=0)
        one_more = target.cameras[MAX_SUBSCRIPTIONS]
        await viewer.send({"type": "subscribe", "camera": one_more, "max_fps": 0})
        error = await viewer.next("error")
        demand(error["code"] == "too-many-subscriptions", f"the error is {error['code']}")
        await viewer.subscribe(target.cameras[0], max_fps=0)
        await viewer.send({"type": "unsubscribe", "camera": target.cameras[0]})
        await viewer.subscribe(one_more, max_fps=0)
