#!/usr/bin/env python3
"""Writes the seeds of the JPEG marker walk's fuzz target to corpus/jpeg_marker_walk.

Needs Debian's python3-opencv and python3-numpy. The seeds are kept in the repository; run this after
a change here only.
"""

from pathlib import Path

import cv2
import numpy


def encode(width, height, *flags, grey=False):
    across, down = numpy.meshgrid(numpy.arange(width), numpy.arange(height))
    picture = numpy.stack([across * 9, down * 9, (across + down) * 5], axis=-1).astype(numpy.uint8)
    if grey:
        picture = picture[:, :, 0]
    done, jpeg = cv2.imencode(".jpg", picture, list(flags))
    assert done
    return jpeg.tobytes()


def without_huffman_tables(jpeg):
    stripped, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] != 0xC4:
            stripped += jpeg[at : at + length]
        at += length
    return stripped + jpeg[at:]


def main():
    colour = encode(20, 12)
    avi = b"\xff\xe0\x00\x10AVI1" + bytes(10)
    seeds = {
        "colour": colour,
        "grey": encode(9, 9, grey=True),
        "progressive": encode(20, 12, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        "optimised": encode(20, 12, cv2.IMWRITE_JPEG_OPTIMIZE, 1),
        "restarts": encode(160, 8, cv2.IMWRITE_JPEG_RST_INTERVAL, 1),
        "no_huffman_tables": without_huffman_tables(colour[:2] + avi + colour[2:]),
        "zeros_behind": colour + bytes(16),
        "cut": colour[:-20],
        "empty": b"",
        "foreign": b"\x89PNG\r\n\x1a\n",
    }
    folder = Path(__file__).parent / "corpus" / "jpeg_marker_walk"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
