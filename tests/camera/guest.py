"""The virtual machine, and the emulated webcams in it.

QEMU emulates every instruction, so this needs no /dev/kvm, and time in it runs as outside. The host types
shell commands into it through a virtio port (see bed/guest-init)."""

import asyncio
import os
import pathlib
import shlex
import socket

from checks import CheckFailed, require
from viewer import PATIENCE_SECONDS

GUEST_ADDRESS = "10.0.2.15"  # see bed/guest-init
GUEST_PORT = 8080
BOOT_SECONDS = 60
END_OF_OUTPUT = b"\x01"
MEDIA_DEVICES = "ls /dev/media* 2>/dev/null | wc -l"


class BootFailed(Exception):
    """The machine ended, or never came to its shell."""


def accelerator():
    """/dev/kvm alone proves nothing: nested in a PVM cloud machine it opens, and cannot run a stock kernel."""
    if os.access("/dev/kvm", os.W_OK) and any(
            pathlib.Path("/sys/module", module).is_dir() for module in ("kvm_intel", "kvm_amd")):
        return ["-accel", "kvm", "-cpu", "host"]
    # SSE2 only: code written for AVX2 is emulated three times slower.
    return ["-accel", "tcg,thread=multi,tb-size=256", "-cpu", "qemu64"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Guest:
    """A running machine, used as `async with Guest(bed, share, scratch)`. It sees the Debian tree as its
    root, over which its own changes are lost when it ends, and the folder `share` at /share."""

    def __init__(self, bed, share, scratch):
        self._bed = bed
        self._share = share
        self._scratch = scratch
        self._forwarded_port = free_port()
        # Where the server in the guest is reached from outside.
        self.address = f"127.0.0.1:{self._forwarded_port}"

    async def __aenter__(self):
        # An emulated machine with two processors dies now and then while its kernel patches itself
        # (1 boot of 130), so a boot may be tried again.
        try:
            await self._boot()
        except BootFailed as failure:
            print(f"# {failure}; booting again", flush=True)
            await self._boot()
        return self

    async def __aexit__(self, *_):
        await self._end()

    async def run(self, command):
        """Runs a shell command and gives its output; fails the check when the command fails."""
        self._to_guest.write(f"{{ {command}\n}} </dev/null 2>&1; printf '\\001%s\\n' $?\n".encode())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                output = await self._from_guest.readuntil(END_OF_OUTPUT)
                status = int(await self._from_guest.readline())
        except (asyncio.TimeoutError, asyncio.IncompleteReadError):
            raise CheckFailed(f"the machine does not answer: {command}\n{self._console_end()}") from None
        text = output[:-1].decode(errors="replace")
        require(status == 0, f"in the machine, exit code {status} of: {command}\n{text[-4000:]}")
        return text

    async def wait_for(self, condition, what):
        """Waits in the guest until the shell command `condition` succeeds."""
        tries = PATIENCE_SECONDS * 10
        await self.run(f"for i in $(seq {tries}); do if {condition}; then break; fi; sleep 0.1; done; "
                       f"{{ {condition}; }} || {{ echo {shlex.quote(what + ': not so in time')}; false; }}")

    async def _boot(self):
        path = self._scratch / "shell.socket"
        path.unlink(missing_ok=True)
        connected = asyncio.get_running_loop().create_future()
        # QEMU connects before the machine starts, so the guest never finds the port's other end closed.
        listener = await asyncio.start_unix_server(lambda *streams: connected.set_result(streams), path,
                                                   limit=16 << 20)
        with open(self._scratch / "qemu.log", "wb") as log:
            self._qemu = await asyncio.create_subprocess_exec(
                *self._qemu_command(path), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._from_guest, self._to_guest = await asyncio.wait_for(connected, BOOT_SECONDS)
            listener.close()
            async with asyncio.timeout(BOOT_SECONDS):
                self._to_guest.write(b"printf '\\001'\n")
                await self._from_guest.readuntil(END_OF_OUTPUT)
        except (asyncio.TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            listener.close()
            reason = self._console_end()
            await self._end()
            raise BootFailed(f"the machine did not come up\n{reason}") from None

    def _qemu_command(self, shell_socket):
        def folder(tag, path):
            return ["-fsdev", f"local,id={tag},path={path},security_model=none,readonly=on,multidevs=remap",
                    "-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]
        return ["setpriv", "--pdeathsig", "KILL", *self._place(), "qemu-system-x86_64", "-M", "q35", *accelerator(), "-m", "1024", "-smp", "2",
                "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-serial", f"file:{self._scratch / 'console.log'}",
                "-chardev", f"socket,id=shell,path={shell_socket}", "-device", "virtio-serial-pci",
                "-device", "virtserialport,chardev=shell,name=shell",
                # The bare ELF kernel, and little that it could waste emulated time on.
                "-kernel", str(self._bed.kernel / "vmlinux"), "-initrd", str(self._bed.kernel / "initrd.img"),
                "-append", "console=ttyS0 quiet panic=-1 mitigations=off apparmor=0 audit=0 "
                           "cryptomgr.notests tsc=reliable",
                *folder("root", self._bed.root), *folder("share", self._share),
                "-netdev", f"{self._network()},id=net",
                "-device", "virtio-net-pci,netdev=net,romfile=", "-device", "virtio-rng-pci"]

    def _place(self):
        """A command that runs another where the guest's network is."""
        return []

    def _network(self):
        """QEMU's network that the guest is in."""
        return f"user,restrict=on,hostfwd=tcp:127.0.0.1:{self._forwarded_port}-{GUEST_ADDRESS}:{GUEST_PORT}"

    def _console_end(self):
        lines = []
        for name in ("qemu.log", "console.log"):
            path = self._scratch / name
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()[-15:]
        return "\n".join(lines)

    async def _end(self):
        # Nothing in it is worth an orderly end.
        if self._qemu.returncode is None:
            self._qemu.kill()
        await self._qemu.wait()


class Webcam:
    """An emulated webcam (see uvcam/main.c) in the guest."""

    def __init__(self, guest, name):
        self._guest = guest
        self._name = name
        self._log = f"/run/{name}.log"
        self._commands = f"/run/{name}.commands"

    async def start(self, *options):
        before = int(await self._guest.run(f"modprobe -a vhci-hcd uvcvideo && {MEDIA_DEVICES}"))
        arguments = ["-v", "-n", f"Webcam {self._name}", "-s", self._name, "-c", self._commands, *options]
        await self._guest.run(f"/share/uvcam {shlex.join(arguments)} >{self._log} 2>&1 &")
        await self._guest.wait_for(f"[ $({MEDIA_DEVICES}) -gt {before} ]", f"webcam {self._name} has its device node")
        await self._guest.run("udevadm settle")

    async def times_in_log(self, text):
        return int(await self._guest.run(f"grep -c {shlex.quote(text)} {self._log} || true"))

    async def command(self, text):
        await self._guest.run(f"echo {shlex.quote(text)} > {self._commands}")

    async def unplug(self):
        """And waits until udev has told everybody."""
        await self._unplug_in_the_kernel()
        await self._guest.run("udevadm settle")

    async def unplug_unheard(self):
        """The kernel takes the device away, and udev tells nobody until let_udev_speak()."""
        await self._guest.run("udevadm control --stop-exec-queue")
        await self._unplug_in_the_kernel()

    async def let_udev_speak(self):
        await self._guest.run("udevadm control --start-exec-queue && udevadm settle")

    async def _unplug_in_the_kernel(self):
        before = int(await self._guest.run(MEDIA_DEVICES))
        await self.command("unplug")
        await self._guest.wait_for(f"[ $({MEDIA_DEVICES}) -lt {before} ]", f"webcam {self._name} is unplugged")

    async def log(self):
        return await self._guest.run(f"cat {self._log}")

    async def wait_for_log(self, text, count, what):
        await self._guest.wait_for(f"[ $(grep -c {shlex.quote(text)} {self._log}) -ge {count} ]", what)
