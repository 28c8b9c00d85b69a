"""A camera's controls: asked for, set, and told to others. What is set is put back."""

import asyncio

from .case import Cases, Skipped, demand
from .requests import PROTOCOL, read_golden

CASES = Cases()

NO_CONTROL = "no.such.control"


async def ask(viewer, camera, **members):
    await viewer.send({"type": "get-controls", "camera": camera, **members})
    return await viewer.next("controls", camera)


async def change(viewer, camera, values, **members):
    await viewer.send({"type": "set-controls", "camera": camera, "values": values, **members})
    return await viewer.next("controls", camera)


def values_of(answer):
    return {control["name"]: control["value"] for control in answer["controls"] if "value" in control}


def suits(control, value):
    """Whether a value is one that the control can have, by what is told of it."""
    if control["type"] == "boolean":
        return isinstance(value, bool)
    if control["type"] == "menu":
        return value in control["entries"]
    if control["type"] == "area":
        if not isinstance(value, list):
            return False
        (_, _, least_width, least_height), (left, top, width, height) = control["minimum"], control["maximum"]
        x, y, w, h = value
        return w >= least_width and h >= least_height and left <= x <= left + width - w and top <= y <= top + height - h
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    is_whole = control["type"] == "number" or isinstance(value, int)
    return is_number and is_whole and control["minimum"] <= value <= control["maximum"]


def another_value(control):
    """One that it does not have now; None where there is none."""
    now = control["value"]
    if control["type"] == "boolean":
        return not now
    if control["type"] == "area":
        left, top, *_ = control["maximum"]
        choices = (control["maximum"], [left, top, *control["minimum"][2:]])
    else:
        choices = control["entries"] if control["type"] == "menu" else (control["maximum"], control["minimum"])
    return next((value for value in choices if value != now), None)


async def await_frame(viewer, target, sequence):
    """Reads until the frame comes, or one behind it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + target.patience_s
    while (await viewer.next("frame", target.camera))["sequence"] < sequence:
        demand(loop.time() < deadline, f"frame {sequence}, which is to have what was set, did not come")


async def settable(viewer, camera):
    """A control, what it is set to, and something else that it can be set to."""
    for control in (await ask(viewer, camera))["controls"]:
        if "value" in control and (other := another_value(control)) is not None:
            return control["name"], control["value"], other
    raise Skipped("the camera has no control with a known value that could be set to another")


@CASES.case("get-controls is answered with each camera's controls, and with its id")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        for camera in target.cameras:
            answer = await ask(viewer, camera, id=camera)
            demand(answer.get("id") == camera, f"the id {camera!r} came back as {answer.get('id')!r}")
            demand("sequence" not in answer, "it names a frame, and nothing was set")
            demand("id" not in await ask(viewer, camera), "there is an id that nobody gave")
            names = [control["name"] for control in answer["controls"]]
            demand(names == sorted(set(names)), f"the controls are not sorted, or one is there twice: {names}")
            for control in answer["controls"]:
                for member in ("default", "value"):
                    demand(member not in control or suits(control, control[member]),
                           f"the {member} of {control['name']} is none that it can have: {control.get(member)!r}")


@CASES.case("set-controls is answered with what is set, and a frame that is named comes")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 1)
        name, before, other = await settable(viewer, target.camera)
        try:
            answer = await change(viewer, target.camera, {name: other}, id=5)
            demand(answer.get("id") == 5, f"the id 5 came back as {answer.get('id')!r}")
            demand("sequence" in answer, "it does not say from which frame on the camera has it")
            demand(values_of(answer)[name] == other, f"{name} is {values_of(answer)[name]!r} and not {other!r}")
            if answer["sequence"] is not None:
                await await_frame(viewer, target, answer["sequence"])
        finally:
            await change(viewer, target.camera, {name: before})


@CASES.case("null sets a control to its default")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        name, before, other = await settable(viewer, target.camera)
        defaults = {control["name"]: control["default"]
                    for control in (await ask(viewer, target.camera))["controls"] if "default" in control}
        if name not in defaults:
            raise Skipped(f"nobody knows the default of {name}")
        try:
            await change(viewer, target.camera, {name: other})
            now = values_of(await change(viewer, target.camera, {name: None}))[name]
            demand(now == defaults[name], f"{name} is {now!r} and not {defaults[name]!r}")
        finally:
            await change(viewer, target.camera, {name: before})


@CASES.case("set-controls with something wrong sets nothing, and the reason names what is wrong")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        values = {NO_CONTROL: 1}
        before = values_of(await ask(viewer, target.camera))
        try:
            name, _, values[name] = await settable(viewer, target.camera)
        except Skipped:
            pass  # without any control it is wrong all the same
        await viewer.send({"type": "set-controls", "camera": target.camera, "values": values, "id": 6})
        error = await viewer.next("error")
        demand((error["code"], error["request"], error.get("id")) == ("bad-shape", "set-controls", 6),
               f"the error is {error}")
        demand(NO_CONTROL in error["reason"], f"it does not say what is wrong: {error['reason']}")
        after = values_of(await ask(viewer, target.camera))
        demand(after == before, f"the controls were {before} and are {after}")


@CASES.case("who has asked for a watched camera's controls is told when somebody else sets them")
async def _(target):
    async with target.viewer_of_camera() as ann, target.viewer("?subscribe=none") as bob:
        await bob.receive()
        name, before, other = await settable(ann, target.camera)
        try:
            await change(bob, target.camera, {name: other})
            news = await ann.next("controls", target.camera)
            demand("id" not in news and "sequence" not in news, f"it looks like an answer: {news}")
            demand(values_of(news)[name] == other, f"{name} is told to be {values_of(news)[name]!r} and not {other!r}")
        finally:
            await change(bob, target.camera, {name: before})


@CASES.case("who has not asked for a camera's controls is told nothing of them")
async def _(target):
    async with target.viewer_of_camera() as ann, target.viewer("?subscribe=none") as bob:
        await ann.receive()
        await bob.receive()
        name, before, other = await settable(bob, target.camera)
        for value in (other, before):
            await change(bob, target.camera, {name: value})
        kinds = {message["type"] for message in await ann.until_pong()}
        demand("controls" not in kinds, "a controls message came")


@CASES.case("golden/client/valid/set-controls.json is answered with controls, or by a camera without these with bad-shape")
async def _(target):
    text = read_golden(PROTOCOL / "golden/client/valid/set-controls.json", target.camera)
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        before = values_of(await ask(viewer, target.camera))
        await viewer.send(text)
        answer = await viewer.receive()
        if answer["type"] == "controls":
            await change(viewer, target.camera, before)
        else:
            demand(answer.get("code") == "bad-shape", f"the answer is {answer}")
