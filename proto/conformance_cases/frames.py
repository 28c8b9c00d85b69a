"""What a frame says of itself, and that it is true."""

from .case import Broken, Cases, demand
from .target import MANY_FRAMES
from .viewer import BINARY_FORM

CASES = Cases()


def check_numbers(frames, is_new=True):
    """The rules about sequence and dropped. `is_new`: the first frame is its subscription's first."""
    if is_new:
        demand(frames[0]["dropped"] == 0, f"the first frame says dropped {frames[0]['dropped']}, not 0")
    for before, frame in zip(frames, frames[1:]):
        demand(frame["sequence"] > before["sequence"],
               f"sequence {frame['sequence']} came after {before['sequence']}")
        gap = frame["sequence"] - before["sequence"] - 1
        demand(frame["dropped"] == gap, f"dropped says {frame['dropped']} after a gap of {gap} frames")


@CASES.case("the status of a camera comes before its first frame")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        await viewer.receive()
        message = await viewer.receive()
        demand(message["type"] == "status", f"after hello came {message['type']}")
        demand(message["camera"] == target.camera, f"it is the status of {message['camera']}")


@CASES.case("sequence rises from frame to frame, and dropped tells how many are missing")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        check_numbers(await viewer.frames(target.camera, MANY_FRAMES))


@CASES.case("captured_us rises from frame to frame and never lies in the server's future")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        frames = []
        while len(frames) < MANY_FRAMES:
            frames.append(await viewer.next("frame", target.camera))
            *came, pong = await viewer.until_pong()
            frames += [message for message in came if message["type"] == "frame"]
            ahead_us = frames[-1]["captured_us"] - pong["sent_us"]
            demand(ahead_us <= 0, f"a frame is {ahead_us} us younger than the pong that came after it")
    for before, frame in zip(frames, frames[1:]):
        demand(frame["captured_us"] > before["captured_us"],
               f"captured_us {frame['captured_us']} came after {before['captured_us']}")


@CASES.case("data is a whole JPEG file of the width and height that the frame says")
async def _(target):
    async with target.viewer_of_camera() as viewer:
        for frame in await viewer.frames(target.camera, 5):
            check_jpeg(frame)


@CASES.case("the binary form carries the same heads and files as the JSON form")
async def _(target):
    async with target.viewer_of_camera() as json_viewer:
        async with target.viewer_of_camera(subprotocols=[BINARY_FORM]) as binary_viewer:
            sent = {json_viewer: {}, binary_viewer: {}}
            while len(both := sent[json_viewer].keys() & sent[binary_viewer].keys()) < 3:
                # Whoever is behind: one may have begun earlier.
                behind = min(sent, key=lambda viewer: max(sent[viewer], default=-1))
                frame = await behind.next("frame", target.camera)
                check_jpeg(frame)
                sent[behind][frame["sequence"]] = frame
                demand(len(sent[behind]) < 10 * MANY_FRAMES, "the two are never sent the same frame")
    for sequence in both:
        check_same(sent[json_viewer][sequence], sent[binary_viewer][sequence])


def check_same(text_frame, binary_frame):
    # What was dropped is each viewer's own.
    texts = [(name, value) for name, value in text_frame.items() if name != "dropped"]
    binaries = [(name, value) for name, value in binary_frame.items() if name != "dropped"]
    names = [[name for name, _ in members] for members in (texts, binaries)]
    demand(names[0] == names[1], f"the members are {names[0]} in JSON and {names[1]} in binary")
    for (name, ours), (_, theirs) in zip(texts, binaries):
        demand(ours == theirs, f"{name} of frame {text_frame['sequence']} differs")


def check_jpeg(frame):
    image = frame["image"]
    demand(image[:3] == b"\xff\xd8\xff", f"the file begins with {image[:3].hex(' ')}, not ff d8 ff")
    demand(image[-2:] == b"\xff\xd9", f"the file ends with {image[-2:].hex(' ')}, not ff d9")
    size = jpeg_size(image)
    demand(size == (frame["width"], frame["height"]),
           f"the frame says {frame['width']}x{frame['height']} and its file is {size[0]}x{size[1]}")


def jpeg_size(image):
    """Width and height as the start-of-frame segment has them (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(image) and image[at] == 0xFF:
        marker, length = image[at + 1], int.from_bytes(image[at + 2:at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return (int.from_bytes(image[at + 7:at + 9], "big"), int.from_bytes(image[at + 5:at + 7], "big"))
        at += 2 + length
    raise Broken("the file has no start of frame")
