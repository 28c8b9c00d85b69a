#!/usr/bin/env python3
"""Publishes pictures that Pillow draws or has opened, without OpenCV and numpy.

    freshframe --camera vision=publish
    PYTHONPATH=proto/python proto/examples/publish_pillow.py http://127.0.0.1:8080 vision [COUNT]

Needs websockets and Pillow (Debian: python3-websockets python3-pil). With `pip install ./proto/python` no
PYTHONPATH is needed.

Where the server wants a token, put it into the variable FRESHFRAME_TOKEN; the command line every user can read.
"""

import os
import sys
import time

import freshframe
from PIL import Image, ImageDraw

url, name = sys.argv[1:3]
left = int(sys.argv[3]) if len(sys.argv) > 3 else -1

with freshframe.publish(url, name, token=os.environ.get("FRESHFRAME_TOKEN")) as camera:
    # Draws only what is wanted: one picture a second while nobody watches.
    while left != 0 and camera.wait_for_credit():
        image = Image.new("RGB", (640, 480), "midnightblue")
        draw = ImageDraw.Draw(image)
        seconds = time.time()
        draw.text((20, 20), time.strftime("%H:%M:%S", time.localtime(seconds)), fill="white")
        draw.rectangle((20, 220, 20 + 600 * (seconds % 1), 260), fill="orange")
        if camera.send(image):
            left -= 1
