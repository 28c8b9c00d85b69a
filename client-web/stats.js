// @ts-check

const WINDOW_MS = 2_000;

/** Enough to outvote the one long interval that a stall leaves behind. */
const REMEMBERED_INTERVALS = 9;

/**
 * @typedef {object} Numbers
 * @property {number} fps painted frames a second
 * @property {number | null} ageMs middle age at the paint; null when nothing was painted lately or
 *   the clocks differ
 * @property {boolean} clockDiffers
 * @property {number} notSent frames the camera made and this viewer was not sent
 * @property {number} notPainted frames that came and were replaced by a newer one, or were broken
 * @property {number} dropped both together
 */

/** Counts what became of the frames. */
export class FrameStats {
  /** @type {{ atMs: number, ageMs: number | null }[]} */
  #paints = [];
  /** @type {number[]} */
  #intervalsMs = [];
  #lastPaintAtMs = -Infinity;
  #notSent = 0;
  #notPainted = 0;

  /** The server says how many frames it did not send. @param {number} count */
  notSent(count) {
    this.#notSent += count;
  }

  /** A frame came in and will not be shown. */
  notPainted() {
    this.#notPainted += 1;
  }

  /** @param {number} nowMs monotonic @param {number | null} ageMs null when the clocks differ */
  painted(nowMs, ageMs) {
    if (Number.isFinite(this.#lastPaintAtMs)) {
      this.#intervalsMs.push(nowMs - this.#lastPaintAtMs);
      if (this.#intervalsMs.length > REMEMBERED_INTERVALS) this.#intervalsMs.shift();
    }
    this.#lastPaintAtMs = nowMs;
    this.#paints.push({ atMs: nowMs, ageMs });
    this.#forget(nowMs);
  }

  /** The time in which nobody listened is no interval between two frames. */
  interrupted() {
    this.#lastPaintAtMs = -Infinity;
    this.#paints = [];
  }

  /** The usual time between two paints, or null before two of them. */
  get intervalMs() {
    return middle(this.#intervalsMs);
  }

  /** @param {number} nowMs @returns {Numbers} */
  numbers(nowMs) {
    this.#forget(nowMs);
    const known = this.#paints.flatMap(({ ageMs }) => (ageMs === null ? [] : [ageMs]));
    const clockDiffers = known.length * 2 < this.#paints.length;
    return {
      fps: this.#fps(nowMs),
      ageMs: clockDiffers ? null : middle(known),
      clockDiffers,
      notSent: this.#notSent,
      notPainted: this.#notPainted,
      dropped: this.#notSent + this.#notPainted,
    };
  }

  /** @param {number} nowMs */
  #fps(nowMs) {
    const first = this.#paints.at(0);
    const last = this.#paints.at(-1);
    if (first && last && this.#paints.length > 2) {
      return ((this.#paints.length - 1) * 1000) / (last.atMs - first.atMs);
    }
    // A camera slower than the window, as long as it keeps its own pace.
    const intervalMs = this.intervalMs;
    if (intervalMs === null || nowMs - this.#lastPaintAtMs > 2 * intervalMs) return 0;
    return 1000 / intervalMs;
  }

  /** @param {number} nowMs */
  #forget(nowMs) {
    while (this.#paints.length > 0 && nowMs - this.#paints[0].atMs > WINDOW_MS) {
      this.#paints.shift();
    }
  }
}

/** @param {number[]} values */
function middle(values) {
  if (values.length === 0) return null;
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
