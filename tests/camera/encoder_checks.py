"""Freshframe with a hardware JPEG encoder: the kernel module vjpegenc in the guest (see vjpegenc/device.c),
whose pictures are the means of blocks of 8x8 samples."""

import io

import numpy
from PIL import Image

from checks import require
from pictures import drawn_components, drawn_number
from viewer import Viewer, camera_states, wait_for_camera

CAMERA = "raw"
# The module in the shapes that drivers have, by its parameters.
SHAPES = {
    "multi-planar": "",
    "multi-planar, a memory for each plane": "apart=1",
    "single-planar": "multiplanar=0",
    "MJPG, without cropping and importing": "mjpeg=1 crop=0 import=0",
}
BLOCK_PX = 8
# In one block of luma and, a pixel of the decoder's interpolation away from its edge, in one of chroma.
IN_ONE_BLOCK = slice(18, 24)


class EncoderDevice:
    """The module in the guest."""

    def __init__(self, guest):
        self._guest = guest

    async def load(self, parameters=""):
        await self.unload()
        await self._guest.run(f"insmod /share/vjpegenc.ko {parameters} && udevadm settle")

    async def unload(self):
        await self._guest.run("if [ -e /sys/module/vjpegenc ]; then rmmod vjpegenc; fi")

    async def set(self, parameter, value):
        await self._guest.run(f"echo {value} > /sys/module/vjpegenc/parameters/{parameter}")

    async def try_all(self, parameters):
        """Runs tests/unit/encode_v4l2_device_check.cpp on the module as these parameters make it."""
        await self.load(parameters)
        text = await self._guest.run("/share/encoder_check --gtest_brief=1")
        require("PASSED" in text, text[-4000:])
        return text.strip().splitlines()[-1].strip()


def is_the_devices(pixels):
    """Only the device makes blocks of one colour."""
    return numpy.ptp(pixels[IN_ONE_BLOCK, IN_ONE_BLOCK], axis=(0, 1)).max() <= 1


def components_of(jpeg):
    """Y, Cb and Cr for each pixel, as the image has them."""
    with Image.open(io.BytesIO(jpeg)) as image:
        image.draft("YCbCr", image.size)
        require(image.mode == "YCbCr", f"the picture is {image.mode}")
        return numpy.moveaxis(numpy.asarray(image).astype(float), 2, 0)


def block_means(samples, block_px):
    rows, columns = samples.shape[0] // block_px, samples.shape[1] // block_px
    whole = samples[:rows * block_px, :columns * block_px]
    return whole.reshape(rows, block_px, columns, block_px).mean(axis=(1, 3))


def off_by(jpeg, number):
    """By how much the means of blocks of 8x8 samples differ from those of uvcam's frame: of luma at most, of
    chroma, which a decoder interpolates across its blocks, at the median."""
    luma, *chroma = components_of(jpeg)
    height, width = luma.shape
    wanted_luma, *wanted_chroma = drawn_components(number, width, height)
    off = [numpy.abs(block_means(luma, BLOCK_PX) - block_means(wanted_luma.clip(0, 255), BLOCK_PX)).max()]
    for samples, wanted in zip(chroma, wanted_chroma):
        off.append(numpy.median(numpy.abs(block_means(samples, 2 * BLOCK_PX) - block_means(wanted, 2 * BLOCK_PX))))
    return [round(float(value), 2) for value in off]


class EncoderChecks:
    """With a server that runs, in the order in which they build on each other."""

    def __init__(self, server, device):
        self._server = server
        self._device = device

    def _viewer(self):
        return Viewer(self._server.address, CAMERA)

    async def _camera(self):
        return (await camera_states(self._server.address))[CAMERA]

    async def _require_no_loss(self):
        dropped = (await self._camera())["frames"]["dropped"]
        require(not any(dropped.values()), f"frames were dropped: {dropped}")

    async def pictures_are_the_devices(self):
        async with self._viewer() as viewer:
            frames = await viewer.frames(20)
        encoder = (await self._camera())["encoder"]
        require(encoder["name"].startswith("Test JPEG encoder (/dev/video"), f"the encoder is {encoder}")
        require(encoder["reason"] == "" and encoder["hardware_failures"] == 0, f"the encoder is {encoder}")
        for frame in frames:
            pixels = frame.pixels()
            require(is_the_devices(pixels), "the picture is not the device's")
            off = off_by(frame.jpeg, drawn_number(pixels))
            require(max(off) <= 2, f"the means of blocks of Y, Cb, Cr are off by {off} levels")
        numbers = {drawn_number(frame.pixels()) - frame.sequence for frame in frames}
        require(len(numbers) == 1, f"sequence does not count the drawn numbers: apart by {sorted(numbers)}")
        return f"{encoder['name']}, blocks of Y, Cb, Cr off by {off} levels"

    async def failures_cost_no_frame(self):
        async with self._viewer() as viewer:
            await viewer.frames(5)
            await self._device.set("fail_every", 20)
            while (await self._camera())["encoder"]["hardware_failures"] < 2:
                await viewer.frames(5)
            await self._device.set("fail_every", 0)
            await viewer.frames(5)
        encoder = (await self._camera())["encoder"]
        require(encoder["name"].startswith("Test JPEG encoder"), f"the encoder is {encoder}")
        await self._require_no_loss()
        return f"{encoder['hardware_failures']} failures"

    async def hang_is_told_and_software_goes_on(self):
        async with self._viewer() as viewer:
            await viewer.frames(5)
            await self._device.set("hang", 1)
            reason = ""
            while not reason:
                reason = (await viewer.status("live"))["reason"]
            pixels = (await viewer.frames(5))[-1].pixels()
            camera = await self._camera()
            require(camera["encoder"]["name"] == "libjpeg-turbo" and camera["encoder"]["reason"] == reason,
                    f"the camera is {camera}")
            require(not is_the_devices(pixels), "the picture is still the device's")
        require("did not answer" in reason, f"the reason is: {reason}")
        await self._device.set("hang", 0)
        await self._require_no_loss()
        return reason

    async def hardware_is_back_when_the_camera_starts_again(self):
        await wait_for_camera(self._server.address, CAMERA, lambda camera: camera["state"] == "idle", "the camera is idle")
        async with self._viewer() as viewer:
            await viewer.frames(5)
        encoder = (await self._camera())["encoder"]
        require(encoder["name"].startswith("Test JPEG encoder") and encoder["reason"] == "", f"the encoder is {encoder}")
        log = await self._server.log_end()
        require("(0 so far)" not in log, f"the log tells of failures that there were not:\n{log}")

    async def without_a_device_it_does_not_start(self):
        await self._server.stop()
        await self._device.unload()
        code, text = await self._server.refusal("--encoder", "hardware", "--camera", "pattern")
        require(code == 69 and "there is no hardware JPEG encoder" in text, f"exit code {code}: {text}")
        return text

    def all(self):
        return (
            ("a raw webcam's pictures are encoded by it", self.pictures_are_the_devices),
            ("frames that it fails at are encoded in software", self.failures_cost_no_frame),
            ("when it hangs viewers are told why, and software encodes", self.hang_is_told_and_software_goes_on),
            ("it encodes again when the camera starts again", self.hardware_is_back_when_the_camera_starts_again),
            ("without it --encoder hardware ends with 69", self.without_a_device_it_does_not_start),
        )


async def run(guest, server, checks, show_log_unless):
    """In a guest with two webcams, of which the second by port gives YUYV; `server` does not run."""
    device = EncoderDevice(guest)
    for shape, parameters in SHAPES.items():
        await checks.check(f"hardware encoder, {shape}: frames become their pictures, faults included",
                           device.try_all(parameters))
    await device.load()
    if await checks.check("hardware encoder: the server starts with it", start_server(server)):
        encoder_checks = EncoderChecks(server, device)
        for sentence, check in encoder_checks.all():
            await show_log_unless(await checks.check(f"hardware encoder: {sentence}", check()), server)


async def start_server(server):
    ids, text = await server.cameras()
    require(len(ids) == 2, f"--list-cameras shows the cameras {ids}:\n{text}")
    await server.start("--camera", f"{CAMERA}=libcamera:{sorted(ids)[1]},640x480@30,yuyv", "--idle-grace", "1",
                       "--encoder", "hardware")
