#!/usr/bin/python3
"""Publishes 1280x720 arrays with the Python package, at a camera's pace, and tells what became of them.

  paced_publisher.py URL CAMERA SECONDS FRAMES_PER_SECOND

An array's `captured_us` is the moment at which it was made. Prints a JSON object: how many arrays were made and sent,
and how long one took to be encoded, in ms, as the median.
"""

import json
import pathlib
import statistics
import sys
import time

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "proto/python"))

import freshframe

WIDTH, HEIGHT = 1280, 720


def scene():
    """As hard to encode as a picture of a room: some noise on soft shapes, moving by what is cut out of it."""
    rows, columns = numpy.mgrid[0:HEIGHT, 0:WIDTH + 256]
    soft = 110 + 60 * numpy.sin(columns / 90) * numpy.cos(rows / 70)
    noise = numpy.random.default_rng(5).normal(0, 5, soft.shape)
    grey = (soft + noise).clip(0, 255).astype(numpy.uint8)
    return numpy.dstack((grey, numpy.roll(grey, 40, 1), numpy.roll(grey, 80, 0)))


def main():
    url, camera, seconds, rate = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    wide = scene()
    made = sent = 0
    encode_ms = []
    with freshframe.publish(url, camera, quality=80) as publisher:
        began = time.monotonic()
        while (now := time.monotonic()) - began < seconds:
            shift = made % 256
            captured_us = time.time_ns() // 1000
            image = numpy.ascontiguousarray(wide[:, shift:shift + WIDTH])
            before = time.monotonic()
            if publisher.send(image, captured_us=captured_us):
                sent += 1
                encode_ms.append(1000 * (time.monotonic() - before))
            made += 1
            time.sleep(max(0.0, began + made / rate - time.monotonic()))
    print(json.dumps({"made": made, "sent": sent, "send_ms": statistics.median(encode_ms) if encode_ms else None}))


main()
