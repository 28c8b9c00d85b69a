#!/usr/bin/env python3
"""Publishes what OpenCV reads: a webcam, a video file, or any address that it can open.

    freshframe --camera vision=publish
    PYTHONPATH=proto/python proto/examples/publish_opencv.py http://127.0.0.1:8080 vision [SOURCE [COUNT]]

SOURCE is a camera's number (0 if left out) or a file. Needs websockets and OpenCV (Debian: python3-websockets
python3-opencv). With `pip install ./proto/python` no PYTHONPATH is needed.

Where the server wants a token, put it into the variable FRESHFRAME_TOKEN; the command line every user can read.
"""

import os
import sys

import cv2
import freshframe

url, name = sys.argv[1:3]
source = sys.argv[3] if len(sys.argv) > 3 else "0"
left = int(sys.argv[4]) if len(sys.argv) > 4 else -1

capture = cv2.VideoCapture(int(source) if source.isdigit() else source)
with freshframe.publish(url, name, token=os.environ.get("FRESHFRAME_TOKEN")) as camera:
    while left != 0:
        ok, image = capture.read()
        if not ok:
            sys.exit(f"no picture from {source}: it has ended, or cannot be opened")
        # Here is the place for your work on `image`: height x width x BGR.
        height, width, _ = image.shape
        cv2.putText(image, f"{width} x {height}", (10, height - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)
        if camera.send(image):
            left -= 1
