"""Messages that a server must take: ping, ids, unknown members, the golden examples."""

import json
import time

from .case import Cases, demand
from .viewer import PROTOCOL

CASES = Cases()

# All but the one that is right for some cameras only.
VALID = sorted({*(PROTOCOL / "golden/client/valid").glob("*.json")}
               - {PROTOCOL / "golden/client/valid/set-controls.json"})
MESSAGE_BYTES = 4096
# Up to here a message is too large, and is answered.
ANSWERED_BYTES = 65536


def for_camera(text, camera):
    """A golden message with the name of a camera that is there."""
    return text.replace('"camera":"front"', f'"camera":{json.dumps(camera)}')


def read_golden(path, camera):
    return for_camera(path.read_text().removesuffix("\n"), camera)


@CASES.case("a ping is answered with its own time and the server's")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        latest_us = (await viewer.receive())["server_time_us"]
        for client_time_us in (0, -5, 1763917200000000, 2**53 - 1):
            await viewer.send({"type": "ping", "client_time_us": client_time_us})
            pong = await viewer.next("pong")
            demand(pong["client_time_us"] == client_time_us,
                   f"client_time_us {client_time_us} came back as {pong['client_time_us']}")
            demand(latest_us <= pong["received_us"] <= pong["sent_us"],
                   f"the server's times fall: {latest_us}, {pong['received_us']}, {pong['sent_us']}")
            latest_us = pong["sent_us"]


@CASES.case("the clock offset of one ping agrees with the next one's, within their errors")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        first, first_error = await _offset(viewer)
        for _ in range(5):
            offset, error = await _offset(viewer)
            # A millisecond for clocks that are being set right meanwhile.
            demand(abs(offset - first) <= error + first_error + 1000,
                   f"{first:.0f} us with an error of {first_error:.0f}, then {offset:.0f} with {error:.0f}")


async def _offset(viewer):
    t0 = time.time_ns() // 1000
    await viewer.send({"type": "ping", "client_time_us": t0})
    pong = await viewer.next("pong")
    t3 = time.time_ns() // 1000
    offset = ((pong["received_us"] - t0) + (pong["sent_us"] - t3)) / 2
    return offset, ((t3 - t0) - (pong["sent_us"] - pong["received_us"])) / 2


@CASES.case("an id comes back as it was, and only when there was one")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        for request in ({"type": "ping", "client_time_us": 0}, {"type": "unsubscribe", "camera": target.camera}):
            kind = "pong" if request["type"] == "ping" else "error"
            for an_id in (7, -3, 0, "a1", "", "x" * 64, "\u00fc \"quoted\""):
                await viewer.send({**request, "id": an_id})
                answer = await viewer.next(kind)
                demand("id" in answer, f"the id {an_id!r} did not come back in a {kind}")
                came = answer["id"]
                demand(came == an_id and type(came) is type(an_id), f"the id {an_id!r} came back as {came!r}")
                if kind == "error":
                    break  # the server forgives only so many
            await viewer.send(request)
            answer = await viewer.next(kind)
            demand("id" not in answer, f"a {kind} has the id {answer.get('id')!r} that nobody gave")


@CASES.case("a message in several WebSocket fragments is one message")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        text = json.dumps({"type": "ping", "client_time_us": 12, "id": "whole"})
        await viewer.send(_pieces(text))
        demand((await viewer.next("pong")).get("id") == "whole", "the answer is to something else")


async def _pieces(text):
    for start in range(0, len(text), 9):
        yield text[start:start + 9]


@CASES.case(f"a message of {MESSAGE_BYTES} bytes is taken")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        start, end = '{"type":"ping","client_time_us":0,"id":5,"more":"', '"}'
        await viewer.send(start + "x" * (MESSAGE_BYTES - len(start) - len(end)) + end)
        demand((await viewer.next("pong")).get("id") == 5, "the answer is to something else")


def _golden_case(path):
    @CASES.case(f"golden/client/valid/{path.name} is taken without an error")
    async def _(target):
        text = read_golden(path, target.camera)
        async with target.viewer_of_camera() as viewer:
            await viewer.receive()
            await viewer.send(text)
            await viewer.until_pong_without_error()


for _path in VALID:
    _golden_case(_path)
