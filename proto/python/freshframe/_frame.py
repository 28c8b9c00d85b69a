"""What a viewer gets."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ._clock import Clock
from ._images import decode

if TYPE_CHECKING:
    import numpy


class Status(NamedTuple):
    """Where a camera stands: `state` as proto/README.md lists them, or "disconnected" while the server
    cannot be reached. `reason` is a sentence for people and may be empty."""

    camera: str
    state: str
    reason: str


@dataclass(frozen=True)
class Frame:
    """One picture. `data` is the image file, and the other members are as in proto/README.md, "frame",
    except that `dropped` counts the frames since the last one that you were handed."""

    camera: str
    sequence: int
    captured_us: int
    width: int
    height: int
    mime: str
    dropped: int
    data: bytes = field(repr=False)
    exposure_us: int | None = None
    analogue_gain: float | None = None
    lens_position_dioptres: float | None = None
    settling: bool = False
    _clock: Clock | None = field(default=None, repr=False, compare=False)

    @property
    def age_ms(self) -> float:
        """How long ago it was captured, at this moment and by the server's clock."""
        now_us = None if self._clock is None else self._clock.server_now_us()
        if now_us is None:
            raise ValueError("this frame did not come from a server, so that no clock says how old it is")
        return (now_us - self.captured_us) / 1000

    def to_numpy(self, *, rgb: bool = False) -> numpy.ndarray[Any, Any]:
        """Height x width x 3, uint8, in OpenCV's order (BGR) or as RGB. Needs numpy, and OpenCV or
        Pillow. ValueError when the file cannot be decoded."""
        return decode(self.data, rgb)


def parse(message: str | bytes) -> tuple[dict[str, Any], bytes | None]:
    """A message's members, and the image when it is a frame. ValueError when it cannot be read."""
    if isinstance(message, str):
        head = _members(message)
        if head.get("type") != "frame":
            return head, None
        return head, base64.b64decode(head.pop("data"), validate=True)
    if len(message) < 4:
        raise ValueError("a binary message is shorter than its length")
    (length,) = struct.unpack_from(">I", message)
    if 4 + length > len(message):
        raise ValueError("a binary message is shorter than its head")
    return _members(message[4:4 + length]), bytes(message[4 + length:])


def _members(text: str | bytes) -> dict[str, Any]:
    members = json.loads(text)
    if not isinstance(members, dict):
        raise ValueError("a message is no object")
    return members


def binary_form(head: dict[str, Any], image: bytes) -> bytes:
    text = json.dumps(head, separators=(",", ":")).encode()
    return b"".join([struct.pack(">I", len(text)), text, image])


def json_form(head: dict[str, Any], image: bytes) -> str:
    return json.dumps({**head, "data": base64.b64encode(image).decode()}, separators=(",", ":"))
