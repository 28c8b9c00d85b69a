// @ts-check
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { ControlChanges } from "../../../client-web/control-changes.js";

const fetchOfNode = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = fetchOfNode;
});

/** A server that answers when told to. */
function slowServer() {
  const server = {
    /** @type {string[]} */ asked: [],
    /** @type {(response: Response) => void} */ answer: () => {},
  };
  globalThis.fetch = (_, request) => {
    server.asked.push(String(request?.body ?? "GET"));
    return new Promise((resolve) => {
      server.answer = resolve;
    });
  };
  return server;
}

/** @param {number} value */
const brightnessAt = (value) =>
  Response.json({ controls: [{ name: "Brightness", type: "number", minimum: -1, maximum: 1, default: 0, value }] });

describe("Changes of controls on their way", () => {
  it("are awaited until the last one is answered, so that older news moves nothing back", async () => {
    const server = slowServer();
    /** @type {{ value: unknown, waits: boolean }[]} */
    const told = [];
    const changes = new ControlChanges(
      "door",
      ([control]) => told.push({ value: control.value, waits: changes.waits("Brightness") }),
      assert.fail,
    );
    assert.equal(changes.waits("Brightness"), false);
    changes.choose("Brightness", 0.1);
    assert.equal(changes.waits("Brightness"), true, "it has left and is not answered");
    assert.equal(changes.waits("Contrast"), false);
    changes.choose("Brightness", 0.2);
    changes.choose("Brightness", 0.3);
    server.answer(brightnessAt(0.1));
    await until(() => server.asked.length === 2);
    server.answer(brightnessAt(0.3));
    await until(() => told.length === 2);
    assert.deepEqual(server.asked, ['{"Brightness":0.1}', '{"Brightness":0.3}'], "only the newest of what waited");
    assert.deepEqual(told, [
      { value: 0.1, waits: true },
      { value: 0.3, waits: false },
    ]);
  });

  it("that are refused are awaited until what is set instead is known", async () => {
    const server = slowServer();
    /** @type {unknown[]} */
    const told = [];
    const changes = new ControlChanges(
      "door",
      ([control]) => told.push(control.value),
      (reason) => told.push(reason),
    );
    changes.choose("Brightness", 0.1);
    server.answer(Response.json({ type: "error", code: "bad-shape", reason: "no" }, { status: 409 }));
    await until(() => server.asked.length === 2);
    assert.equal(changes.waits("Brightness"), true);
    server.answer(brightnessAt(0));
    await until(() => told.length === 2);
    assert.deepEqual(told, ["no", 0]);
    assert.equal(changes.waits("Brightness"), false);
  });
});

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
