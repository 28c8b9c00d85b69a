#!/usr/bin/python3
"""Makes TLS handshakes at a steady rate, each on a connection of its own, which it then closes.

  handshake_maker.py PORT PER_SECOND SECONDS

Prints a JSON object: {"made": N}. On loopback only; it ends by itself.
"""

import json
import os
import socket
import ssl
import sys
import time


def main():
    port, per_second, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    # What is measured is the server, so nobody shall wait for this.
    os.nice(5)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    began = time.monotonic()
    made = 0
    while (now := time.monotonic() - began) < seconds:
        if made > now * per_second:
            time.sleep((made / per_second) - now)
            continue
        with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain):
            made += 1
    print(json.dumps({"made": made}))


main()
