"""Publishes pictures to a Freshframe server and watches its cameras.

    import freshframe

    with freshframe.publish("http://127.0.0.1:8080", "vision") as camera:
        camera.send(image)                    # a numpy array, a Pillow image, or a JPEG's or PNG's bytes

    for frame in freshframe.watch("http://127.0.0.1:8080", "vision"):
        picture = frame.to_numpy()

`freshframe.aio` has the same for asyncio.
"""

from . import aio
from ._errors import Refused
from ._frame import Frame, Status
from ._sync import Publisher, Watch, publish, watch

# So that a traceback names what a program can catch.
for _public in (Frame, Publisher, Refused, Status, Watch):
    _public.__module__ = __name__

__all__ = ["Frame", "Publisher", "Refused", "Status", "Watch", "aio", "publish", "watch"]
