"""The server under test: its addresses, and what is known of it."""

import urllib.parse

from .case import Broken, demand
from .viewer import Viewer

# Frames are looked at over this many, where one more or less must not matter.
MANY_FRAMES = 20


class Target:
    def __init__(self, url, camera, patience_s):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
            raise ValueError(f"{url} is no address of a server; give one like http://127.0.0.1:8080/")
        self.secure = parts.scheme in ("https", "wss")
        self.authority = parts.netloc
        self.host, self.port = parts.hostname, parts.port or (443 if self.secure else 80)
        self.folder = parts.path.removesuffix("/ws").rstrip("/")
        self.camera = camera
        self.patience_s = patience_s
        self.cameras = []
        self.frames_per_second = None

    def address(self, query=""):
        return f"{'wss' if self.secure else 'ws'}://{self.authority}{self.folder}/ws{query}"

    def viewer(self, query="", **options):
        """To be used as `async with target.viewer(...) as viewer`."""
        return Viewer(self, query, **options)

    def viewer_of_camera(self, **options):
        return self.viewer(f"?camera={self.camera}", **options)

    async def look(self):
        """Learns the cameras' names, which all else needs."""
        async with self.viewer("?subscribe=none", checks=False) as viewer:
            hello = await viewer.receive()
        try:
            self.cameras = [camera["name"] for camera in hello["cameras"]]
        except (KeyError, TypeError):
            raise Broken("the first message does not list the cameras") from None
        demand(self.cameras, "there are no cameras, so there is nothing to check with")
        if self.camera is None:
            self.camera = self.cameras[0]

    async def pace(self):
        """The camera's frames a second, as its frames tell."""
        if self.frames_per_second is None:
            async with self.viewer_of_camera() as viewer:
                frames = await viewer.frames(self.camera, 8)
            first, last = frames[2], frames[-1]
            seconds = (last["captured_us"] - first["captured_us"]) / 1e6
            if seconds <= 0 or last["sequence"] <= first["sequence"]:
                raise Broken("captured_us and sequence do not rise from frame to frame")
            self.frames_per_second = (last["sequence"] - first["sequence"]) / seconds
        return self.frames_per_second

    async def quiet_s(self):
        """How long nothing must come for it to be no chance."""
        return min(max(10 / await self.pace(), 0.7), 5.0)
