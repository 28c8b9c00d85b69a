"""Freshframe on emulated USB webcams in a virtual machine, watched from outside: real usbcore, uvcvideo,
V4L2, udev and libcamera, and two versions of the last."""

import asyncio
import json
import os
import re
import shlex
import shutil
import statistics

import numpy

import encoder_checks
import fault_checks
import plug_checks
from checks import CheckSkipped, require
from guest import GUEST_ADDRESS, GUEST_PORT, MEDIA_DEVICES, Guest, Webcam
from pictures import drawn_number, expected_yuyv, is_same_picture, make_pictures, take_stamp
from viewer import Viewer, camera_states, change_controls, wait_for_camera

LIBCAMERA_VERSIONS = ("0.7", "0.4")
WINDOWS = 20
JPEG_CAMERA, RAW_CAMERA = "jpeg", "raw"
# libcamera's id of a USB camera names the firmware node, the port, and the device's USB ids.
CAMERA_ID = re.compile(r"\\_SB_\S+?-[0-9:.]+-1d6b:0102")


class Server:
    """Freshframe in the guest, used as `async with Server(...)`."""

    def __init__(self, guest, libcamera_version):
        self._guest = guest
        self._program = f"/share/freshframe-{libcamera_version}"
        self.libcamera_version = libcamera_version
        self.address = guest.address

    async def cameras(self):
        """The ids that --list-cameras prints, and all that it prints."""
        text = await self._guest.run(f"{self._program} --list-cameras 2>&1")
        return list(dict.fromkeys(CAMERA_ID.findall(text))), text

    async def cameras_as_json(self):
        """What --list-cameras --json says, by the cameras' ids."""
        text = await self._guest.run(f"{self._program} --list-cameras --json 2>/dev/null")
        return {camera["id"]: camera for camera in json.loads(text)["cameras"]}

    async def start(self, *flags, environment=""):
        arguments = shlex.join(["--listen", f"{GUEST_ADDRESS}:{GUEST_PORT}", "--insecure-no-auth", *flags])
        await self._guest.run(
            "rm -f /tmp/exit-code; touch /tmp/server.out; "
            f"({environment} {self._program} {arguments} >/tmp/server.out 2>/tmp/server.log & echo $! >/tmp/server.pid; "
            "wait $!; echo $? >/tmp/exit-code) &")
        await self._guest.wait_for("grep -q 'Freshframe is live' /tmp/server.out || [ -e /tmp/exit-code ]",
                                   "the server listens")
        require("live at" in await self._guest.run("cat /tmp/server.out"), await self.log_end())

    async def refusal(self, *flags, as_user=""):
        """The exit code of a server that does not start, and what it says."""
        text = await self._guest.run(f"{as_user} {self._program} {shlex.join(flags)} 2>&1; echo $?")
        said, code = text.strip().rsplit("\n", 1)
        return int(code), said

    async def loaded_libcamera(self):
        return await self._guest.run("grep -o 'libcamera\\.so\\.[0-9.]*' /proc/$(cat /tmp/server.pid)/maps | sort -u")

    async def stop(self):
        """Asks it to end, and gives the exit code."""
        await self._guest.run("kill -TERM $(cat /tmp/server.pid)")
        await self._guest.wait_for("[ -s /tmp/exit-code ]", "the server ends")
        return int(await self._guest.run("cat /tmp/exit-code"))

    async def processor_share(self):
        """The share of one processor that the server takes, over 5 s."""
        used = "cut -d' ' -f14,15 /proc/$(cat /tmp/server.pid)/stat"
        words = (await self._guest.run(f"getconf CLK_TCK; {used}; cut -d' ' -f1 /proc/uptime; "
                                       f"sleep 5; {used}; cut -d' ' -f1 /proc/uptime")).split()
        ticks_a_second, *rest = map(float, words)
        user_before, system_before, begin, user_after, system_after, end = rest
        return (user_after + system_after - user_before - system_before) / ticks_a_second / (end - begin)

    async def is_running(self):
        return "yes" in await self._guest.run("if [ -e /tmp/exit-code ]; then echo no; else echo yes; fi")

    async def log_end(self):
        return await self._guest.run("tail -n 20 /tmp/server.log; [ ! -e /tmp/exit-code ] || "
                                     "echo exit code $(cat /tmp/exit-code)")


class WebcamChecks:
    """The checks of one libcamera version, in the order in which they build on each other."""

    def __init__(self, server, jpeg_webcam, raw_webcam, pictures):
        self._server = server
        self._jpeg_webcam = jpeg_webcam
        self._raw_webcam = raw_webcam
        self._pictures = pictures

    def _viewer(self, camera):
        return Viewer(self._server.address, camera)

    async def _counts(self, camera=JPEG_CAMERA):
        return (await camera_states(self._server.address))[camera]["frames"]

    async def _dropped(self):
        return (await self._counts())["dropped"]

    def _stamp(self, frame):
        """The webcam's number and time of this frame, whose picture must be the file that was sent."""
        stamp = take_stamp(frame.jpeg)
        require(stamp, f"frame {frame.sequence} has no stamp of the webcam")
        number, unix_us, picture = stamp
        require(is_same_picture(picture, self._pictures[number % len(self._pictures)]),
                f"frame {frame.sequence} is not picture {number % len(self._pictures)} byte for byte")
        return number, unix_us

    async def right_libcamera_is_loaded(self):
        loaded = await self._server.loaded_libcamera()
        require(f"libcamera.so.{self._server.libcamera_version}" in loaded, f"loaded is {loaded}")

    async def jpeg_arrives_byte_for_byte(self):
        async with self._viewer(JPEG_CAMERA) as viewer:
            frames = await viewer.frames(90)
        stamps = [self._stamp(frame) for frame in frames]
        for frame in frames[:len(self._pictures)]:
            require((frame.width, frame.height) == (1280, 720), f"the size is {frame.width}x{frame.height}")
            frame.pixels()
        steps = {number - frame.sequence for frame, (number, _) in zip(frames, stamps)}
        require(len(steps) == 1, f"sequence does not count the webcam's frames: apart by {sorted(steps)}")
        different = len({number % len(self._pictures) for number, _ in stamps})
        require(different == len(self._pictures), f"only {different} of the pictures came")
        size = statistics.mean(len(frame.jpeg) for frame in frames)
        return f"{len(frames)} frames of {size / 1000:.0f} KB"

    async def thirty_frames_a_second(self):
        """Several windows of a second, for an emulated machine that shares its host is sometimes left
        standing: the webcam, which is emulated too, then makes fewer frames, and its own stamps tell.

        A frame that did not come may have been lost on the emulated network. The server's counts tell its
        own losses from that: frames that never reached it, that a newer one replaced, or that were left out
        as more than the 30 that were asked for."""
        webcams_best, best, losses, left_out = 0, 0, [], []
        async with self._viewer(JPEG_CAMERA) as viewer:
            for _ in range(WINDOWS):
                frames = await viewer.frames(1)
                counts_before = await self._counts()
                frames += await viewer.frames(30)
                counts_after = await self._counts()
                first, last = self._stamp(frames[0]), self._stamp(frames[-1])
                webcams_rate = (last[0] - first[0]) / (last[1] - first[1]) * 1e6
                webcams_best = max(webcams_best, webcams_rate)
                if webcams_rate < 27:
                    continue
                made = frames[-1].sequence - frames[0].sequence
                rate = made / (frames[-1].captured_us - frames[0].captured_us) * 1e6
                delivered = (len(frames) - 1) / made
                require(abs(rate - webcams_rate) < 3, f"the webcam makes {webcams_rate:.1f} frames a second, "
                        f"and by sequence and captured_us it is {rate:.1f}")
                best = max(best, delivered)
                captured, encoded, replaced = (counts_after[name] - counts_before[name]
                                               for name in ("captured", "encoded", "replaced"))
                counts = f"of {made} made {captured} captured, {encoded} encoded, {replaced} replaced"
                # The counts are asked for while frames are on their way, and so are off by a few.
                if abs(captured - encoded - replaced) > 4:
                    left_out.append(counts)
                elif abs(captured - made) > 5 or replaced > 2:
                    losses.append(counts)
                # A server that leaves out every second frame must not pass.
                elif delivered >= 0.6:
                    return f"{rate:.1f} frames/s, {counts}, {delivered:.0%} delivered"
        found = (f"of {WINDOWS} windows of 30 frames the webcam's best had {webcams_best:.1f} frames/s, at most "
                 f"{best:.0%} were delivered, and the server lost frames in {len(losses)}: "
                 f"{'; '.join(losses) or 'none'}")
        # Once in a while a webcam that was left standing sends frames in a row. As a rule the server is at
        # fault, however busy the machine is.
        require(len(left_out) <= WINDOWS / 4, f"frames were left out: {'; '.join(left_out)}")
        load, processors = os.getloadavg()[0], os.cpu_count()
        if load > 2 * processors:
            raise CheckSkipped(f"NOT TESTED: this machine is too busy (load {load:.0f} on {processors} "
                               f"processors) to emulate a webcam of 30 frames/s; {found}")
        require(False, found)

    async def timestamps_are_the_webcams(self):
        async with self._viewer(JPEG_CAMERA) as viewer:
            frames = await viewer.frames(60)
        late_ms = [(frame.captured_us - self._stamp(frame)[1]) / 1000 for frame in frames]
        median = statistics.median(late_ms)
        require(min(late_ms) >= -2, f"a frame was captured {-min(late_ms):.1f} ms before the webcam made it")
        require(median <= 30, f"captured_us is {median:.1f} ms after the webcam's stamp at the median")
        return f"{median:.2f} ms after the stamp at the median, {max(late_ms):.1f} at most"

    async def raw_frames_are_the_webcams(self):
        async with self._viewer(RAW_CAMERA) as viewer:
            frames = await viewer.frames(30)
        numbers = []
        for frame in frames:
            require((frame.width, frame.height) == (640, 480), f"the size is {frame.width}x{frame.height}")
            pixels = frame.pixels()
            numbers.append(drawn_number(pixels))
        steps = {number - frame.sequence for frame, number in zip(frames, numbers)}
        require(len(steps) == 1, f"sequence does not count the drawn numbers: apart by {sorted(steps)}")
        wanted = expected_yuyv(numbers[-1], 640, 480)
        # Turning codes of limited range into a picture of full range goes wrong in ways that look nearly
        # right: 6 levels here. Right is below 1.
        off = numpy.median(numpy.abs(pixels - wanted), axis=(0, 1))
        require(max(off) <= 3, f"red, green, blue are off by {off.round(1).tolist()} levels at the median")
        return f"numbers {numbers[0]} to {numbers[-1]}, off by {off.round(1).tolist()} levels"

    async def brightness_reaches_the_webcam(self):
        # Of -64 to 64, as the webcam has it. It is the same one for each libcamera.
        brighter, default = "control 2/2 = 32$", "control 2/2 = 0$"
        brighter_before = await self._jpeg_webcam.times_in_log(brighter)
        async with self._viewer(JPEG_CAMERA) as viewer:
            before = await viewer.frame()
            _, answer = await change_controls(self._server.address, JPEG_CAMERA, {"Brightness": 0.5})
            require(answer["sequence"] and answer["sequence"] > before.sequence,
                    f"frame {answer['sequence']} has it, and {before.sequence} was there before")
            while (await viewer.frame()).sequence < answer["sequence"]:
                pass
            await self._jpeg_webcam.wait_for_log(brighter, brighter_before + 1, "the webcam is told to be brighter")
            default_before = await self._jpeg_webcam.times_in_log(default)
            await change_controls(self._server.address, JPEG_CAMERA, {"Brightness": None})
            await self._jpeg_webcam.wait_for_log(default, default_before + 1, "the webcam is told to be as before")

    async def cut_frames_are_dropped(self):
        await self._fault_is_dropped("truncate", "truncated")

    async def garbage_is_dropped(self):
        await self._fault_is_dropped("garbage", "foreign")

    async def _fault_is_dropped(self, command, counter):
        sent_at_once, wanted, sent = 5, 3, 0
        async with self._viewer(JPEG_CAMERA) as viewer:
            await viewer.frames(5)
            before = after = await self._dropped()
            # More than once: a bad frame that a newer one replaces before it was looked at is not counted.
            while after[counter] < before[counter] + wanted:
                require(sent < 100, f"{sent} bad frames were sent; before {before}, after {after}")
                await self._jpeg_webcam.command(f"{command} {sent_at_once}")
                sent += sent_at_once
                for frame in await viewer.frames(10):
                    self._stamp(frame)
                after = await self._dropped()
        require(after[counter] <= before[counter] + sent,
                f"{sent} bad frames were sent; before {before}, after {after}")
        others = [name for name in after if name != counter and after[name] != before[name]]
        require(not others, f"frames were counted as {others}; before {before}, after {after}")
        return f"{after[counter] - before[counter]} of {sent} counted, the others replaced by newer ones"

    async def frozen_webcam_is_stalled(self):
        async with self._viewer(JPEG_CAMERA) as viewer:
            await viewer.frames(5)
            await self._jpeg_webcam.command("freeze")
            status = await viewer.status("stalled")
            await self._jpeg_webcam.command("thaw")
            await viewer.status("live")
            await viewer.frames(10)
        require(status["reason"], "stalled gives no reason")
        return status["reason"]

    async def unplugged_webcam_is_lost_and_comes_back(self):
        async with self._viewer(JPEG_CAMERA) as viewer:
            before = (await viewer.frames(10))[-1]
            await self._jpeg_webcam.command("unplug")
            status = await viewer.status("lost")
            require(status["reason"], "lost gives no reason")
            require(await self._server.is_running(), "the server ended")
            # The other camera is not drawn into it.
            async with self._viewer(RAW_CAMERA) as other:
                await other.frames(5)
            await self._plug_in_again(viewer, before)
        return status["reason"]

    async def webcam_rests_without_viewers(self):
        async with self._viewer(JPEG_CAMERA) as viewer:
            await viewer.frames(2)
            log = await self._jpeg_webcam.log()
        on, off = log.count("streaming on"), log.count("streaming off")
        await self._jpeg_webcam.wait_for_log("streaming off", off + 1, "the webcam is stopped")
        await wait_for_camera(self._server.address, JPEG_CAMERA, lambda camera: camera["state"] == "idle",
                              "the camera is idle")
        async with self._viewer(JPEG_CAMERA) as viewer:
            await viewer.frames(5)
        await self._jpeg_webcam.wait_for_log("streaming on", on + 1, "the webcam is started again")

    async def webcam_unplugged_while_resting_is_lost(self):
        await wait_for_camera(self._server.address, RAW_CAMERA, lambda camera: camera["state"] == "idle",
                              "the camera is idle")
        await self._raw_webcam.unplug()
        async with self._viewer(RAW_CAMERA) as viewer:
            status = await viewer.status("lost")
            # The server may have asked before libcamera had heard of it from udev.
            require("container" not in status["reason"], f"the reason is: {status['reason']}")
            if "unplugged" in status["reason"]:
                status = await viewer.status("lost")
            require("no camera" in status["reason"], f"the reason is: {status['reason']}")
            await self._raw_webcam.command("plug")
            await viewer.status("live")
            await viewer.frames(5)
        return status["reason"]

    async def unheard_unplug_is_lost_and_comes_back(self):
        """The kernel takes the device away and udev does not say so: a libcamera that is asked to stop such
        a camera aborts the process. Freshframe must leave the camera as it is, until udev speaks."""
        async with self._viewer(JPEG_CAMERA) as viewer:
            before = (await viewer.frames(5))[-1]
            reason = await self._lose_unheard(viewer)
            busy = await self._server.processor_share()
            require(busy < 0.2, f"the server keeps a processor {busy:.0%} busy beside the camera that is left as it is")
            await self._jpeg_webcam.let_udev_speak()
            await self._plug_in_again(viewer, before)
        return f"{busy:.0%} of a processor; {reason}"

    async def ends_after_unheard_unplug(self):
        async with self._viewer(JPEG_CAMERA) as viewer:
            await viewer.frames(5)
            await self._lose_unheard(viewer)
            async with self._viewer(RAW_CAMERA) as other:
                await other.frames(2)
                code, *_ = await asyncio.gather(self._server.stop(), viewer.close_code(), other.close_code())
        require(code == 0, f"exit code {code}")

    async def _plug_in_again(self, viewer, before):
        """Lets the webcam come back, of which `viewer` then gets whole frames that count on from `before`."""
        await self._jpeg_webcam.command("plug")
        await viewer.status("live")
        frames = await viewer.frames(10)
        for frame in frames:
            self._stamp(frame)
        require(frames[0].sequence > before.sequence,
                f"sequence fell from {before.sequence} to {frames[0].sequence}")

    async def _lose_unheard(self, viewer):
        """Unplugs the webcam that `viewer` watches while udev is silent, and gives the reason that is told
        once the server has waited for udev in vain."""
        await self._jpeg_webcam.unplug_unheard()
        reason = ""
        while "has not been told" not in reason:
            reason = (await viewer.status("lost"))["reason"]
            require(reason, "lost gives no reason")
        require(await self._server.is_running(), "the server ended")
        async with self._viewer(RAW_CAMERA) as other:
            await other.frames(5)
        return reason

    async def ends_while_watched(self):
        """The close code is the native level's to judge: the server says goodbye for 2 s and no longer,
        which an emulated machine may sleep through."""
        async with self._viewer(JPEG_CAMERA) as viewer:
            await viewer.frames(2)
            code, _ = await asyncio.gather(self._server.stop(), viewer.close_code())
        require(code == 0, f"exit code {code}")

    def all(self):
        return (
            ("this libcamera and no other is loaded", self.right_libcamera_is_loaded),
            ("MJPEG 1280x720 arrives in order, byte for byte", self.jpeg_arrives_byte_for_byte),
            ("MJPEG arrives at 30 frames a second", self.thirty_frames_a_second),
            ("captured_us is when the webcam made the frame", self.timestamps_are_the_webcams),
            ("YUYV 640x480 shows the webcam's numbers and colours", self.raw_frames_are_the_webcams),
            ("a control's value reaches the webcam", self.brightness_reaches_the_webcam),
            ("frames cut short are dropped and counted, the stream goes on", self.cut_frames_are_dropped),
            ("garbage is dropped and counted, the stream goes on", self.garbage_is_dropped),
            ("a webcam that sends nothing is stalled until it sends again", self.frozen_webcam_is_stalled),
            ("a webcam unplugged while watched is lost, and comes back",
             self.unplugged_webcam_is_lost_and_comes_back),
            ("the webcam rests without viewers and wakes for the next", self.webcam_rests_without_viewers),
            ("a webcam unplugged while resting is lost, and comes back",
             self.webcam_unplugged_while_resting_is_lost),
            ("a webcam unplugged while udev is silent is lost, and comes back when udev speaks",
             self.unheard_unplug_is_lost_and_comes_back),
            ("SIGTERM ends it with exit code 0 while it is watched", self.ends_while_watched),
        )


async def start_server(server):
    """Finds out which webcam is which, and serves both."""
    ids, text = await server.cameras()
    require(len(ids) == 2, f"--list-cameras shows the cameras {ids}:\n{text}")
    # The first webcam was plugged into the lower port, and the port is in the id.
    jpeg_id, raw_id = sorted(ids)
    listed = await server.cameras_as_json()
    for camera_id, serial in ((jpeg_id, "one"), (raw_id, "two")):
        camera = listed.get(camera_id, {})
        require((camera.get("model"), camera.get("serial"), camera.get("any_port")) ==
                (f"Webcam {serial}: Webcam {serial}", serial, f"serial:{serial}"), f"{camera_id} is {camera}")
        controls = {control["name"]: control for control in camera["controls"]}
        require("Brightness" in controls and controls["Brightness"]["type"] == "number"
                and controls["Brightness"]["minimum"] < controls["Brightness"]["maximum"],
                f"the controls of {camera_id} are {controls}")
    await server.start("--camera", f"{JPEG_CAMERA}=libcamera:{jpeg_id},1280x720@30,mjpeg",
                       "--camera", f"{RAW_CAMERA}=libcamera:serial:two,640x480@30,yuyv", "--idle-grace", "1")


async def show_log_unless(passed, server):
    if not passed:
        print("".join(f"# {line}\n" for line in (await server.log_end()).splitlines()), end="", flush=True)


def fill_share(bed, share):
    """What the guest sees of the bed; gives the pictures that the first webcam sends."""
    (share / "pictures").mkdir(parents=True)
    for part in (bed.uvcam, bed.vjpegenc, bed.failing_ioctl):
        shutil.copy(part, share)
    shutil.copy(bed.encoder_check(), share / "encoder_check")
    for version in LIBCAMERA_VERSIONS:
        shutil.copy(bed.freshframe(version), share / f"freshframe-{version}")
    return make_pictures(share / "pictures")


async def run(bed, checks, scratch):
    share = scratch / "share"
    pictures = fill_share(bed, share)
    async with Guest(bed, share, scratch) as guest:
        print("# " + (await guest.run('echo "kernel $(uname -r), up $(cut -d" " -f1 /proc/uptime) s"')).strip(),
              flush=True)
        jpeg_webcam, raw_webcam = Webcam(guest, "one"), Webcam(guest, "two")
        await jpeg_webcam.start("-p", "0", "-S", "-f", "MJPEG:1280x720:/share/pictures", "-f", "YUYV:640x480")
        await raw_webcam.start("-p", "1", "-f", "YUYV:640x480", "-f", "MJPEG:640x480")
        for version in LIBCAMERA_VERSIONS:
            server = Server(guest, version)
            prefix = f"libcamera {version}: "
            if not await checks.check(f"{prefix}both webcams are listed and served", start_server(server)):
                continue
            webcam_checks = WebcamChecks(server, jpeg_webcam, raw_webcam, pictures)
            for sentence, check in webcam_checks.all():
                await show_log_unless(await checks.check(prefix + sentence, check()), server)
            (bed.directory / f"vm-server-{version}.log").write_text(await guest.run("cat /tmp/server.log"))
            if await server.is_running():
                await server.stop()
            if await checks.check(f"{prefix}both webcams are served again", start_server(server)):
                await show_log_unless(
                    await checks.check(f"{prefix}SIGTERM ends it with exit code 0 after an unplug that udev kept to itself",
                                       webcam_checks.ends_after_unheard_unplug()), server)
            await jpeg_webcam.let_udev_speak()
            await jpeg_webcam.command("plug")
            await guest.wait_for(f"[ $({MEDIA_DEVICES}) -eq 2 ] && udevadm settle", "both webcams are there again")
            await fault_checks.run(guest, server, jpeg_webcam, checks, show_log_unless)
            await plug_checks.run(guest, server, jpeg_webcam, checks, show_log_unless)
        await encoder_checks.run(guest, Server(guest, LIBCAMERA_VERSIONS[0]), checks, show_log_unless)
