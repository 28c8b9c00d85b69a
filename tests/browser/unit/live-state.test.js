// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isFlowing, judge, stallLimitMs } from "../../../client-web/live-state.js";

/** @typedef {import("../../../client-web/live-state.js").Facts} Facts */

const NOW_MS = 100_000;

/** A healthy stream at 30 fps, but for the changes. @param {Partial<Facts>} changes */
function verdict(changes) {
  return judge({
    nowMs: NOW_MS,
    paused: false,
    connection: "open",
    connectionReason: "",
    openedAtMs: 0,
    status: null,
    framesSinceStatus: 0,
    paintedAtMs: NOW_MS - 33,
    settling: false,
    intervalMs: 33,
    ...changes,
  });
}

/**
 * @param {import("../../../client-web/protocol.js").CameraState} state
 * @param {string} [reason]
 */
function status(state, reason = "") {
  return { type: /** @type {const} */ ("status"), camera: "cam0", state, reason };
}

describe("The state a person is told", () => {
  it("is live while frames are painted", () => {
    assert.equal(verdict({}).state, "live");
  });

  it("is settling while the frame in sight says so, however many frames there were", () => {
    assert.deepEqual(verdict({ settling: true }), {
      state: "settling",
      headline: "Settling",
      reason: "The camera is finding its exposure.",
    });
    const said = { status: status("settling", "It is dark."), framesSinceStatus: 2 };
    assert.equal(verdict({ settling: true, ...said }).reason, "It is dark.");
    assert.equal(verdict({ settling: true, framesSinceStatus: 100 }).state, "settling");
    assert.equal(verdict({ settling: true, status: status("live") }).state, "settling");
  });

  it("is live as soon as the frame in sight does not say so any more", () => {
    assert.equal(verdict({ settling: false, status: status("settling") }).state, "live");
  });

  it("is never settling without a new picture", () => {
    assert.equal(verdict({ settling: true, paintedAtMs: NOW_MS - 2001 }).state, "stalled");
    assert.equal(verdict({ settling: true, paintedAtMs: null, openedAtMs: NOW_MS }).state, "connecting");
  });

  it("shows the present while it is live or settling only", () => {
    const states = /** @type {const} */ (["connecting", "settling", "live", "stalled", "lost", "paused"]);
    assert.deepEqual(states.filter(isFlowing), ["settling", "live"]);
  });

  it("is stalled after two seconds without a paint", () => {
    assert.equal(verdict({ paintedAtMs: NOW_MS - 2000 }).state, "live");
    assert.equal(verdict({ paintedAtMs: NOW_MS - 2001 }).state, "stalled");
  });

  it("allows a slow camera five of its intervals", () => {
    assert.equal(stallLimitMs(1000), 5000);
    assert.equal(verdict({ intervalMs: 1000, paintedAtMs: NOW_MS - 4900 }).state, "live");
    assert.equal(verdict({ intervalMs: 1000, paintedAtMs: NOW_MS - 5100 }).state, "stalled");
  });

  it("is connecting until the first picture, for a while", () => {
    assert.equal(verdict({ paintedAtMs: null, openedAtMs: NOW_MS - 7000 }).state, "connecting");
    assert.equal(verdict({ paintedAtMs: null, openedAtMs: NOW_MS - 9000 }).state, "stalled");
  });

  it("is connecting for as long as the server says that the camera starts", () => {
    const starting = { paintedAtMs: null, openedAtMs: NOW_MS - 9000, status: status("starting", "Warming up.") };
    assert.deepEqual(
      [verdict(starting).state, verdict(starting).reason],
      ["connecting", "Warming up."],
    );
  });

  it("is what the server says about the camera, with its reason", () => {
    assert.equal(verdict({ status: status("stalled", "Check the cable.") }).reason, "Check the cable.");
    assert.equal(verdict({ status: status("stalled") }).state, "stalled");
    assert.equal(verdict({ status: status("lost") }).state, "lost");
  });

  it("believes frames that keep coming over an older word", () => {
    assert.equal(verdict({ status: status("stalled"), framesSinceStatus: 2 }).state, "stalled");
    assert.equal(verdict({ status: status("stalled"), framesSinceStatus: 3 }).state, "live");
  });

  it("is lost while the connection is, and between two attempts", () => {
    const broke = { connectionReason: "It broke.", paintedAtMs: null };
    assert.equal(verdict({ ...broke, connection: "waiting" }).state, "lost");
    assert.equal(verdict({ ...broke, connection: "connecting" }).state, "lost");
    assert.equal(verdict({ ...broke, connection: "connecting" }).reason, "It broke.");
  });

  it("is connecting at the first attempt", () => {
    assert.equal(verdict({ connection: "connecting", paintedAtMs: null }).state, "connecting");
  });

  it("is still stalled while a silent connection is checked", () => {
    const silent = { connection: /** @type {const} */ ("checking"), paintedAtMs: NOW_MS - 15_000 };
    assert.equal(verdict(silent).state, "stalled");
  });

  it("is paused when the person paused it, whatever else is true", () => {
    assert.equal(verdict({ paused: true, connection: "waiting" }).state, "paused");
  });
});
