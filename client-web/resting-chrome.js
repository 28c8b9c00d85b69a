// @ts-check

const REST_AFTER_MS = 3_500;

/**
 * Lets the controls fade while nobody uses them. They come back with any movement, key, touch or
 * focus, and they stay as long as `mayRest` says so.
 */
export class RestingChrome {
  #body;
  #mayRest;
  #timer = 0;

  /** @param {HTMLElement} body @param {() => boolean} mayRest */
  constructor(body, mayRest) {
    this.#body = body;
    this.#mayRest = mayRest;
    for (const event of ["pointermove", "pointerdown", "keydown", "focusin", "resize"]) {
      window.addEventListener(event, () => this.wake(), { passive: true });
    }
    this.wake();
  }

  wake() {
    delete this.#body.dataset.chrome;
    clearTimeout(this.#timer);
    this.#timer = Number(setTimeout(() => this.#rest(), REST_AFTER_MS));
  }

  #rest() {
    if (!this.#mayRest()) return this.wake();
    this.#body.dataset.chrome = "resting";
  }
}
