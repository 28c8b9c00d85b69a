// @ts-check

/** As calm as breathing, however many pictures a second are painted. */
const BEAT_MS = 1_600;

/** Makes the live dot beat, driven by painted frames alone: no paint, no beat. */
export class Pulse {
  #ring;
  #lastBeatAtMs = -Infinity;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {Element} ring */
  constructor(ring) {
    this.#ring = ring;
  }

  /** A frame was painted. */
  painted() {
    const nowMs = performance.now();
    if (this.#calm.matches || nowMs - this.#lastBeatAtMs < BEAT_MS) return;
    this.#lastBeatAtMs = nowMs;
    this.#ring.animate(
      [
        { opacity: 0.55, transform: "scale(1)" },
        { opacity: 0, transform: "scale(2.8)" },
      ],
      { duration: BEAT_MS * 0.8, easing: "cubic-bezier(.2,.6,.3,1)" },
    );
  }
}
