// @ts-check

/** Time that moves only when a test says so. */
export class FakeTime {
  nowMs = 0;
  /** @type {Map<number, { atMs: number, callback: () => void }>} */
  timers = new Map();
  #next = 1;

  /** To be handed to whatever sets timers. */
  timerFunctions = {
    /** @param {() => void} callback @param {number} delayMs */
    setTimer: (callback, delayMs) => {
      this.timers.set(this.#next, { atMs: this.nowMs + delayMs, callback });
      return this.#next++;
    },
    /** @param {number} timer */
    clearTimer: (timer) => void this.timers.delete(timer),
  };

  /** @param {number} durationMs */
  pass(durationMs) {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const due = [...this.timers].filter(([, { atMs }]) => atMs <= endMs);
      if (due.length === 0) break;
      due.sort(([, a], [, b]) => a.atMs - b.atMs);
      const [id, { atMs, callback }] = due[0];
      this.timers.delete(id);
      this.nowMs = atMs;
      callback();
    }
    this.nowMs = endMs;
  }
}
