// @ts-check

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 8_000;

/**
 * Exponential back-off with full jitter: every wait is drawn evenly from nothing up to a ceiling
 * that doubles, so that a thousand viewers of a restarted server do not come back in step.
 */
export class Backoff {
  #random;
  #attempts = 0;

  /** @param {() => number} [random] from 0 up to, not including, 1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** How long to wait before the next attempt. */
  nextMs() {
    const ceilingMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return this.#random() * ceilingMs;
  }

  reset() {
    this.#attempts = 0;
  }
}
