// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Clock } from "../../../client-web/clock.js";
import { ackMessage, parseMessage, pingMessage } from "../../../client-web/protocol.js";

/** @typedef {import("../../../client-web/protocol.js").Frame} Frame */

const GOLDEN = new URL("../../../proto/golden/", import.meta.url);

/** @param {"valid" | "invalid" | "client/valid" | "client/invalid"} kind */
function golden(kind) {
  const folder = new URL(`${kind}/`, GOLDEN);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
}

/** A binary frame, by the decoder that proto/README.md gives to whoever reads it. */
function readmesDecoder() {
  const prose = readFileSync(new URL("../README.md", GOLDEN), "utf8");
  const code = /```js\n(function decodeFrame[^]*?)```/.exec(prose)?.[1];
  assert.ok(code, "the README has no decodeFrame");
  return /** @type {(message: ArrayBuffer) => { head: any, image: Blob }} */ (
    new Function(`${code}; return decodeFrame;`)()
  );
}

const FRAME = {
  type: "frame",
  camera: "cam0",
  sequence: 12,
  captured_us: 1732368000123456,
  width: 1280,
  height: 720,
  mime: "image/jpeg",
  dropped: 3,
  data: "/9j/4AAQSkZJRg==",
};

const TOLD_BY_SOME_CAMERAS = {
  exposure_us: 8333,
  analogue_gain: 2.5,
  lens_position_dioptres: 0,
  settling: true,
};

const HELLO = {
  type: "hello",
  protocol: "freshframe.v1.json",
  server: "Freshframe 0.1.0",
  server_time_us: 1732368000123456,
  cameras: [
    { name: "cam0", width: 1280, height: 720, state: "live", reason: "" },
    { name: "cam1", width: null, height: null, state: "idle", reason: "" },
  ],
  may: ["watch"],
};

const PONG = { type: "pong", client_time_us: 1, received_us: 1732368000123456, sent_us: 1732368000123457 };

const ERROR = { type: "error", code: "bad-shape", reason: "max_fps is to be 0 to 1000.", request: "subscribe" };

/** Those that a page understands; others are of a later version. */
const KNOWN_TYPES = ["frame", "status", "hello", "pong", "controls", "error"];

const STATUS = { type: "status", camera: "cam0", state: "live", reason: "" };

/** @param {object} changes */
function frameWith(changes) {
  return parseMessage(JSON.stringify({ ...FRAME, ...changes }));
}

describe("The golden examples", () => {
  it("are there", () => {
    assert.ok(golden("valid").length > 0);
    assert.ok(golden("invalid").length > 0);
  });

  for (const { name, text } of golden("valid")) {
    it(`are understood: ${name}`, () => {
      const message = parseMessage(text);
      const { type } = JSON.parse(text);
      assert.equal(message.kind, KNOWN_TYPES.includes(type) ? type : "unknown");
    });
  }

  for (const { name, text } of golden("invalid")) {
    if (name.startsWith("credit")) continue; // the page publishes nothing
    it(`are refused without a throw: ${name}`, () => {
      assert.equal(parseMessage(text).kind, "invalid");
    });
  }
});

describe("The golden binary frame", () => {
  const bytes = readFileSync(new URL("valid/frame.bin", GOLDEN));
  const message = Uint8Array.from(bytes).buffer;

  it("is the JSON frame, by the decoder of the README", async () => {
    const { head, image } = readmesDecoder()(message);
    const data = Buffer.from(await image.arrayBuffer()).toString("base64");
    const frame = readFileSync(new URL("valid/frame.json", GOLDEN), "utf8");
    assert.deepEqual({ ...head, data }, JSON.parse(frame));
    assert.equal(image.type, head.mime);
  });

  it("is refused by the page, which asks for no binary frames", () => {
    assert.equal(parseMessage(message).kind, "invalid");
  });
});

describe("A message", () => {
  it("keeps every member of a frame", () => {
    assert.deepEqual(frameWith({}), { kind: "frame", frame: FRAME });
    const all = { ...FRAME, ...TOLD_BY_SOME_CAMERAS };
    assert.deepEqual(frameWith(TOLD_BY_SOME_CAMERAS), { kind: "frame", frame: all });
  });

  it("keeps every member of a status", () => {
    assert.deepEqual(parseMessage(JSON.stringify(STATUS)), { kind: "status", status: STATUS });
  });

  it("keeps every member of a hello, a pong and an error", () => {
    assert.deepEqual(parseMessage(JSON.stringify(HELLO)), { kind: "hello", hello: HELLO });
    assert.deepEqual(parseMessage(JSON.stringify(PONG)), { kind: "pong", pong: PONG });
    assert.deepEqual(parseMessage(JSON.stringify(ERROR)), { kind: "error", error: ERROR });
    const unreadable = { ...ERROR, request: null };
    assert.deepEqual(parseMessage(JSON.stringify(unreadable)), { kind: "error", error: unreadable });
  });

  it("keeps every member of a camera's controls, those of a later version too", () => {
    const lamp = { name: "Lamp", type: "boolean", value: true, colour: [9, 9, 0] };
    const controls = { type: "controls", camera: "cam0", sequence: null, controls: [lamp], by: "ann" };
    assert.deepEqual(parseMessage(JSON.stringify(controls)), { kind: "controls", controls });
  });

  it("leaves out controls of a type of a later version, whatever their values, and keeps the others", () => {
    const lamp = { name: "Lamp", type: "boolean", value: true };
    const speed = { name: "Speed", type: "integer", minimum: 0, maximum: 9, value: 3 };
    const odd = [
      { name: "Curve", type: "points", value: [[0, 0], [1, 1]] },
      { name: "Mask", type: "polygon", value: { corners: [] }, minimum: null },
      { name: "Dial", type: "angle", value: 90 },
    ];
    const controls = { type: "controls", camera: "cam0", controls: [odd[0], lamp, odd[1], speed, odd[2]] };
    assert.deepEqual(parseMessage(JSON.stringify(controls)), {
      kind: "controls",
      controls: { ...controls, controls: [lamp, speed] },
    });
  });

  it("that has a control without a name or a type, or one that breaks its type's rules, is refused", () => {
    const wrong = [{ name: "Lamp" }, { type: "points" }, null, 7, { name: "Speed", type: "integer", minimum: 0 }];
    for (const control of wrong) {
      const message = { type: "controls", camera: "cam0", controls: [control] };
      assert.equal(parseMessage(JSON.stringify(message)).kind, "invalid", JSON.stringify(control));
    }
  });

  it("may carry members of a later version", () => {
    assert.equal(frameWith({ gain: 2, nested: { deep: [1] } }).kind, "frame");
  });

  it("of an unknown type is not an error", () => {
    assert.deepEqual(parseMessage('{"type":"weather"}'), { kind: "unknown", type: "weather" });
  });

  for (const text of ["", "{", "null", "[]", "7", '"frame"', "{}", '{"type":7}', "[".repeat(1e5)]) {
    it(`that is not one is refused: ${text.slice(0, 12)}`, () => {
      assert.equal(parseMessage(text).kind, "invalid");
    });
  }

  it("that is not text is refused", () => {
    assert.equal(parseMessage(new ArrayBuffer(4)).kind, "invalid");
  });

  /** @type {[string, unknown[]][]} */
  const wrong = [
    ["camera", [undefined, null, "", 7, "front door", "x".repeat(65)]],
    ["sequence", [undefined, "1", -1, 1.5, 2 ** 53]],
    ["captured_us", [undefined, "1", -1, 0.5, 1e300]],
    ["width", [undefined, 0, -1, 65536, 1.5, "1280"]],
    ["height", [undefined, 0, -1, 65536, 1.5, "720"]],
    ["exposure_us", [null, -1, 0.5, "8333"]],
    ["analogue_gain", [null, "2", {}, -1]],
    ["lens_position_dioptres", [null, "1"]],
    ["settling", [null, 1, "yes"]],
    ["stale_us", [null, -1, 0.5, "8333"]],
    ["dropped", [undefined, null, -1, 0.5, "3"]],
    ["mime", [undefined, "text/html", "image/webp", "image/jpeg;x=,"]],
    ["data", [undefined, "", "/9j/a", "/9j/ab-_", "/9j/a===", "/9j/====", "/9j/\n", "AAAA", ["/9j/"]]],
  ];
  for (const [member, values] of wrong) {
    for (const value of values) {
      it(`with a wrong ${member} is refused: ${JSON.stringify(value)}`, () => {
        const message = frameWith({ [member]: value });
        assert.equal(message.kind, "invalid");
        assert.match(message.kind === "invalid" ? message.reason : "", new RegExp(`^${member} `));
      });
    }
  }

  it("may have a PNG, and not one that is said to be a JPEG", () => {
    const data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
    assert.equal(frameWith({ mime: "image/png", data }).kind, "frame");
    assert.equal(frameWith({ mime: "image/jpeg", data }).kind, "invalid");
    assert.equal(frameWith({ mime: "image/png" }).kind, "invalid");
  });

  it("names a frame that is of no use, so that it can be acknowledged", () => {
    const { camera, sequence } = FRAME;
    const message = frameWith({ data: "AAAA" });
    assert.deepEqual(message, { kind: "invalid", reason: "data is not image/jpeg", frame: { camera, sequence } });
    assert.ok(!("frame" in frameWith({ sequence: -1 })));
    assert.ok(!("frame" in frameWith({ camera: "" })));
  });

  for (const changes of [{ state: "dancing" }, { state: undefined }, { reason: 7 }, { camera: "" }]) {
    it(`with a wrong status is refused: ${JSON.stringify(changes)}`, () => {
      assert.equal(parseMessage(JSON.stringify({ ...STATUS, ...changes })).kind, "invalid");
    });
  }

  const CAMERA = HELLO.cameras[0];
  /** @type {[object, string, unknown[]][]} */
  const wrongOthers = [
    [HELLO, "protocol", [undefined, 1]],
    [HELLO, "server", [undefined, null]],
    [HELLO, "server_time_us", [undefined, -1, "1"]],
    [HELLO, "may", [undefined, "watch", [1]]],
    [HELLO, "cameras", [undefined, {}, [null], ["cam0"], [{ ...CAMERA, name: "" }], [{ ...CAMERA, width: 0 }]]],
    [HELLO, "cameras", [[{ ...CAMERA, height: undefined }], [{ ...CAMERA, state: "dancing" }], [{ ...CAMERA, reason: 1 }]]],
    [PONG, "client_time_us", [undefined, "1", 0.5]],
    [PONG, "received_us", [undefined, null]],
    [PONG, "sent_us", [undefined, 2 ** 60]],
    [ERROR, "code", [undefined, "no-reason-at-all"]],
    [ERROR, "reason", [undefined, 7]],
    [ERROR, "request", [undefined, 7]],
  ];
  for (const [message, member, values] of wrongOthers) {
    for (const value of values) {
      it(`with a wrong ${member} is refused: ${JSON.stringify(value)}`, () => {
        const read = parseMessage(JSON.stringify({ ...message, [member]: value }));
        assert.equal(read.kind, "invalid");
        assert.match(read.kind === "invalid" ? read.reason : "", new RegExp(`^${member} `));
      });
    }
  }
});

/** A message with the kind of each value in its place. @param {any} message */
function shape(message) {
  if (typeof message !== "object" || message === null || Array.isArray(message)) return null;
  return Object.entries(message).map(([member, value]) =>
    member === "type" ? value : [member, Number.isSafeInteger(value) ? "whole" : typeof value],
  );
}

describe("What the page says", () => {
  /** @param {string} text @returns {string[]} */
  const members = (text) =>
    Object.entries(JSON.parse(text)).map(([member, value]) => `${member}: ${typeof value}`);

  for (const [name, text] of [
    ["ack.json", ackMessage(/** @type {Frame} */ (FRAME))],
    ["ping.json", pingMessage(1)],
  ]) {
    it(`has the members of the golden example ${name}`, () => {
      const golden = readFileSync(new URL(`client/valid/${name}`, GOLDEN), "utf8");
      assert.deepEqual(members(text), members(golden));
    });
  }

  const refused = golden("client/invalid").map(({ name, text }) => {
    try {
      return { name, text, message: JSON.parse(text) };
    } catch {
      return { name, text, message: null };
    }
  });

  it("is answered with an error that it knows, if it is wrong", () => {
    assert.ok(refused.length > 0);
    for (const { name } of refused) {
      const code = name.split("--")[0];
      assert.equal(parseMessage(JSON.stringify({ ...ERROR, code })).kind, "error", name);
    }
  });

  it("is no golden wrong acknowledgement, for no such frame can be named", () => {
    const wrong = refused.filter(({ message }) => message?.type === "ack");
    assert.ok(wrong.length > 0);
    for (const { name, message } of wrong) {
      const { camera, sequence } = message;
      const read = frameWith({ camera, sequence });
      assert.ok(read.kind === "invalid" && !read.frame, name);
    }
  });

  it("is no golden wrong message in its own members", () => {
    const said = [ackMessage(/** @type {Frame} */ (FRAME)), pingMessage(new Clock().nowUs())];
    const shapes = said.map((text) => JSON.stringify(shape(JSON.parse(text))));
    for (const { name, message } of refused) {
      // A number below 0 has no shape of its own; the case before has it.
      if (name.includes("below-0")) continue;
      assert.ok(!shapes.includes(JSON.stringify(shape(message))), name);
    }
  });

  it("is which frame it painted", () => {
    const frame = /** @type {Frame} */ (FRAME);
    assert.equal(ackMessage(frame), '{"type":"ack","camera":"cam0","sequence":12}');
  });

  it("is a question for the server's time", () => {
    assert.equal(pingMessage(1732368000123456), '{"type":"ping","client_time_us":1732368000123456}');
  });
});
