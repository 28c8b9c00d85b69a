// @ts-check
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Painter } from "../../../client-web/painter.js";

/** @typedef {import("../../../client-web/protocol.js").Frame} Frame */

/** @param {number} sequence */
function frame(sequence) {
  return /** @type {Frame} */ ({ type: "frame", sequence });
}

/** Lets everything run that waits for promises only. */
function settle() {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("The painter", () => {
  /** @type {{ frame: Frame, resolve: () => void, reject: (error: Error) => void }[]} */
  let decoding;
  /** @type {(() => void)[]} */ let animationFrames;
  /** @type {(() => void)[]} */ let paints;
  /** @type {string[]} */ let story;
  /** @type {number | null} */ let inSight;
  /** @type {Painter} */ let painter;

  beforeEach(() => {
    decoding = [];
    animationFrames = [];
    paints = [];
    story = [];
    inSight = null;
    painter = new Painter(
      {
        prepare: (frame) =>
          new Promise((resolve, reject) => {
            story.push(`decode ${frame.sequence}`);
            decoding.push({ frame, resolve, reject });
          }),
        show: () => story.push("show"),
      },
      {
        onShown: ({ sequence }) => (inSight = sequence),
        onPainted: ({ sequence }) => story.push(`painted ${sequence}`),
        onReplaced: ({ sequence }) => story.push(`replaced ${sequence}`),
        onBroken: ({ sequence }) => story.push(`broken ${sequence}`),
      },
      (callback) => animationFrames.push(callback),
      (callback) => paints.push(callback),
    );
  });

  async function finishDecoding() {
    decoding.shift()?.resolve();
    await settle();
  }

  async function animationFrameBeforePaint() {
    animationFrames.splice(0).forEach((callback) => callback());
    await settle();
  }

  async function nextAnimationFrame() {
    await animationFrameBeforePaint();
    paints.splice(0).forEach((callback) => callback());
    await settle();
  }

  it("shows a frame when it is decoded and an animation frame has come, not before", async () => {
    painter.offer(frame(1));
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1"]);
    await finishDecoding();
    assert.deepEqual(story, ["decode 1"]);
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1", "show", "painted 1"]);
  });

  it("says that a frame is painted after the paint, and not with the animation frame before it", async () => {
    painter.offer(frame(1));
    await finishDecoding();
    await animationFrameBeforePaint();
    assert.deepEqual(story, ["decode 1", "show"]);
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1", "show", "painted 1"]);
  });

  it("says nothing of a paint that comes after a stop, and has said what is in sight", async () => {
    painter.offer(frame(1));
    await finishDecoding();
    assert.equal(inSight, null);
    await animationFrameBeforePaint();
    painter.stop();
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1", "show"]);
    assert.equal(inSight, 1);
  });

  it("replaces the waiting frame by a newer one while another decodes", async () => {
    [1, 2, 3, 4].forEach((sequence) => painter.offer(frame(sequence)));
    assert.deepEqual(story, ["decode 1", "replaced 2", "replaced 3"]);
    await finishDecoding();
    await nextAnimationFrame();
    assert.deepEqual(story.slice(3), ["show", "painted 1", "decode 4"]);
    await finishDecoding();
    await nextAnimationFrame();
    assert.deepEqual(story.slice(6), ["show", "painted 4"]);
  });

  it("paints at most one frame per animation frame", async () => {
    painter.offer(frame(1));
    await finishDecoding();
    painter.offer(frame(2));
    await settle();
    assert.equal(animationFrames.length, 1);
    assert.deepEqual(story, ["decode 1"]);
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1", "show", "painted 1", "decode 2"]);
  });

  it("goes on after a broken picture and never shows it", async () => {
    painter.offer(frame(1));
    painter.offer(frame(2));
    decoding.shift()?.reject(new Error("not a picture"));
    await settle();
    assert.deepEqual(story, ["decode 1", "broken 1", "decode 2"]);
    await finishDecoding();
    await nextAnimationFrame();
    assert.deepEqual(story.slice(3), ["show", "painted 2"]);
  });

  it("shows nothing of before a stop after it", async () => {
    painter.offer(frame(1));
    painter.offer(frame(2));
    painter.stop();
    await finishDecoding();
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1"]);
  });

  it("starts afresh after a stop, even while the old decoding still runs", async () => {
    painter.offer(frame(1));
    painter.stop();
    painter.offer(frame(2));
    const [old, current] = decoding;
    old.reject(new Error("its image was given another picture"));
    current.resolve();
    await settle();
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1", "decode 2", "show", "painted 2"]);
  });

  it("does not show a decoded frame when it was stopped before the animation frame", async () => {
    painter.offer(frame(1));
    await finishDecoding();
    painter.stop();
    await nextAnimationFrame();
    assert.deepEqual(story, ["decode 1"]);
  });
});
