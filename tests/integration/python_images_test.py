"""What the Python package takes for a picture, what it makes of it, and what it says to what is none."""

import base64
import builtins
import io
import pathlib
import subprocess
import sys
import unittest
import unittest.mock

import cv2
import numpy
import PIL.Image

PACKAGE = pathlib.Path(__file__).parents[2] / "proto/python"
sys.path.insert(0, str(PACKAGE))

from freshframe._address import socket_url
from freshframe._images import decode, encoder_of

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"
# A red, a green and a blue stripe, as RGB, large enough that JPEG keeps their middles.
RGB = numpy.zeros((32, 96, 3), numpy.uint8)
for stripe in range(3):
    RGB[:, 32 * stripe:32 * (stripe + 1), stripe] = 200
BGR = RGB[:, :, ::-1]
GREY = numpy.tile(numpy.arange(96, dtype=numpy.uint8), (32, 1))
ALPHA = numpy.full((32, 96, 1), 255, numpy.uint8)


def encode(image, rgb=False, format="jpeg", quality=95):
    return encoder_of(image, rgb=rgb, format=format, quality=quality)()


def without(*modules):
    """As on a machine where these are not installed."""
    real = builtins.__import__

    def importing(name, *arguments, **options):
        if name.split(".")[0] in modules:
            raise ImportError(name)
        return real(name, *arguments, **options)

    return unittest.mock.patch("builtins.__import__", importing)


class EncodingTest(unittest.TestCase):
    def check_stripes(self, file):
        shown = numpy.array(PIL.Image.open(io.BytesIO(file)).convert("RGB"))
        self.assertEqual(shown.shape, RGB.shape)
        for middle in [16, 48, 80]:
            difference = shown[16, middle].astype(int) - RGB[16, middle]
            self.assertLess(abs(difference).max(), 12, f"column {middle} is {shown[16, middle]}")

    def test_every_order_of_channels_shows_the_same_colours_with_either_encoder(self):
        pictures = [
            ("bgr", BGR, False), ("rgb", RGB, True), ("bgra", numpy.dstack([BGR, ALPHA]), False),
            ("rgba", numpy.dstack([RGB, ALPHA]), True), ("not contiguous", BGR[::-1][::-1], False),
            ("pillow", PIL.Image.fromarray(RGB), False), ("palette", PIL.Image.fromarray(RGB).convert("P"), False),
            ("pillow with alpha", PIL.Image.fromarray(RGB).convert("RGBA"), False),
        ]
        for missing in ["PIL", "cv2"]:
            for format, signature in [("jpeg", JPEG), ("png", PNG)]:
                for name, picture, rgb in pictures:
                    with self.subTest(name, format=format, without=missing):
                        is_pillow = isinstance(picture, PIL.Image.Image)
                        with without() if is_pillow else without(missing):
                            file = encode(picture, rgb, format)
                        self.assertTrue(file.startswith(signature))
                        self.check_stripes(file)

    def test_grey_stays_grey(self):
        for missing in ["PIL", "cv2"]:
            for picture in [GREY, GREY[:, :, None]]:
                with self.subTest(missing, shape=picture.shape), without(missing):
                    file = encode(picture, format="png")
                    image = PIL.Image.open(io.BytesIO(file))
                    self.assertEqual(image.mode, "L")
                    numpy.testing.assert_array_equal(numpy.array(image), GREY)

    def test_a_png_keeps_transparency(self):
        half = numpy.dstack([BGR, ALPHA // 2])
        for missing in ["PIL", "cv2"]:
            with self.subTest(missing), without(missing):
                image = PIL.Image.open(io.BytesIO(encode(half, format="png")))
                self.assertEqual(image.mode, "RGBA")
                self.assertEqual(image.getpixel((16, 16)), (200, 0, 0, 127))

    def test_the_quality_counts(self):
        noise = numpy.random.default_rng(5).integers(0, 256, (64, 64, 3), dtype=numpy.uint8)
        for missing in ["PIL", "cv2"]:
            with self.subTest(missing), without(missing):
                self.assertLess(len(encode(noise, quality=20)), len(encode(noise, quality=95)))

    def test_an_image_file_is_sent_as_it_is(self):
        ok, buffer = cv2.imencode(".jpg", BGR)
        self.assertTrue(ok)
        file = buffer.tobytes()
        for same in [file, bytearray(file), memoryview(file), buffer, buffer.reshape(-1, 1)]:
            self.assertEqual(encode(same, format="png"), file)

    def test_what_has_an_array_inside_is_taken_too(self):
        class Tensor:
            def __array__(self, *_, **__):
                return BGR

        self.check_stripes(encode(Tensor()))

    def test_without_any_encoder_it_says_what_to_install(self):
        with without("cv2", "PIL"):
            with self.assertRaisesRegex(ImportError, "python3-opencv.*python3-pil"):
                encode(BGR)
            with self.assertRaisesRegex(ImportError, "python3-opencv.*python3-pil"):
                decode(b"", False)
            self.assertEqual(encode(JPEG), JPEG)

    def test_nothing_but_websockets_is_imported_before_it_is_needed(self):
        program = "import freshframe, sys; print({'numpy', 'cv2', 'PIL'} & set(sys.modules))"
        run = subprocess.run([sys.executable, "-c", program], cwd=PACKAGE, capture_output=True, text=True, check=True)
        self.assertEqual(run.stdout, "set()\n")

    def test_a_file_becomes_the_array_it_was(self):
        file = encode(BGR, format="png")
        for missing in ["PIL", "cv2"]:
            with self.subTest(missing), without(missing):
                numpy.testing.assert_array_equal(decode(file, False), BGR)
                numpy.testing.assert_array_equal(decode(file, True), RGB)
                numpy.testing.assert_array_equal(decode(encode(GREY, format="png"), False)[:, :, 1], GREY)
                with self.assertRaisesRegex(ValueError, "cannot be decoded"):
                    decode(b"nothing", False)

    def test_a_mistake_is_told_with_its_cure(self):
        mistakes = [
            (None, TypeError, r"cap|VideoCapture"),
            ((True, BGR), TypeError, r"ok, image = cap.read\(\)"),
            ("picture.jpg", TypeError, r"open\(path, 'rb'\)"),
            (base64.b64encode(BGR.tobytes()).decode(), TypeError, "needs no Base64"),
            (pathlib.Path("picture.jpg"), TypeError, r"open\(path, 'rb'\)"),
            ([1, 2, 3], TypeError, "numpy.array"),
            (7, TypeError, "int is no picture"),
            (b"", ValueError, "empty"),
            (numpy.zeros((0, 5, 3), numpy.uint8), ValueError, "0x5x3.*empty"),
            (BGR.astype(numpy.float32), TypeError, r"float32.*image \* 255"),
            (BGR.astype(numpy.uint16), TypeError, r"uint16.*image >> 8"),
            (GREY > 5, TypeError, r"image.astype\('uint8'\) \* 255"),
            (BGR.astype(numpy.int64), TypeError, "int64.*clip"),
            (BGR.transpose(2, 0, 1), ValueError, r"3x32x96.*transpose\(1, 2, 0\)"),
            (BGR[None], ValueError, "1x32x96x3.*one by one"),
            (BGR.reshape(-1), ValueError, r"9216.*reshape\(height, width, 3\)"),
            (numpy.zeros((6, 5, 2), numpy.uint8), ValueError, "6x5x2.*shape of a picture"),
            (numpy.uint8(3), ValueError, "scalar"),
            (numpy.zeros((2, 16385), numpy.uint8), ValueError, "16384"),
        ]
        for image, kind, words in mistakes:
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                encoder_of(image, rgb=False, format="jpeg", quality=90)


class AddressTest(unittest.TestCase):
    def test_every_way_to_write_an_address_is_understood(self):
        for url, meant in [
            ("http://host:8080", "ws://host:8080/ws"), ("http://host:8080/", "ws://host:8080/ws"),
            ("ws://host:8080", "ws://host:8080/ws"), ("ws://host:8080/ws", "ws://host:8080/ws"),
            ("host:8080", "ws://host:8080/ws"), ("host", "ws://host:8080/ws"), ("http://host", "ws://host/ws"),
            ("https://host/", "wss://host/ws"), ("wss://host:1/cellar/ws", "wss://host:1/cellar/ws"),
            ("https://host/cellar", "wss://host/cellar/ws"), ("[::1]:8080", "ws://[::1]:8080/ws"),
            ("[::1]", "ws://[::1]:8080/ws"), ("HTTP://Host:1", "ws://Host:1/ws"),
        ]:
            with self.subTest(url):
                self.assertEqual(socket_url(url), meant)

    def test_what_is_no_address_is_refused_with_one_that_is(self):
        for url in ["", "ftp://host", "http://", "http://host:port", "host:99999", "http://a b", "http://host/ws?camera=front",
                    "http://host/#top"]:
            with self.subTest(url), self.assertRaisesRegex(ValueError, "8080|argument of its own"):
                socket_url(url)
        with self.assertRaises(TypeError):
            socket_url(None)


if __name__ == "__main__":
    unittest.main()
