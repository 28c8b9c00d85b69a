// @ts-check

/** The shortest of several trips tells the time best, so the first few pings come quickly. */
const QUICK_PINGS = 5;
const QUICK_MS = 400;
/** Well within the silence after which a connection is doubted (connection.js). */
const CALM_MS = 10_000;

/**
 * @typedef {object} Timers
 * @property {(callback: () => void, delayMs: number) => number} setTimer
 * @property {(timer: number) => void} clearTimer
 */

/** @type {Timers} */
const BROWSER = {
  setTimer: (callback, delayMs) => Number(setTimeout(callback, delayMs)),
  clearTimer: (timer) => clearTimeout(timer),
};

/** Pings a few times quickly, and calmly from then on. */
export class Pinger {
  #ping;
  #timers;
  #sent = 0;
  #timer = 0;

  /** @param {() => void} ping @param {Timers} [timers] */
  constructor(ping, timers = BROWSER) {
    this.#ping = ping;
    this.#timers = timers;
  }

  /** Begins anew, with the first ping at once. */
  start() {
    this.stop();
    this.#sent = 0;
    this.#next();
  }

  stop() {
    this.#timers.clearTimer(this.#timer);
  }

  #next() {
    this.#ping();
    this.#sent += 1;
    const delayMs = this.#sent < QUICK_PINGS ? QUICK_MS : CALM_MS;
    this.#timer = this.#timers.setTimer(() => this.#next(), delayMs);
  }
}
