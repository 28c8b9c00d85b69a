#!/usr/bin/python3
"""A cable as long as you like: what goes in at one end comes out at the other some milliseconds later.

  delay_line.py MILLISECONDS NAMESPACE DEVICE NAMESPACE DEVICE

The ends are TUN devices that exist already. Prints "ready" and runs until it is killed. The kernel's own delay, tc netem,
is not in every kernel.
"""

import collections
import ctypes
import fcntl
import os
import select
import struct
import sys
import time

# linux/if_tun.h, linux/sched.h
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
LARGEST_PACKET = 65536

libc = ctypes.CDLL(None, use_errno=True)


def end_of_cable(namespace, device):
    with open(f"/run/netns/{namespace}", "rb") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns", namespace)
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    return handle


def run(delay_s, ends):
    on_the_way = collections.deque()
    while True:
        wait_s = max(0.0, on_the_way[0][0] - time.monotonic()) if on_the_way else None
        readable, _, _ = select.select(ends, [], [], wait_s)
        for source in readable:
            into = ends[1 - ends.index(source)]
            due = time.monotonic() + delay_s
            try:
                for _ in range(64):
                    on_the_way.append((due, into, os.read(source, LARGEST_PACKET)))
            except BlockingIOError:
                pass
        now = time.monotonic()
        while on_the_way and on_the_way[0][0] <= now:
            _, into, packet = on_the_way.popleft()
            try:
                os.write(into, packet)
            except OSError:
                pass  # a cable loses what the other end does not take


def main():
    delay_ms, *ends = sys.argv[1:]
    handles = [end_of_cable(*ends[i:i + 2]) for i in (0, 2)]
    print("ready", flush=True)
    run(float(delay_ms) / 1000, handles)


main()
