"""A connection that remembers its bytes both ways."""

import time

from .broken import Broken

SHOWN_BYTES = 256


class Peer:
    def __init__(self, target):
        self.target = target
        self.transcript = []
        self.received = b""
        self.has_ended = False
        self.socket = target.connect()
        self.renew_patience()

    def renew_patience(self):
        self.deadline = time.monotonic() + self.target.patience_s

    def send(self, data):
        data = self.target.fill_in(data)
        self.transcript.append((">", data))
        try:
            self.socket.sendall(data)
        except (ConnectionError, TimeoutError) as error:
            # It had heard enough; what it said is still read.
            self.transcript.append(("!", str(error)))

    def read(self, size):
        """Less only where the connection ended."""
        while len(self.received) < size and self._receive_more():
            pass
        data, self.received = self.received[:size], self.received[size:]
        return data

    def read_until(self, mark, most):
        """Up to and with `mark`, or to the connection's end."""
        while mark not in self.received and self._receive_more():
            if len(self.received) > most:
                raise Broken(f"{most} bytes without an end")
        end = self.received.find(mark)
        return self.read(end + len(mark) if end >= 0 else len(self.received))

    def read_to_end(self):
        while self._receive_more():
            pass
        return self.read(len(self.received))

    def _receive_more(self):
        if self.has_ended:
            return False
        left_s = self.deadline - time.monotonic()
        try:
            if left_s <= 0:
                raise TimeoutError
            self.socket.settimeout(left_s)
            data = self.socket.recv(65536)
        except TimeoutError:
            raise Broken(f"the server said nothing for {self.target.patience_s:g} s") from None
        except (ConnectionError, OSError) as error:
            # A reset; of TLS also an end without its closing alert.
            self.transcript.append(("!", str(error)))
            data = b""
        if not data:
            self.has_ended = True
            self.transcript.append(("!", "the server ended the connection"))
            return False
        self.transcript.append(("<", data))
        self.received += data
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def shown(self):
        """The bytes both ways, for people."""
        lines = []
        for direction, data in self.transcript:
            if direction == "!":
                lines.append(f"  ! {data}")
                continue
            lines.append(f"  {direction} {len(data)} bytes")
            for i in range(0, min(len(data), SHOWN_BYTES), 16):
                row = data[i:i + 16]
                letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
                lines.append(f"    {i:04x}  {row.hex(' '):47}  {letters}")
            if len(data) > SHOWN_BYTES:
                lines.append(f"    and {len(data) - SHOWN_BYTES} more")
        return "\n".join(lines)
