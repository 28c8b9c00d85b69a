"""The server that is looked at."""

import socket
import ssl
import urllib.parse


class Target:
    """`url` is that of its WebSocket, e.g. ws://127.0.0.1:8080/ws or wss://..., `publish` the name of a camera that
    may be published to, `header_lines` are sent with every request (a token, for example). With `insecure` any
    certificate will do. `patience_s` bounds the wait for what must come, so it costs time only where a case fails."""

    def __init__(self, url, *, publish=None, header_lines=(), insecure=False, patience_s=20.0):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise ValueError(f"not a WebSocket's address: {url}")
        self.address = (parts.hostname, parts.port or {"ws": 80, "wss": 443}[parts.scheme])
        self.authority = parts.netloc
        self.path = parts.path or "/"
        self.publish = publish
        self.header_lines = header_lines
        self.patience_s = patience_s
        self.is_tls = parts.scheme == "wss"
        self.tls = self._tls(insecure) if self.is_tls else None

    @staticmethod
    def _tls(insecure):
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        if insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def connect(self):
        connection = socket.create_connection(self.address, self.patience_s)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is None:
            return connection
        return self.tls.wrap_socket(connection, server_hostname=self.address[0])

    def fill_in(self, data):
        """What cases cannot know: @HOST@, @SCHEME@, @WS@, the WebSocket's path, and @PUBLISH@, a camera's name."""
        scheme = "https" if self.is_tls else "http"
        for mark, value in ((b"@HOST@", self.authority), (b"@SCHEME@", scheme), (b"@WS@", self.path),
                            (b"@PUBLISH@", self.publish or ""),
                            (b"@MORE@", "".join(line + "\r\n" for line in self.header_lines))):
            data = data.replace(mark, value.encode())
        return data
