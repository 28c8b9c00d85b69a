"""The deflated form of frames: the same bytes as every other form, and few on the wire, for as long as one watches."""

import asyncio
import base64
import hashlib
import json
import os
import subprocess
import unittest
import zlib
from pathlib import Path

import websockets

from compression_test import COMPRESSED, TEXT, RawViewer, frame
from freshframe_server import PATIENCE_S, FreshframeServer

HERE = Path(__file__).parent
# 108000 is an hour at 30 frames a second.
FRAMES = int(os.environ.get("FRESHFRAME_DEFLATED_FRAMES", "600"))
CAMERA = "door=pattern:320x240@120,mjpeg"
WIRE_BYTES_PER_JPEG_BYTE = 1.005


def inflate(payload):
    return zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff")


def digest(image):
    return hashlib.sha256(image).hexdigest()


async def binary_frames(url, digests, until):
    """Adds the digest of each image, by its frame's number, as it came without Base64 and compression."""
    async with websockets.connect(url, subprotocols=["freshframe.v1.binary"], compression=None,
                                  max_size=None) as viewer:
        while not until.done():
            message = await asyncio.wait_for(viewer.recv(), PATIENCE_S)
            if isinstance(message, bytes):
                head_end = 4 + int.from_bytes(message[:4], "big")
                digests[json.loads(message[4:head_end])["sequence"]] = digest(message[head_end:])


async def python_frames(url, digests):
    """The same by Python's websockets, which inflates, while it compresses what it sends itself."""
    async with websockets.connect(url, max_size=None) as viewer:
        count = pongs = 0
        while count < FRAMES:
            message = json.loads(await asyncio.wait_for(viewer.recv(), PATIENCE_S))
            if message["type"] == "frame":
                count += 1
                digests[message["sequence"]] = digest(base64.b64decode(message["data"], validate=True))
                await viewer.send(json.dumps({"type": "ack", "camera": "door", "sequence": message["sequence"]}))
                if count % 10 == 0:
                    await viewer.send(json.dumps({"type": "ping", "client_time_us": count, "filler": "x" * (count % 4000)}))
                if count % 100 == 0:
                    await viewer.send(json.dumps({"type": "subscribe", "camera": "door"}))  # answered by a status
            elif message["type"] == "pong":
                pongs += 1
        return pongs


async def node_frames(url, digests):
    node = await asyncio.create_subprocess_exec("node", HERE / "node_digests.mjs", url, str(FRAMES),
                                                stdout=subprocess.PIPE)
    async for line in node.stdout:
        sequence, image_digest = line.decode().split()
        digests[int(sequence)] = image_digest
    assert await node.wait() == 0


class DeflatedFramesTest(unittest.TestCase):
    def compare(self, watch):
        """What `watch` gathers beside what a viewer in binary does; gives back what `watch` returned."""
        async def together(url):
            plain, inflated = {}, {}
            watching = asyncio.ensure_future(watch(url, inflated))
            await asyncio.gather(watching, binary_frames(url, plain, watching))
            return plain, inflated, watching.result()

        with FreshframeServer("--camera", CAMERA) as server:
            plain, inflated, result = asyncio.run(together(server.ws()))
        shared = plain.keys() & inflated.keys()
        self.assertGreater(len(shared), FRAMES / 4, "the two viewers hardly saw the same frames")
        self.assertEqual([number for number in shared if plain[number] != inflated[number]], [])
        print(f"{len(shared)} images compared", end=" ", flush=True)
        return result

    def test_python_inflates_every_image_to_the_byte(self):
        self.assertGreater(self.compare(python_frames), FRAMES / 20)

    def test_node_inflates_every_image_to_the_byte(self):
        self.compare(node_frames)

    def test_a_frame_on_the_wire_is_hardly_larger_than_its_jpeg(self):
        with FreshframeServer("--camera", "door=pattern:1280x720@30,mjpeg") as server:
            sizes = {"deflated": {}, "image": {}}
            with RawViewer(server, "permessage-deflate") as viewer:
                viewer.send(frame(TEXT, b'{"type":"subscribe","camera":"door"}'))
                while len(sizes["deflated"]) < 10:
                    first, payload = viewer.receive()
                    if first == TEXT | COMPRESSED:
                        self.note_sizes(payload, sizes)
        ratio = sum(sizes["deflated"].values()) / sum(sizes["image"].values())
        self.assertLessEqual(ratio, WIRE_BYTES_PER_JPEG_BYTE)
        # Nothing that one could have cut off from the wire is missing.
        self.assertGreater(ratio, 1.0)

    def note_sizes(self, payload, sizes):
        message = json.loads(inflate(payload))
        sizes["deflated"][message["sequence"]] = len(payload)
        sizes["image"][message["sequence"]] = len(base64.b64decode(message["data"], validate=True))


if __name__ == "__main__":
    unittest.main()
