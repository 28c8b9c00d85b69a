"""The handshake, the forms, hello and how a connection ends."""

import asyncio
import http.client
import json

import websockets

from .case import Broken, Cases, demand
from .viewer import BINARY_FORM, JSON_FORM, Silence, refusal_status

CASES = Cases()

# What a client offers, what the server picks of it, and the form it then speaks.
OFFERS = [
    (None, None, JSON_FORM),
    ([JSON_FORM], JSON_FORM, JSON_FORM),
    ([BINARY_FORM], BINARY_FORM, BINARY_FORM),
    ([JSON_FORM, BINARY_FORM], JSON_FORM, JSON_FORM),
    ([BINARY_FORM, JSON_FORM], BINARY_FORM, BINARY_FORM),
    (["chat"], None, JSON_FORM),
    (["chat", BINARY_FORM], BINARY_FORM, BINARY_FORM),
    ([BINARY_FORM, "chat"], BINARY_FORM, BINARY_FORM),
    (["chat", JSON_FORM, BINARY_FORM], JSON_FORM, JSON_FORM),
]


@CASES.case("hello is the first message, and every message keeps to its schema")
async def _(target):
    for query in ("", "?subscribe=none", f"?camera={target.camera}"):
        async with target.viewer(query) as viewer:
            await viewer.receive()
            if query != "?subscribe=none":
                await viewer.frames(None, 3)


@CASES.case("hello names every camera once")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        names = [camera["name"] for camera in (await viewer.receive())["cameras"]]
    demand(len(set(names)) == len(names), f"a name is there twice: {' '.join(names)}")
    demand(target.camera in names, f"{target.camera} is not among them: {' '.join(names)}")


@CASES.case("hello tells the size of a camera's last picture, also when nobody watches any more")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        frame = (await viewer.frames(target.camera, 1))[0]
    async with target.viewer("?subscribe=none") as viewer:
        cameras = {camera["name"]: camera for camera in (await viewer.receive())["cameras"]}
    width, height = (cameras[target.camera][side] for side in ("width", "height"))
    demand((width, height) == (frame["width"], frame["height"]),
           f"hello says {width}x{height}, and the frame before was {frame['width']}x{frame['height']}")


def _offer_case(offered, picked, form):
    what = "no subprotocol" if offered is None else " then ".join(offered)
    answer = f"picks {picked}" if picked else "picks none and speaks JSON"

    @CASES.case(f"offered {what}, the server {answer}")
    async def _(target):
        async with target.viewer("?subscribe=none", subprotocols=offered) as viewer:
            demand(viewer.socket.subprotocol == picked, f"it picked {viewer.socket.subprotocol}")
            spoken = (await viewer.receive())["protocol"]
        demand(spoken == form, f"hello says {spoken}")


for _offer in OFFERS:
    _offer_case(*_offer)


@CASES.case("/ws shows the first camera")
async def _(target):
    async with target.viewer() as viewer:
        first = (await viewer.receive())["cameras"][0]["name"]
        frame = await viewer.next("frame")
        demand(frame["camera"] == first, f"a frame of {frame['camera']} came, and {first} is first")


@CASES.case("/ws?camera=NAME shows that camera")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        shown = {frame["camera"] for frame in await viewer.frames(None, 3)}
    demand(shown == {target.camera}, f"frames of {' '.join(sorted(shown))} came")


@CASES.case("/ws?camera=NAME of an unknown camera is refused with 404 before the upgrade")
async def _(target):
    name = "no-such-camera"
    while name in target.cameras:
        name += "-"
    for subprotocols in (None, [BINARY_FORM]):
        status = await _refusal(target, f"?camera={name}", subprotocols=subprotocols)
        demand(status == 404, f"it was refused with {status}")


@CASES.case("a query that cannot be meant is refused with 400 before the upgrade")
async def _(target):
    for query in ("?camera=%zz", f"?camera={target.camera}&camera={target.camera}", "?subscribe=all"):
        status = await _refusal(target, query)
        demand(status == 400, f"{query} was refused with {status}")


@CASES.case("/ws?subscribe=none sends nothing but hello until it is asked")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        came = await viewer.until_pong() + await viewer.during(await target.quiet_s())
        demand(len(came) == 1, f"there came also: {' '.join(m['type'] for m in came[1:])}")


@CASES.case("a web page of another origin is refused with 403")
async def _(target):
    status = await _refusal(target, "", origin="http://elsewhere.invalid")
    demand(status == 403, f"it was refused with {status}")


@CASES.case("a request that is no WebSocket handshake is answered with 426")
async def _(target):
    status, _ = await asyncio.to_thread(_get, target, "/ws")
    demand(status == 426, f"the answer was {status}")


@CASES.case("GET /api/v1/cameras lists the cameras of hello, in the same order")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        names = [camera["name"] for camera in (await viewer.receive())["cameras"]]
    status, text = await asyncio.to_thread(_get, target, "/api/v1/cameras")
    demand(status == 200, f"the answer was {status}")
    try:
        listed = [camera["name"] for camera in json.loads(text)["cameras"]]
    except (ValueError, KeyError, TypeError):
        raise Broken("the answer has no list of cameras") from None
    demand(listed == names, f"it lists {' '.join(listed)} and hello {' '.join(names)}")


@CASES.case("a WebSocket ping (RFC 6455, 5.5.2) is answered")
async def _(target):
    async with target.viewer("?subscribe=none") as viewer:
        await viewer.receive()
        pong = await viewer.socket.ping()
        try:
            await asyncio.wait_for(pong, target.patience_s)
        except (asyncio.TimeoutError, websockets.ConnectionClosed):
            raise Silence("no pong came") from None


@CASES.case("a client's close is answered, and other viewers are not touched by it")
async def _(target):
    async with target.viewer_of_camera() as other:
        async with target.viewer_of_camera() as viewer:
            await viewer.frames(target.camera, 1)
            await viewer.socket.close(code=1000)
            demand(viewer.close_code == 1000, f"the close code is {viewer.close_code}")
        await other.until_pong()
        await other.frames(target.camera, 1)


async def _refusal(target, query, **options):
    """The HTTP status with which a handshake is refused."""
    try:
        async with websockets.connect(target.address(query), open_timeout=target.patience_s, **options):
            raise Broken("it was not refused")
    except websockets.InvalidHandshake as refused:
        return refusal_status(refused)


def _get(target, path):
    kind = http.client.HTTPSConnection if target.secure else http.client.HTTPConnection
    connection = kind(target.host, target.port, timeout=target.patience_s)
    try:
        connection.request("GET", target.folder + path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as problem:
        raise Broken(f"GET {path} was not answered: {problem}") from None
    finally:
        connection.close()
