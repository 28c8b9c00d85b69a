// @ts-check
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FrameStats } from "../../../client-web/stats.js";

/**
 * @param {FrameStats} stats
 * @param {{ count: number, intervalMs: number, fromMs?: number, ageMs?: number | null }} paints
 * @returns {number} when the last one was
 */
function paint(stats, { count, intervalMs, fromMs = 0, ageMs = 40 }) {
  for (let i = 0; i < count; i += 1) stats.painted(fromMs + i * intervalMs, ageMs);
  return fromMs + (count - 1) * intervalMs;
}

describe("The frame statistics", () => {
  it("give the rate of the paints", () => {
    const stats = new FrameStats();
    const nowMs = paint(stats, { count: 100, intervalMs: 1000 / 30 });
    assert.equal(Math.round(stats.numbers(nowMs).fps * 10), 300);
  });

  it("give the rate of a camera slower than the window", () => {
    const stats = new FrameStats();
    const nowMs = paint(stats, { count: 4, intervalMs: 4000 });
    assert.equal(stats.numbers(nowMs + 3000).fps, 0.25);
  });

  it("give no rate when nothing is painted any more", () => {
    const stats = new FrameStats();
    const nowMs = paint(stats, { count: 100, intervalMs: 33 });
    assert.equal(stats.numbers(nowMs + 2100).fps, 0);
    assert.equal(stats.numbers(nowMs + 2100).ageMs, null);
  });

  it("give no rate before anything was painted", () => {
    assert.equal(new FrameStats().numbers(0).fps, 0);
    assert.equal(new FrameStats().numbers(0).clockDiffers, false);
  });

  it("give the middle age, which one late frame does not move", () => {
    const stats = new FrameStats();
    [30, 31, 32, 33, 5000].forEach((ageMs, i) => stats.painted(i * 33, ageMs));
    assert.equal(stats.numbers(150).ageMs, 32);
  });

  it("say that the clocks differ when most ages are implausible", () => {
    const stats = new FrameStats();
    paint(stats, { count: 10, intervalMs: 33, ageMs: null });
    stats.painted(400, 20);
    assert.deepEqual(
      [stats.numbers(400).clockDiffers, stats.numbers(400).ageMs],
      [true, null],
    );
  });

  it("add up what the server did not send and what the page did not paint", () => {
    const stats = new FrameStats();
    [0, 0, 2, 0].forEach((count) => stats.notSent(count));
    stats.notPainted();
    const { notSent, notPainted, dropped } = stats.numbers(0);
    assert.deepEqual({ notSent, notPainted, dropped }, { notSent: 2, notPainted: 1, dropped: 3 });
  });

  it("know the usual interval, and an interruption is none", () => {
    const stats = new FrameStats();
    assert.equal(stats.intervalMs, null);
    paint(stats, { count: 5, intervalMs: 100 });
    stats.interrupted();
    paint(stats, { count: 5, intervalMs: 100, fromMs: 60_000 });
    assert.equal(stats.intervalMs, 100);
  });
});
