#!/usr/bin/python3
"""Publishes what OpenCV has made of a camera's picture, as often as there is credit.

  publish_with_opencv.py WS_URL PUBLISHED_CAMERA OTHER_CAMERA EXTENSION

Takes one picture of OTHER_CAMERA, enlarges it to 640x480 and encodes it as EXTENSION (.jpg, .png). Prints one line
of JSON: how large the picture was, and the RGBA that OpenCV sees in the encoded one, as Base64. Ends when
its standard input does.
"""

import asyncio
import base64
import json
import sys

import cv2
import numpy
import websockets


async def picture_of(url, camera):
    async with websockets.connect(f"{url}?camera={camera}", max_size=None, close_timeout=0.5) as socket:
        while (message := json.loads(await socket.recv()))["type"] != "frame":
            pass
    return cv2.imdecode(numpy.frombuffer(base64.b64decode(message["data"]), numpy.uint8), cv2.IMREAD_COLOR)


async def publish(url, camera, file):
    async with websockets.connect(f"{url}?subscribe=none", max_size=None) as socket:
        await socket.send(json.dumps({"type": "publish", "camera": camera}))
        frame = json.dumps({"type": "frame", "data": base64.b64encode(file).decode()})
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "error":
                raise RuntimeError(message["reason"])
            if message["type"] == "credit":
                await socket.send(frame)


async def main():
    url, published, other, extension = sys.argv[1:]
    image = await picture_of(url, other)
    ok, file = cv2.imencode(extension, cv2.resize(image, (640, 480)))
    assert ok
    seen = cv2.cvtColor(cv2.imdecode(file, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGBA)
    print(json.dumps({"shape": image.shape, "rgba": base64.b64encode(seen).decode()}), flush=True)
    publishing = asyncio.create_task(publish(url, published, file.tobytes()))
    until_told = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait([publishing, until_told], return_when=asyncio.FIRST_COMPLETED)
    if publishing.done():
        publishing.result()
    publishing.cancel()
    await asyncio.wait([publishing])  # until the connection is closed


asyncio.run(main())
