// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCameras } from "../../../client-web/cameras.js";
import { readControlsAnswer } from "../../../client-web/camera-controls.js";
import { controlLabel, durationText, exposureText, fileNameFor, rateText, roughDurationText } from "../../../client-web/text.js";

describe("A number", () => {
  it("is a duration as people say it", () => {
    const texts = [0, 42.4, 999, 1240, 12_345, 65_000].map(durationText);
    assert.deepEqual(texts, ["0 ms", "42 ms", "999 ms", "1.2 s", "12 s", "1 min 5 s"]);
  });

  it("is a rough duration where it ticks", () => {
    const texts = [-5, 999, 12_999, 3_600_000, 90_061_000].map(roughDurationText);
    assert.deepEqual(texts, ["0 s", "0 s", "12 s", "1 h 0 min", "25 h 1 min"]);
  });

  it("is a rate with a decimal only where it matters", () => {
    assert.deepEqual([0.25, 9.9, 9.97, 29.97].map(rateText), ["0.3", "9.9", "10", "30"]);
  });
});

describe("What a camera tells about a picture", () => {
  it("is said in a few digits", () => {
    const told = { exposure_us: 8_333, analogue_gain: 2.0392, lens_position_dioptres: 1.25 };
    assert.equal(exposureText(told), "exposed for 8.33 ms, gain 2.04, focus 1.25 dpt");
  });

  it("is only what the camera reports, and zero is a report", () => {
    assert.equal(exposureText({}), "");
    assert.equal(exposureText({ exposure_us: 20_000 }), "exposed for 20 ms");
    assert.equal(exposureText({ lens_position_dioptres: 0 }), "focus 0 dpt");
  });
});

describe("The name of a saved picture", () => {
  it("tells camera and time, and fits every file system", () => {
    const name = fileNameFor({
      type: "frame",
      camera: "..garden.gate",
      sequence: 1,
      captured_us: 1_732_368_000_123_456,
      width: 1,
      height: 1,
      mime: "image/jpeg",
      dropped: 0,
      data: "/9j/",
    });
    assert.equal(name, "-garden-gate-2024-11-23T13-20-00-123Z.jpg");
  });
});

describe("The list of cameras", () => {
  it("is read, whatever else it carries", () => {
    const answer = { cameras: [{ name: "door", state: "live", more: 1 }, { name: "" }, null, { name: "b" }] };
    assert.deepEqual(readCameras(answer), [
      { name: "door", state: "live" },
      { name: "b", state: "" },
    ]);
  });

  it("is nothing when the answer is something else", () => {
    for (const answer of [null, undefined, 7, {}, { cameras: {} }]) {
      assert.equal(readCameras(answer), null);
    }
  });
});

describe("A camera's controls", () => {
  it("have names for people", () => {
    assert.equal(controlLabel("ExposureTime"), "Exposure time");
    assert.equal(controlLabel("AwbAuto"), "Awb auto");
    assert.equal(controlLabel("Brightness"), "Brightness");
  });

  it("are read, but for those of a kind that is not known here", () => {
    const controls = [
      { name: "AeEnable", type: "boolean" },
      { name: "Brightness", type: "number", minimum: -1, maximum: 1 },
      { name: "Endless", type: "number" },
      { name: "AwbMode", type: "menu", entries: [] },
      { name: "ScalerCrop", type: "area", minimum: [0, 0, 64, 48], maximum: [0, 0, 640, 480] },
      { name: "Anywhere", type: "area", minimum: [0, 0, 64, 48] },
      { name: "AfWindows", type: "areas" },
      { type: "boolean" },
      null,
    ];
    const answer = readControlsAnswer({ controls });
    assert.ok("controls" in answer);
    assert.deepEqual(answer.controls.map(({ name }) => name), ["AeEnable", "Brightness", "AwbMode", "ScalerCrop"]);
  });

  it("are refused with the server's reason, or with one of the page's", () => {
    assert.deepEqual(readControlsAnswer({ reason: "too bright" }), { refusal: "too bright" });
    for (const answer of [null, 7, {}, { controls: {} }, { reason: 7 }]) {
      assert.ok("refusal" in readControlsAnswer(answer));
    }
  });
});
