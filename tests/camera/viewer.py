"""A client of Freshframe: what a viewer or a monitor sees from outside."""

import asyncio
import base64
import dataclasses
import io
import json
import time
import urllib.error
import urllib.request

import numpy
import websockets
from PIL import Image

from checks import require

# Only so that a broken server ends the run; a machine that emulates another one may be very slow.
PATIENCE_SECONDS = 60
FRAME_MEMBERS = ["type", "camera", "sequence", "captured_us", "width", "height", "mime", "data"]


@dataclasses.dataclass(frozen=True)
class Frame:
    """One frame message, checked for its form."""

    camera: str
    sequence: int
    captured_us: int
    width: int
    height: int
    jpeg: bytes
    received_us: int

    def pixels(self):
        """The picture as an array of rows, columns and RGB; fails the check when it does not decode
        whole or has another size than the message says."""
        with Image.open(io.BytesIO(self.jpeg)) as image:
            image.load()
            require(image.format == "JPEG", f"the picture is {image.format}")
            require(image.size == (self.width, self.height),
                    f"the message says {self.width}x{self.height}, the picture is {image.size}")
            return numpy.asarray(image.convert("RGB")).astype(int)


def parse_frame(message):
    """The Frame that this JSON message holds."""
    members = list(message)
    # Newer protocol versions may put members between, but the order of these stays.
    require([name for name in members if name in FRAME_MEMBERS] == FRAME_MEMBERS and members[-1] == "data",
            f"the members of the frame are {members}")
    require(message["mime"] == "image/jpeg", f"mime is {message['mime']}")
    require(message["data"].startswith("/9j/"), f"data begins {message['data'][:12]}")
    jpeg = base64.b64decode(message["data"], validate=True)
    require(jpeg.endswith(b"\xff\xd9"), "the picture does not end with its end marker")
    return Frame(message["camera"], message["sequence"], message["captured_us"], message["width"],
                 message["height"], jpeg, time.time_ns() // 1000)


class Viewer:
    """One WebSocket connection, used as `async with Viewer(address, camera)`."""

    def __init__(self, address, camera=None):
        self._url = f"ws://{address}/ws" + (f"?camera={camera}" if camera else "")
        self.statuses = []

    async def __aenter__(self):
        # Nothing is kept waiting on this side: two messages, and no compression to spend time on.
        self._socket = await websockets.connect(self._url, max_size=64 << 20, max_queue=2,
                                                compression=None, open_timeout=PATIENCE_SECONDS)
        return self

    async def __aexit__(self, *_):
        # Read on meanwhile: the server's answer lies behind the frames that are on their way.
        closing = asyncio.ensure_future(self._socket.close())
        await self.close_code()
        await asyncio.gather(closing, return_exceptions=True)

    async def message(self):
        """The next message of any type, as a dictionary in the sender's order."""
        text = await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS)
        require(isinstance(text, str), "a binary message came to a client that asked for none")
        message = json.loads(text)
        if message["type"] == "status":
            self.statuses.append(message)
        return message

    async def frame(self):
        """The next frame; what comes between is passed over, statuses are kept."""
        while True:
            message = await self.message()
            if message["type"] == "frame":
                return parse_frame(message)

    async def frames(self, count):
        """The next `count` frames, which must rise in sequence and in time."""
        frames = [await self.frame() for _ in range(count)]
        for before, after in zip(frames, frames[1:]):
            require(after.sequence > before.sequence,
                    f"sequence {after.sequence} came after {before.sequence}")
            require(after.captured_us > before.captured_us,
                    f"captured_us {after.captured_us} came after {before.captured_us}")
        return frames

    async def status(self, state):
        """The next status message with this state."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen = []
        while time.monotonic() < deadline:
            try:
                message = await self.message()
            except asyncio.TimeoutError:
                break
            if message["type"] == "status":
                if message["state"] == state:
                    return message
                seen.append(message["state"])
        require(False, f"no status {state} in {PATIENCE_SECONDS} s, but {seen or 'no status at all'}")

    async def close_code(self):
        """Reads on until the server closes, and gives the code."""
        try:
            while True:
                await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS)
        except websockets.ConnectionClosed:
            return self._socket.close_code


async def camera_states(address):
    """What GET /api/v1/cameras says, by the cameras' names."""
    def get():
        with urllib.request.urlopen(f"http://{address}/api/v1/cameras", timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)
    answer = await asyncio.to_thread(get)
    return {camera["name"]: camera for camera in answer["cameras"]}


def _ask_for_controls(address, camera, **request):
    request = urllib.request.Request(f"http://{address}/api/v1/cameras/{camera}/controls", **request)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


async def controls_of(address, camera):
    """The camera's controls, by their names."""
    _, answer = await asyncio.to_thread(_ask_for_controls, address, camera)
    return {control["name"]: control for control in answer["controls"]}


async def change_controls(address, camera, values):
    """The status and the answer's JSON."""
    return await asyncio.to_thread(_ask_for_controls, address, camera, method="PATCH",
                                   data=json.dumps(values).encode())


async def wait_for_camera(address, name, fact, what):
    """Asks until `fact(camera)` holds, and gives the camera as it then is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        camera = (await camera_states(address))[name]
        if fact(camera):
            return camera
        require(time.monotonic() < deadline, f"{what}: not so after {PATIENCE_SECONDS} s, but {camera}")
        await asyncio.sleep(0.1)  # between two questions, not for something to happen
