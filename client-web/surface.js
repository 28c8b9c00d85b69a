// @ts-check

/**
 * Two images on top of each other: one is in sight, the other decodes the next picture. They
 * change places in one step, so that nobody sees half a picture, and a picture is decoded once.
 */
export class DoubleImage {
  #front = document.createElement("img");
  #back = document.createElement("img");
  #isEmpty = true;

  constructor() {
    for (const image of this.images) {
      image.alt = "";
      image.decoding = "sync";
      image.draggable = false;
    }
  }

  /** To be put into the page, at the same place. */
  get images() {
    return [this.#front, this.#back];
  }

  /** The image in sight, or null when there is none. */
  get front() {
    return this.#isEmpty ? null : this.#front;
  }

  /** @param {import("./protocol.js").Frame} frame */
  async prepare(frame) {
    this.#back.src = `data:${frame.mime};base64,${frame.data}`;
    await this.#back.decode();
  }

  show() {
    [this.#front, this.#back] = [this.#back, this.#front];
    this.#front.toggleAttribute("data-front", true);
    this.#back.toggleAttribute("data-front", false);
    this.#isEmpty = false;
  }

  clear() {
    for (const image of this.images) {
      image.removeAttribute("src");
      image.removeAttribute("data-front");
    }
    this.#isEmpty = true;
  }
}
