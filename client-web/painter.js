// @ts-check
/** @typedef {import("./protocol.js").Frame} Frame */

/**
 * @typedef {object} Surface where pictures are shown
 * @property {(frame: Frame) => Promise<void>} prepare decodes out of sight; rejects for a broken picture
 * @property {() => void} show puts what was prepared in sight, whole
 *
 * @typedef {object} PainterListener
 * @property {(frame: Frame) => void} onPainted
 * @property {(frame: Frame) => void} onReplaced a newer frame took its place before it was decoded
 * @property {(frame: Frame, error: unknown) => void} onBroken
 */

/**
 * Shows at most one frame per animation frame, each decoded before it is seen. Newest wins: while
 * one frame is on its way, one more may wait, and a newer one replaces it.
 */
export class Painter {
  #surface;
  #listener;
  #requestFrame;
  /** @type {Frame | null} */
  #waiting = null;
  #busy = false;
  /** What was begun before the last `stop()` must not be shown after it. */
  #generation = 0;

  /**
   * @param {Surface} surface
   * @param {PainterListener} listener
   * @param {(callback: () => void) => void} [requestFrame]
   */
  constructor(surface, listener, requestFrame = (callback) => void requestAnimationFrame(callback)) {
    this.#surface = surface;
    this.#listener = listener;
    this.#requestFrame = requestFrame;
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
      this.#listener.onPainted(frame);
    }
    this.#busy = false;
  }
}
