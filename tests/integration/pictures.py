"""Decodes what a frame message carries, and reads the frame number back off the picture."""

import base64

import cv2
import numpy

CELLS = 28
MAX_CELL_PX = 16


def decode(frame):
    """The picture of a frame message as an array of height x width x BGR."""
    jpeg = numpy.frombuffer(base64.b64decode(frame["data"], validate=True), numpy.uint8)
    picture = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert picture is not None, "the data is no image"
    return picture


def number_in(picture):
    """The test pattern's number: the low 24 bits of the frame's sequence.

    28 square cells in one row at the top left: white, black, 24 bits lowest first, and the count of
    one-bits modulo 4, lowest first.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    side = min(MAX_CELL_PX, grey.shape[1] // CELLS)
    edge = side // 4

    def is_white(index):
        left = index * side
        return bool(grey[edge:side - edge, left + edge:left + side - edge].mean() >= 128)

    cells = [is_white(index) for index in range(CELLS)]
    assert cells[0] and not cells[1], "this is no test pattern"
    bits = cells[2:26]
    assert sum(bits) % 4 == cells[26] + 2 * cells[27], "the number's check does not fit"
    return sum(bit << place for place, bit in enumerate(bits))
