// @ts-check
/** What a person sets of one camera, on its way there. */
import { changeControls, fetchControls } from "./camera-controls.js";

/** @typedef {import("./camera-controls.js").Control} Control */
/** @typedef {import("./camera-controls.js").ControlValue} ControlValue */

/**
 * One request at a time, so that a slider's every step is not one. It belongs to its camera and not
 * to the panel: what was chosen last still gets there when the panel has gone on to another one.
 */
export class ControlChanges {
  /** What was chosen while an answer was awaited: the newest of each. @type {Map<string, ControlValue | null>} */
  #waiting = new Map();
  /** The names of what was sent and is not answered. @type {Set<string>} */
  #sent = new Set();

  /**
   * @param {string} camera
   * @param {(controls: Control[]) => void} onControls what is set, when it is or could not be
   * @param {(sentence: string) => void} onRefusal why it could not be
   */
  constructor(camera, onControls, onRefusal) {
    this.camera = camera;
    this.onControls = onControls;
    this.onRefusal = onRefusal;
  }

  /** Whether a value of it is on its way, so that what is told of it meanwhile is older. @param {string} name */
  waits(name) {
    return this.#waiting.has(name) || this.#sent.has(name);
  }

  /** @param {string} name @param {ControlValue | null} value null for the default */
  choose(name, value) {
    this.#waiting.set(name, value);
    void this.#send();
  }

  async #send() {
    if (this.#sent.size > 0) return;
    while (this.#waiting.size > 0) {
      const values = Object.fromEntries(this.#waiting);
      this.#sent = new Set(this.#waiting.keys());
      this.#waiting.clear();
      let answer = await changeControls(this.camera, values);
      if ("refusal" in answer) {
        this.onRefusal(answer.refusal);
        // What is shown shall be what is set.
        answer = await fetchControls(this.camera);
      }
      this.#sent.clear();
      if ("controls" in answer) this.onControls(answer.controls);
    }
  }
}
