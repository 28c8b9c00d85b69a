#!/usr/bin/python3
"""Watches an MJPEG stream (multipart/x-mixed-replace) of an emulated webcam that stamps its pictures (tests/camera/uvcam, -S).

  stream_viewer.py ADDRESS PORT PATH SECONDS VIEWERS

Prints a JSON list of [arrival in seconds since the epoch, the stamp likewise by the camera's clock, bytes, number of the viewer].
"""

import asyncio
import json
import re
import sys
import time

STAMP = re.compile(rb"uvcam seq=\d+ ns=\d+ unix_us=(\d+)")
# The stamp follows the JPEG's first marker.
STAMP_WITHIN = 256
MOST_HEADER_BYTES = 65536


async def header(stream):
    """Up to the blank line, with names in lower case."""
    lines = (await stream.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    return dict(line.split(b":", 1) for line in lines if b":" in line)


async def watch(address, port, path, until, viewer, arrivals):
    stream, out = await asyncio.open_connection(address, port, limit=MOST_HEADER_BYTES)
    out.write(f"GET {path} HTTP/1.0\r\nHost: {address}:{port}\r\n\r\n".encode())
    try:
        async with asyncio.timeout(until - time.time()):
            answer = await header(stream)
            if b"multipart/x-mixed-replace" not in answer.get(b"content-type", b""):
                sys.exit(f"{address}:{port}{path} is no MJPEG stream: {answer}")
            while True:
                length = int((await header(stream))[b"content-length"])
                picture = await stream.readexactly(length)
                now = time.time()
                arrivals.append((now, int(STAMP.search(picture, 0, STAMP_WITHIN)[1]) / 1e6, length, viewer))
    except TimeoutError:
        pass
    finally:
        out.close()


async def main(address, port, path, seconds, viewers):
    arrivals = []
    until = time.time() + float(seconds)
    await asyncio.gather(*(watch(address, int(port), path, until, viewer, arrivals) for viewer in range(int(viewers))))
    print(json.dumps(arrivals))


asyncio.run(main(*sys.argv[1:]))
