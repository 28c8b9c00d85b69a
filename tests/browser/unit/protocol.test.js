// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseMessage } from "../../../client-web/protocol.js";

const GOLDEN = new URL("../../../proto/golden/", import.meta.url);

/** @param {"valid" | "invalid"} kind */
function golden(kind) {
  const folder = new URL(`${kind}/`, GOLDEN);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
}

const FRAME = {
  type: "frame",
  camera: "cam0",
  sequence: 12,
  captured_us: 1732368000123456,
  width: 1280,
  height: 720,
  mime: "image/jpeg",
  data: "/9j/4AAQSkZJRg==",
};

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
      assert.equal(message.kind, ["frame", "status"].includes(type) ? type : "unknown");
    });
  }

  for (const { name, text } of golden("invalid")) {
    it(`are refused without a throw: ${name}`, () => {
      assert.equal(parseMessage(text).kind, "invalid");
    });
  }
});

describe("A message", () => {
  it("keeps every member of a frame", () => {
    assert.deepEqual(frameWith({}), { kind: "frame", frame: FRAME });
  });

  it("keeps every member of a status", () => {
    assert.deepEqual(parseMessage(JSON.stringify(STATUS)), { kind: "status", status: STATUS });
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
    ["mime", [undefined, "text/html", "image/png", "image/jpeg;x=,"]],
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

  for (const changes of [{ state: "dancing" }, { state: undefined }, { reason: 7 }, { camera: "" }]) {
    it(`with a wrong status is refused: ${JSON.stringify(changes)}`, () => {
      assert.equal(parseMessage(JSON.stringify({ ...STATUS, ...changes })).kind, "invalid");
    });
  }
});
