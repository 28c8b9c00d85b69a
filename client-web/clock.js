// @ts-check
/**
 * One exchange with the server that bounds the difference of the clocks, in Unix microseconds:
 * sent by us at `client_time_us`, and by its clock received and answered at the other two.
 *
 * @typedef {{ client_time_us: number, received_us: number, sent_us: number }} Exchange
 *
 * @typedef {object} Reading
 * @property {number} offsetUs what must be added to our clock to get the server's
 * @property {number} errorUs how far that may be off, when it was taken
 * @property {number} takenUs
 */

/** Date.now() cuts off at whole milliseconds, and two well-kept clocks still differ by a few. */
const TOLERATED_EARLY_MS = 5;

/** Newest wins everywhere, so a picture that seems older than this was stamped by another clock. */
const PLAUSIBLE_AGE_MS = 60_000;

const KEPT_US = 60_000_000;

/** Two quartz clocks run apart by up to about 100 ppm. */
const DRIFT = 100e-6;

/** Browsers round their clocks, to 0.1 ms where a page is not isolated from others. */
const ROUNDING_US = 100;

/**
 * Tells how old a picture is by the server's clock.
 *
 * The offset is measured against the browser's monotonic clock, which nobody sets: a wall clock
 * that is put right while the page is open would take every measured offset with it. Until
 * something was measured, there is only the guess that both wall clocks are right.
 */
export class Clock {
  #monotonicMs;
  #wallMs;
  /** @type {Reading[]} */
  #readings = [];
  /** @type {Reading | null} */
  #best = null;

  /**
   * @param {() => number} [monotonicMs] milliseconds since about 1970, never set
   * @param {() => number} [wallMs] Unix time in milliseconds
   */
  constructor(monotonicMs = () => performance.timeOrigin + performance.now(), wallMs = Date.now) {
    this.#monotonicMs = monotonicMs;
    this.#wallMs = wallMs;
  }

  /** Our side of an exchange. */
  nowUs() {
    return Math.round(this.#monotonicMs() * 1000);
  }

  /**
   * Learns from an exchange that has just come back (proto/README.md has the formulas).
   *
   * @param {Exchange} exchange
   */
  learn({ client_time_us, received_us, sent_us }) {
    const takenUs = this.nowUs();
    const offsetUs = (received_us - client_time_us + (sent_us - takenUs)) / 2;
    const travelUs = takenUs - client_time_us - (sent_us - received_us);
    const errorUs = Math.max(0, travelUs) / 2 + ROUNDING_US;
    // Each reading proves its bounds. One that contradicts an older one shows that the server's
    // clock was set, or that ours stood still while the machine slept: the older one is void.
    this.#readings = this.#readings.filter(
      (older) =>
        takenUs - older.takenUs <= KEPT_US &&
        Math.abs(older.offsetUs - offsetUs) <= errorAtUs(older, takenUs) + errorUs,
    );
    this.#readings.push({ offsetUs, errorUs, takenUs });
    this.#best = this.#readings.reduce((best, reading) =>
      errorAtUs(reading, takenUs) < errorAtUs(best, takenUs) ? reading : best,
    );
  }

  /** What was learnt from one server says nothing about another. */
  forget() {
    this.#readings = [];
    this.#best = null;
  }

  /** How far an age may be off, or null while nothing was measured. */
  get errorMs() {
    return this.#best && errorAtUs(this.#best, this.nowUs()) / 1000;
  }

  /**
   * Age of something captured at `capturedUs` (the server's Unix time, microseconds). May be
   * negative or absurd when the clocks differ and nothing was measured.
   *
   * @param {number} capturedUs
   */
  ageMs(capturedUs) {
    if (this.#best) return (this.nowUs() + this.#best.offsetUs - capturedUs) / 1000;
    return this.#wallMs() - capturedUs / 1000;
  }

  /**
   * The same age for a picture that has just been painted, or null when it shows that the clocks
   * differ.
   *
   * @param {number} capturedUs
   */
  plausibleAgeMs(capturedUs) {
    const ageMs = this.ageMs(capturedUs);
    const { errorMs } = this;
    if (ageMs < -TOLERATED_EARLY_MS - (errorMs ?? 0)) return null;
    if (errorMs === null && ageMs > PLAUSIBLE_AGE_MS) return null;
    return Math.max(0, ageMs);
  }
}

/** @param {Reading} reading @param {number} nowUs */
function errorAtUs({ errorUs, takenUs }, nowUs) {
  return errorUs + DRIFT * (nowUs - takenUs);
}
