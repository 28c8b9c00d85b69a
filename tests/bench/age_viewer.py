#!/usr/bin/python3
"""Watches a camera and tells how old each frame was as it arrived whole.

  age_viewer.py URL SECONDS [--acknowledge] [--form json|binary] [--viewers N] [--trust FILE]

Prints a JSON list of [arrival in seconds since the epoch, age in seconds, bytes, number of the viewer].
Server and viewer share this machine's clock. FILE is a server's certificate, for a URL of wss; without it any will do.
"""

import argparse
import asyncio
import json
import ssl
import time

import websockets


def certificates(url, trusted):
    """What a connection may show: for wss the certificate in the file `trusted`, any without one."""
    if not url.startswith("wss:"):
        return None
    if trusted:
        return ssl.create_default_context(cafile=trusted)
    anything = ssl.create_default_context()
    anything.check_hostname = False
    anything.verify_mode = ssl.CERT_NONE
    return anything

def head_of(message):
    """A frame's members but for the image, None of a message that is no frame."""
    if not isinstance(message, str):
        return json.loads(message[4:4 + int.from_bytes(message[:4], "big")])
    # The image is the last member; to read all of it would take longer than the path.
    head, has_image, _ = message.partition(',"data":"')
    return json.loads(head + "}") if has_image else None


async def watch(url, tls, until, form, acknowledges, viewer, arrivals):
    async with websockets.connect(url, subprotocols=[f"freshframe.v1.{form}"], compression=None, max_size=None,
                                  ping_interval=None, ssl=tls) as socket:
        while (left := until - time.time()) > 0:
            try:
                message = await asyncio.wait_for(socket.recv(), left)
            except asyncio.TimeoutError:
                break
            now = time.time()
            head = head_of(message)
            if head is None:
                continue
            arrivals.append((now, now - head["captured_us"] / 1e6, len(message), viewer))
            if acknowledges:
                await socket.send(json.dumps(
                    {"type": "ack", "camera": head["camera"], "sequence": head["sequence"]}))


async def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("url")
    arguments.add_argument("seconds", type=float)
    arguments.add_argument("--acknowledge", action="store_true")
    arguments.add_argument("--form", choices=["json", "binary"], default="binary")
    arguments.add_argument("--viewers", type=int, default=1)
    arguments.add_argument("--trust")
    given = arguments.parse_args()
    tls = certificates(given.url, given.trust)
    arrivals = []
    until = time.time() + given.seconds
    await asyncio.gather(*(watch(given.url, tls, until, given.form, given.acknowledge, viewer, arrivals)
                           for viewer in range(given.viewers)))
    print(json.dumps(arrivals))


asyncio.run(main())
