"""Makes what the levels need and keeps it for the next run: the Debian 13 tree, the kernel, the emulated
webcam, and Freshframe compiled in that tree."""

import concurrent.futures
import fcntl
import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
SCRIPTS = HERE / "bed"

# Commands and, for the one who reads the reason, their packages.
NEEDED_FOR_ALL = {"mmdebstrap": "mmdebstrap", "gcc": "gcc", "unshare": "util-linux", "setpriv": "util-linux"}
NEEDED_FOR_VM = {"qemu-system-x86_64": "qemu-system-x86", "busybox": "busybox-static", "cpio": "cpio",
                 "depmod": "kmod", "zstd": "zstd", "xz": "xz-utils"}


class BedFailed(Exception):
    """A part of the bed could not be made; says which, and with what output."""


def cache_directory():
    given = os.environ.get("FRESHFRAME_TESTBED")
    if given:
        return pathlib.Path(given).resolve()
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "freshframe" / "testbed"


def sources():
    """The files that Freshframe is compiled from."""
    folders = ("server", "client-web", "proto", "tests/unit")
    return [SOURCE / "CMakeLists.txt",
            *(path for folder in folders for path in sorted((SOURCE / folder).rglob("*")) if path.is_file())]


def why_not(level):
    """Why this machine cannot run `level`, or None."""
    if platform.machine() != "x86_64":
        return f"the bed is made for x86_64, and this machine is {platform.machine()}"
    if os.geteuid() != 0:
        return "the bed is made and entered by chroot, which only root may; run it with sudo"
    # depmod is where a user's PATH need not lead.
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    needed = NEEDED_FOR_ALL | (NEEDED_FOR_VM if level == "vm" else {})
    missing = [package for command, package in needed.items() if not shutil.which(command, path=path)]
    if missing:
        return f"missing here: {' '.join(missing)} (./dev packages camera installs them)"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "this machine lets not even root mount anything (a container without CAP_SYS_ADMIN?)"
    return None


class Bed:
    """Where the parts lie. `make()` makes those that are missing or were made by other scripts."""

    def __init__(self):
        self.directory = cache_directory()
        self.root = self.directory / "root"
        self.kernel = self.directory / "kernel"
        self.uvcam = self.directory / "uvcam"
        self.vjpegenc = self.directory / "vjpegenc.ko"
        self.fake_udmabuf = self.directory / "fake_udmabuf.so"
        self.failing_ioctl = self.directory / "failing_ioctl.so"
        # By the source's place, so that two clones do not undo each other's work.
        place = hashlib.sha256(str(SOURCE).encode()).hexdigest()[:16]
        self.build = self.directory / "build" / place

    def make(self, levels):
        self.directory.mkdir(parents=True, exist_ok=True)
        # Held until this process ends: a second run at the same time waits here.
        self._lock = open(self.directory / "lock", "w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        with concurrent.futures.ThreadPoolExecutor() as threads:
            parts = [threads.submit(self._make_root)]
            if "vm" in levels:
                parts.append(threads.submit(self._make_kernel))
                parts.append(threads.submit(self._make_uvcam))
                parts.append(threads.submit(self._make_failing_ioctl))
            if "native" in levels:
                parts.append(threads.submit(self._make_fake_udmabuf))
            for part in concurrent.futures.as_completed(parts):
                part.result()
        if "vm" in levels:
            self._make_vjpegenc()
        self._forget_stale_build()
        self._step("Freshframe, compiled on Debian 13 for libcamera 0.7 and 0.4",
                   SCRIPTS / "build-freshframe", self.root, SOURCE, self.build, self.directory / "ccache")

    def _forget_stale_build(self):
        """ninja compares times only, and would keep the object of a file that was replaced by one with an
        older time (unpacked, copied, moved). The build is then begun anew; ccache has most of it."""
        record = self.build / "sources.json"
        known, built = {}, 0.0
        if record.exists():
            known, built = json.loads(record.read_text()), record.stat().st_mtime
        found = {}
        for path in sources():
            name, status = str(path.relative_to(SOURCE)), path.stat()
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
            if found[name] != known.get(name) and status.st_mtime <= built:
                shutil.rmtree(self.build)
                built = 0.0
        self.build.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(found))

    def encoder_check(self):
        """The program that tries the hardware encoder on a device (tests/unit/encode_v4l2_device_check.cpp)."""
        return (self.build / "libcamera-0.7" / "tests" / "unit" / "encode_v4l2_device_check").resolve()

    def freshframe(self, libcamera_version):
        return (self.build / f"libcamera-{libcamera_version}" / "freshframe").resolve()

    def _make_root(self):
        self._make_once(self.root, "Debian 13 tree", SCRIPTS / "make-root",
                        ["make-root", "fetch-packages", "root-packages.txt"])

    def _make_kernel(self):
        self._make_once(self.kernel, "kernel for the virtual machine", SCRIPTS / "make-kernel",
                        ["make-kernel", "fetch-packages", "kernel-modules.txt", "guest-init"])

    def _make_vjpegenc(self):
        """A module fits one kernel only, and is compiled by the tree's compiler."""
        source = HERE / "vjpegenc"
        self._make_once(self.vjpegenc, "hardware JPEG encoder", SCRIPTS / "make-encoder",
                        ["make-encoder", "fetch-packages", *sorted(source.iterdir()), self.kernel / "version"],
                        self.root, self.kernel, source)

    def _make_once(self, result, what, script, made_of, *arguments):
        contents = b"".join((SCRIPTS / name).read_bytes() for name in made_of)
        key, key_file = hashlib.sha256(contents).hexdigest(), result.with_suffix(".key")
        if result.exists() and key_file.exists() and key_file.read_text() == key:
            return
        key_file.unlink(missing_ok=True)
        self._step(what, script, *arguments, result)
        key_file.write_text(key)

    def _make_uvcam(self):
        self._step("emulated webcam", "gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-static",
                   "-o", self.uvcam, *sorted((HERE / "uvcam").glob("*.c")))

    def _make_fake_udmabuf(self):
        self._make_preloaded("stand-in for /dev/udmabuf", self.fake_udmabuf, HERE / "virtual" / "fake_udmabuf.c")

    def _make_failing_ioctl(self):
        self._make_preloaded("system calls that fail", self.failing_ioctl, HERE / "faults" / "failing_ioctl.c")

    def _make_preloaded(self, what, result, source):
        self._step(what, "gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-shared", "-fPIC",
                   "-o", result, source, "-ldl")

    def _step(self, what, *command):
        started = time.monotonic()
        environment = os.environ | {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment)
        seconds = time.monotonic() - started
        output = done.stdout.decode(errors="replace").strip()
        if done.returncode != 0:
            raise BedFailed(f"{what}: {command[0]} ended with {done.returncode} after {seconds:.0f} s\n{output}")
        print(f"# {what}: {seconds:.1f} s", flush=True)
        if output:
            print(output, file=sys.stderr, flush=True)
