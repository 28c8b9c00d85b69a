// @ts-check

/** Date.now() cuts off at whole milliseconds, and two well-kept clocks still differ by a few. */
const TOLERATED_EARLY_MS = 5;

/** Newest wins everywhere, so a picture that seems older than this was stamped by another clock. */
const PLAUSIBLE_AGE_MS = 60_000;

/** Tells how old a picture is by the server's clock. */
export class Clock {
  #wallNowMs;

  /** What must be added to this machine's clock to get the server's. */
  offsetMs = 0;

  /** @param {() => number} [wallNowMs] Unix time in milliseconds */
  constructor(wallNowMs = Date.now) {
    this.#wallNowMs = wallNowMs;
  }

  /**
   * Age of something captured at `capturedUs` (Unix time, microseconds). May be negative or absurd
   * when the clocks differ.
   *
   * @param {number} capturedUs
   */
  ageMs(capturedUs) {
    return this.#wallNowMs() + this.offsetMs - capturedUs / 1000;
  }

  /**
   * The same age for a picture that has just been painted, or null when it shows that the clocks
   * differ.
   *
   * @param {number} capturedUs
   */
  plausibleAgeMs(capturedUs) {
    const ageMs = this.ageMs(capturedUs);
    if (ageMs < -TOLERATED_EARLY_MS || ageMs > PLAUSIBLE_AGE_MS) return null;
    return Math.max(0, ageMs);
  }
}
