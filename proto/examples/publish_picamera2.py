#!/usr/bin/env python3
"""UNTESTED HARDWARE: written to picamera2's documentation, and never run on a Raspberry Pi.

Publishes a Raspberry Pi camera that a program of yours has open, with the moment and the exposure of each picture.
(Where no program needs the pictures first, let Freshframe open the camera itself: it is faster.)

    freshframe --camera vision=publish
    PYTHONPATH=proto/python proto/examples/publish_picamera2.py http://127.0.0.1:8080 vision

Needs Raspberry Pi OS's python3-picamera2, python3-websockets and python3-opencv, or python3-pil in its place.

Where the server wants a token, put it into the variable FRESHFRAME_TOKEN; the command line every user can read.
"""

import os
import sys
import time

import freshframe
from picamera2 import Picamera2

picamera = Picamera2()
# What picamera2 calls RGB888 lies in memory as OpenCV has it: blue first.
picamera.configure(picamera.create_video_configuration(main={"size": (1280, 720), "format": "RGB888"}))
picamera.start()

with freshframe.publish(sys.argv[1], sys.argv[2], token=os.environ.get("FRESHFRAME_TOKEN")) as camera:
    while True:
        request = picamera.capture_request()
        image, metadata = request.make_array("main"), request.get_metadata()
        request.release()
        # Here is the place for your work on `image`. The sensor's time counts from the start of the machine.
        age_us = (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - metadata["SensorTimestamp"]) // 1000
        camera.send(image, captured_us=time.time_ns() // 1000 - age_us, exposure_us=metadata.get("ExposureTime"),
                    analogue_gain=metadata.get("AnalogueGain"), lens_position_dioptres=metadata.get("LensPosition"))
