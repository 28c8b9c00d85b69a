"""Pictures for the emulated webcams to send, and how to recognise what arrives."""

import io
import re
import struct

import numpy
from PIL import Image

START_OF_IMAGE = b"\xff\xd8"
HUFFMAN_TABLES = 0xC4
START_OF_SCAN = 0xDA
COMMENT = 0xFE
APPLICATION_0 = 0xE0
STAMP = re.compile(rb"uvcam seq=(\d+) ns=(\d+) unix_us=(\d+)")
NUMBER_BITS = 32


def segments(jpeg):
    """Splits a JPEG after SOI into (marker, bytes) pairs; the last is the first scan and all after it."""
    if jpeg[:2] != START_OF_IMAGE:
        raise ValueError("no JPEG")
    parts, at = [], 2
    while jpeg[at + 1] != START_OF_SCAN:
        size = 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
        parts.append((jpeg[at + 1], jpeg[at:at + size]))
        at += size
    return parts + [(START_OF_SCAN, jpeg[at:])]


def join(parts):
    return START_OF_IMAGE + b"".join(part for _, part in parts)


def without(jpeg, unwanted_marker):
    return join(part for part in segments(jpeg) if part[0] != unwanted_marker)


def take_stamp(jpeg):
    """Gives the camera's frame number, its Unix time in microseconds, and the picture without the
    comment that held them; None for a picture without one."""
    parts = segments(jpeg)
    for i, (marker, part) in enumerate(parts):
        stamp = STAMP.search(part) if marker == COMMENT else None
        if stamp:
            return int(stamp[1]), int(stamp[3]), join(parts[:i] + parts[i + 1:])
    return None


def is_same_picture(received, source):
    """Byte for byte, but for the two things Freshframe may do to a camera's JPEG: put in the Huffman
    tables that Motion JPEG may leave out, and leave away what follows the end marker."""
    source = source.rstrip(b"\0")
    if without(source, HUFFMAN_TABLES) == source:
        return received != source and without(received, HUFFMAN_TABLES) == source
    return received == source


def _draw(random, width, height):
    """A picture that compresses like a camera's: smooth shapes, edges, texture and sensor noise."""
    def blurred(cells_high, strength):
        cells = random.random((cells_high, cells_high * 16 // 9, 3)) * strength
        image = Image.fromarray(cells.astype("uint8")).resize((width, height), Image.BICUBIC)
        return numpy.asarray(image).astype(float)
    picture = blurred(5, 180) + blurred(80, 50)
    picture[height // 3:height // 2, width // 4:width // 2] += 40
    picture += random.normal(0, 3, picture.shape)
    return Image.fromarray(numpy.clip(picture, 0, 255).astype("uint8"))


def make_pictures(directory, count=8, width=1280, height=720, quality=80):
    """Writes the files that the webcam sends in turn, and gives their bytes in that order. Among them
    are the oddities of real webcams: no Huffman tables, a maker's segment, padding at the end."""
    random = numpy.random.default_rng(2)
    pictures = []
    for number in range(count):
        out = io.BytesIO()
        _draw(random, width, height).save(out, "JPEG", quality=quality, subsampling="4:2:2")
        jpeg = out.getvalue()
        if number % 4 == 1:
            jpeg = without(jpeg, HUFFMAN_TABLES)
        if number % 4 == 2:
            jpeg = join([(APPLICATION_0, b"\xff\xe0\0\x10AVI1" + bytes(10))] + segments(jpeg))
        if number % 4 == 3:
            jpeg += bytes(64)
        (directory / f"{number:03}.jpg").write_bytes(jpeg)
        pictures.append(jpeg)
    return pictures


def drawn_number(pixels):
    """The number in uvcam's drawn pictures (see uvcam/picture.c)."""
    bits = [pixels[2:6, 16 * bit + 5:16 * bit + 11].mean() > 128 for bit in range(NUMBER_BITS)]
    return sum(1 << bit for bit, white in enumerate(bits) if white)


def drawn_components(number, width, height):
    """uvcam's drawn YUYV frame as Y, Cb and Cr of full range, for each pixel: the codes are BT.601, limited
    range."""
    x, y = numpy.meshgrid(numpy.arange(width), numpy.arange(height))
    luma = (x // 2 + y // 2 + number * 4) & 255
    bits = numpy.array([number >> bit & 1 for bit in range(NUMBER_BITS)])
    in_number = (y < 8) & (x < 16 * NUMBER_BITS)
    luma = numpy.where(in_number, numpy.where(bits[numpy.minimum(x // 16, NUMBER_BITS - 1)], 235, 16), luma)
    u, v = -(x & ~1 & 63), y & 63
    return 255 / 219 * (luma - 16), 128 + 255 / 224 * u, 128 + 255 / 224 * v


def expected_yuyv(number, width, height):
    """uvcam's drawn YUYV frame as RGB."""
    bright, blueness, redness = drawn_components(number, width, height)
    u, v = blueness - 128, redness - 128
    red = bright + 1.402 * v
    green = bright - (0.344136 * u + 0.714136 * v)
    blue = bright + 1.772 * u
    return numpy.clip(numpy.stack([red, green, blue], axis=2), 0, 255)
