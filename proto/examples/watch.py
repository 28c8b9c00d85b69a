#!/usr/bin/env python3
"""Watches a camera: each frame becomes a numpy array, as OpenCV takes it.

    watch.py ws://127.0.0.1:8080/ws [COUNT]

Needs websockets, numpy and OpenCV (Debian: python3-websockets python3-opencv).

Where the server wants a token, put it into the variable FRESHFRAME_TOKEN; the command line every user can read.
"""

import asyncio
import base64
import json
import os
import struct
import sys

import cv2
import numpy
import websockets


def read_frame(message):
    """Head and picture of a binary message; the picture is None when it cannot be decoded."""
    (length,) = struct.unpack(">I", message[:4])
    head = json.loads(message[4:4 + length])
    return head, cv2.imdecode(numpy.frombuffer(message, numpy.uint8, offset=4 + length), cv2.IMREAD_COLOR)


def subprotocols():
    """How frames come, and beside it the token, if there is one."""
    token = os.environ.get("FRESHFRAME_TOKEN", "").encode()
    bearer = "freshframe.bearer." + base64.urlsafe_b64encode(token).decode().rstrip("=")
    return ["freshframe.v1.binary", bearer] if token else ["freshframe.v1.binary"]


async def watch(url, count):
    async with websockets.connect(url, subprotocols=subprotocols(), max_size=None) as socket:
        async for message in socket:
            if isinstance(message, str):
                notice = json.loads(message)
                if notice["type"] == "status":
                    print(notice["camera"], notice["state"], notice["reason"], file=sys.stderr)
                continue
            head, picture = read_frame(message)
            if picture is None:
                print(head["camera"], "frame", head["sequence"], "cannot be decoded", file=sys.stderr)
            else:
                # Here is the place for your work on `picture`: height x width x BGR.
                height, width, _ = picture.shape
                print(head["camera"], head["sequence"], f"{width}x{height}", "dropped", head["dropped"], flush=True)
            await socket.send(json.dumps({"type": "ack", "camera": head["camera"], "sequence": head["sequence"]}))
            count -= picture is not None
            if count == 0:
                return


asyncio.run(watch(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else -1))
