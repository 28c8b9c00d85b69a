"""From what a program has as a picture to an image file, and back.

numpy, OpenCV and Pillow are only looked for when they are needed: none is required.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    import numpy

SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
MAX_SIDE_PX = 16_384
INSTALL = ("install OpenCV (Debian: python3-opencv, pip: opencv-python-headless) "
           "or Pillow (Debian: python3-pil, pip: pillow)")

Encode = Callable[[], bytes]


def encoder_of(image: object, *, rgb: bool, format: str, quality: int) -> Encode:
    """Looks at a picture, and returns what makes an image file of it.

    Looking is cheap and done for every picture, so that a mistake shows itself also while frames are
    skipped. TypeError and ValueError say what to do.
    """
    if isinstance(image, (bytes, bytearray, memoryview)):
        return _file_bytes(bytes(image))
    if _is_pillow(image):
        return lambda: _encode_pillow(image, format, quality)
    _refuse_what_is_no_picture(image)
    if not hasattr(image, "__array__"):
        raise TypeError(f"{type(image).__name__} is no picture: send a numpy array, the bytes of a JPEG or PNG, "
                        "or a Pillow image")
    import numpy

    array: Any = numpy.asarray(image)
    encoded = _encoded_already(array)
    if encoded is not None:
        return _file_bytes(encoded)
    _refuse_wrong_array(array)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    return lambda: _encode_array(array, rgb, format, quality)


def _file_bytes(data: bytes) -> Encode:
    if not data:
        raise ValueError("there are no bytes to send: the image file is empty")
    return lambda: data


def _is_pillow(image: object) -> bool:
    # Who has made a Pillow image has imported Pillow.
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(image, pillow.Image)


def _refuse_what_is_no_picture(image: object) -> None:
    if image is None:
        raise TypeError("None is no picture. cv2.imread gives it when it cannot read the file, and the read() of a "
                        "cv2.VideoCapture when there was no frame: look at its first value before sending")
    if isinstance(image, tuple):
        raise TypeError("a tuple is no picture. If it is from cap.read(): ok, image = cap.read(); send(image). "
                        "From cv2.imencode: ok, buf = cv2.imencode('.jpg', image); send(buf)")
    if isinstance(image, (str, os.PathLike)):
        raise TypeError("text is no picture. To send a file: send(open(path, 'rb').read()). To send what you have as "
                        "Base64: send(base64.b64decode(text)); a numpy array needs no Base64 at all: send(image)")
    if isinstance(image, list):
        raise TypeError("a list is no picture: send numpy.array(the_list, dtype='uint8'), or its pictures one by one")


def _encoded_already(array: numpy.ndarray[Any, Any]) -> bytes | None:
    """The file in what cv2.imencode returns: one row or column of bytes."""
    if array.dtype != "uint8" or array.size != max(array.shape, default=0):
        return None
    data = array.tobytes()
    return data if data.startswith(SIGNATURES) else None


def _refuse_wrong_array(array: numpy.ndarray[Any, Any]) -> None:
    shape = "x".join(map(str, array.shape)) or "scalar"
    if array.size == 0:
        raise ValueError(f"the array ({shape}) is empty: look at how it was cut out, or whether the camera gave a frame")
    if array.dtype == bool:
        raise TypeError("the array holds True and False, and a picture holds uint8: send(image.astype('uint8') * 255)")
    if array.dtype.kind == "f":
        raise TypeError(f"the array holds {array.dtype}, and a picture holds uint8. With values from 0 to 1: "
                        "send((image * 255).clip(0, 255).astype('uint8')); from 0 to 255: "
                        "send(image.clip(0, 255).astype('uint8'))")
    if array.dtype == "uint16":
        raise TypeError("the array holds uint16, and a picture holds uint8: send((image >> 8).astype('uint8')), "
                        "with fewer than 8 if the camera has less than 16 bits")
    if array.dtype != "uint8":
        raise TypeError(f"the array holds {array.dtype}, and a picture holds uint8: "
                        "send(image.clip(0, 255).astype('uint8'))")
    if array.ndim == 4:
        raise ValueError(f"the array ({shape}) is several pictures: send them one by one, image[0] first")
    if array.ndim == 3 and array.shape[2] in (1, 3, 4) or array.ndim == 2:
        if max(array.shape[:2]) > MAX_SIDE_PX:
            raise ValueError(f"the array ({shape}) is larger than {MAX_SIDE_PX} pixels in one direction: shrink it")
        return
    if array.ndim == 3 and array.shape[0] in (1, 3, 4):
        raise ValueError(f"the array ({shape}) has its channels first: send(image.transpose(1, 2, 0))")
    raise ValueError(f"the array ({shape}) has not the shape of a picture, which is height x width for grey, "
                     "height x width x 3 for colour or x 4 with alpha. If it is flat: image.reshape(height, width, 3)")


def _opencv() -> Any:
    try:
        import cv2
    except ImportError:
        return None
    return cv2


def _pillow() -> Any:
    try:
        import PIL.Image
    except ImportError:
        return None
    return PIL.Image


def _encode_array(array: numpy.ndarray[Any, Any], rgb: bool, format: str, quality: int) -> bytes:
    cv2 = _opencv()
    if cv2 is not None:
        return _encode_with_opencv(cv2, array, rgb, format, quality)
    pillow = _pillow()
    if pillow is None:
        raise ImportError(f"nothing here makes an image file of an array: {INSTALL}")
    if not rgb and array.ndim == 3:
        array = array[:, :, [2, 1, 0, 3][:array.shape[2]]]
    return _encode_pillow(pillow.fromarray(array), format, quality)


def _encode_with_opencv(cv2: Any, array: numpy.ndarray[Any, Any], rgb: bool, format: str, quality: int) -> bytes:
    import numpy

    array = numpy.ascontiguousarray(array)
    if array.ndim == 3:
        has_alpha, keeps_alpha = array.shape[2] == 4, format == "png"
        change = {
            (True, True, True): "COLOR_RGBA2BGRA",
            (True, True, False): "COLOR_RGBA2BGR",
            (True, False, True): "COLOR_RGB2BGR",
            (True, False, False): "COLOR_RGB2BGR",
            (False, True, False): "COLOR_BGRA2BGR",
        }.get((rgb, has_alpha, keeps_alpha))
        if change is not None:
            array = cv2.cvtColor(array, getattr(cv2, change))
    if format == "png":
        ok, file = cv2.imencode(".png", array)
    else:
        ok, file = cv2.imencode(".jpg", array, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise ValueError(f"OpenCV could not make a {format.upper()} of the array")
    data: bytes = file.tobytes()
    return data


def _encode_pillow(image: Any, format: str, quality: int) -> bytes:
    file = io.BytesIO()
    if format == "png":
        if image.mode not in ("L", "LA", "RGB", "RGBA"):
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        image.save(file, "PNG", compress_level=1)
    else:
        if image.mode not in ("L", "RGB"):
            image = image.convert("RGB")
        image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def decode(data: bytes, rgb: bool) -> numpy.ndarray[Any, Any]:
    """Height x width x 3 of an image file."""
    import numpy

    cv2 = _opencv()
    if cv2 is not None:
        array = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
        if array is None:
            raise ValueError("the frame's image file cannot be decoded")
        return cv2.cvtColor(array, cv2.COLOR_BGR2RGB) if rgb else array  # type: ignore[no-any-return]
    pillow = _pillow()
    if pillow is None:
        raise ImportError(f"nothing here decodes an image file: {INSTALL}")
    try:
        pixels = numpy.array(pillow.open(io.BytesIO(data)).convert("RGB"))
    except OSError as error:
        raise ValueError("the frame's image file cannot be decoded") from error
    return pixels if rgb else numpy.ascontiguousarray(pixels[:, :, ::-1])
