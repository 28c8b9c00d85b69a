// @ts-check
/** @typedef {import("./protocol.js").Frame} Frame */

/**
 * @typedef {object} Surface where pictures are shown
 * @property {(frame: Frame) => Promise<void>} prepare decodes out of sight; rejects for a broken picture
 * @property {() => void} show puts what was prepared in sight, whole
 *
 * @typedef {object} PainterListener
 * @property {(frame: Frame) => void} onShown it is in sight from the next paint on
 * @property {(frame: Frame) => void} onPainted that paint is over; does not come after a `stop()`
 * @property {(frame: Frame) => void} onReplaced a newer frame took its place before it was decoded
 * @property {(frame: Frame, error: unknown) => void} onBroken
 */

/**
 * Calls back once what the current animation frame changed was painted. Its callbacks, and promises
 * that they resolve, run before style, layout and paint (HTML, "update the rendering"); a message
 * that is posted meanwhile is a task, which cannot begin before all of that is done.
 *
 * @param {() => void} callback
 */
function afterPaint(callback) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
}

/**
 * Shows at most one frame per animation frame, each decoded before it is seen. Newest wins: while
 * one frame is on its way, one more may wait, and a newer one replaces it.
 */
export class Painter {
  #surface;
  #listener;
  #requestFrame;
  #afterPaint;
  /** @type {Frame | null} */
  #waiting = null;
  #busy = false;
  /** What was begun before the last `stop()` must not be shown after it. */
  #generation = 0;

  /**
   * @param {Surface} surface
   * @param {PainterListener} listener
   * @param {(callback: () => void) => void} [requestFrame]
   * @param {(callback: () => void) => void} [whenPainted]
   */
  constructor(
    surface,
    listener,
    requestFrame = (callback) => void requestAnimationFrame(callback),
    whenPainted = afterPaint,
  ) {
    this.#surface = surface;
    this.#listener = listener;
    this.#requestFrame = requestFrame;
    this.#afterPaint = whenPainted;
  }

  /** @param {Frame} frame */
  offer(frame) {
    if (this.#waiting) this.#listener.onReplaced(this.#waiting);
    this.#waiting = frame;
    if (!this.#busy) void this.#paintWaiting();
  }

  /** Forgets what has not been shown yet. The picture in sight stays. */
  stop() {
    this.#generation += 1;
    this.#waiting = null;
    this.#busy = false;
  }

  async #paintWaiting() {
    const generation = this.#generation;
    this.#busy = true;
    while (this.#waiting) {
      const frame = this.#waiting;
      this.#waiting = null;
      try {
        await this.#surface.prepare(frame);
      } catch (error) {
        if (generation !== this.#generation) return;
        this.#listener.onBroken(frame, error);
        continue;
      }
      if (generation !== this.#generation) return;
      await new Promise((resolve) => this.#requestFrame(() => resolve(undefined)));
      if (generation !== this.#generation) return;
      this.#surface.show();
      this.#listener.onShown(frame);
      await new Promise((resolve) => this.#afterPaint(() => resolve(undefined)));
      if (generation !== this.#generation) return;
      this.#listener.onPainted(frame);
    }
    this.#busy = false;
  }
}
