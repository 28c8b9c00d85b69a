"""Messages that a server must refuse, and how."""

import json

from .case import Cases, demand
from .requests import ANSWERED_BYTES, MESSAGE_BYTES, read_golden
from .viewer import PROTOCOL

CASES = Cases()

INVALID = sorted((PROTOCOL / "golden/client/invalid").glob("*.json"))
REQUESTS = ("subscribe", "unsubscribe", "ack", "ping", "get-controls", "set-controls")

# This many wrong messages are answered, however quickly they come.
FORGIVEN_ERRORS = 10


def expected_answer(code, text):
    """Request and id that the error must name, as far as they can be read."""
    message = None if code in ("too-large", "not-json", "too-deep") else json.loads(text)
    if not isinstance(message, dict):
        return None, None
    an_id = message.get("id")
    has_good_id = type(an_id) is int or isinstance(an_id, str) and len(an_id.encode()) <= 64
    request = message.get("type")
    return (request if request in REQUESTS else None), (an_id if has_good_id else None)


def _golden_case(path):
    code = path.name.split("--")[0]

    @CASES.case(f"golden/client/invalid/{path.name} is answered with {code}")
    async def _(target):
        text = read_golden(path, target.camera)
        request, an_id = expected_answer(code, text)
        async with target.viewer("?subscribe=none") as viewer:
            await viewer.receive()
            await viewer.send(text)
            error = await viewer.next("error")
            demand(error["code"] == code, f"the error is {error['code']}: {error['reason']}")
            # With a wrong id the server need not read on.
            may_be_unread = '"id"' in text and an_id is None
            demand(error["request"] == request or may_be_unread and error["request"] is None,
                   f"it answers {error['request']!r} and not {request!r}")
            demand(error.get("id") == an_id, f"its id is {error.get('id')!r} and not {an_id!r}")
            await viewer.until_pong()


for _path in INVALID:
    _golden_case(_path)


@CASES.case("a binary message is answered with not-text")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        await viewer.send(b'{"type":"ping","client_time_us":0}')
        error = await viewer.next("error")
        demand(error["code"] == "not-text", f"the error is {error['code']}")
        demand(error["request"] is None, f"it answers {error['request']!r}")
        await viewer.until_pong()


@CASES.case("an error leaves the frames of a subscription alone")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 1)
        await viewer.send({"type": "subscribe", "camera": target.camera, "max_fps": -1})
        await viewer.next("error")
        await viewer.frames(target.camera, 3)


@CASES.case(f"{FORGIVEN_ERRORS} wrong messages are answered, and soon after the close is 4001")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        for number in range(1, FORGIVEN_ERRORS + 1):
            await viewer.send("wrong")
            message = await viewer.receive()
            demand(message["type"] == "error", f"wrong message {number} was answered with {message['type']}")
        # One is forgiven every 5 s, so on a slow path it takes a few more.
        for _ in range(FORGIVEN_ERRORS):
            try:
                await viewer.socket.send("wrong")
            except Exception:  # closed already, which the next line looks at
                break
        code = await viewer.until_closed()
        demand(code == 4001, f"the close code is {code}")


@CASES.case(f"a message of {ANSWERED_BYTES} bytes is answered with too-large, and all else goes on")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.frames(target.camera, 1)
        await viewer.send('"' + "x" * (ANSWERED_BYTES - 2) + '"')
        error = await viewer.next("error")
        demand(error["code"] == "too-large", f"the error is {error['code']}")
        demand(error["request"] is None, f"it answers {error['request']!r}")
        await viewer.frames(target.camera, 3)


@CASES.case(f"messages that are too large are wrong messages: after {FORGIVEN_ERRORS} soon the close is 4001")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        for _ in range(2 * FORGIVEN_ERRORS):
            await viewer.send("x" * (MESSAGE_BYTES + 1))
            if await viewer.receive_raw() is None:
                break
        demand(viewer.close_code is not None, f"{2 * FORGIVEN_ERRORS} of them were answered")
        demand(viewer.close_code == 4001, f"the close code is {viewer.close_code}")


@CASES.case(f"a message of more than {ANSWERED_BYTES} bytes ends the connection with 1009")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        await viewer.send('"' + "x" * (ANSWERED_BYTES - 1) + '"')
        code = await viewer.until_closed()
        demand(code == 1009, f"the close code is {code}")
