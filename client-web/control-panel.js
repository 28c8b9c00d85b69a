// @ts-check
/** The panel with a camera's controls: made from their list, so that it fits any camera. */
import { fetchControls } from "./camera-controls.js";
import { ControlChanges } from "./control-changes.js";
import { isArea } from "./protocol.js";
import { controlLabel } from "./text.js";

/** How many steps a number's slider has. */
const SLIDER_STEPS = 200;
const AREA_SIDES = ["left", "top", "width", "height"];

/** @typedef {import("./camera-controls.js").Control} Control */
/** @typedef {import("./camera-controls.js").ControlValue} ControlValue */

/**
 * A control on the page: what shows its value, and its way there.
 *
 * @typedef {{ element: HTMLElement, show: (value: ControlValue | undefined) => void }} Row
 */

export class ControlPanel {
  /**
   * One for each camera for good: what was chosen before the panel was closed must not overtake
   * what is chosen in the next. @type {Map<string, ControlChanges>}
   */
  #changesByCamera = new Map();
  /** Of the newest list that was asked for. @type {object | null} */
  #asked = null;
  /** Of the camera that the panel is for; null while it is closed. @type {ControlChanges | null} */
  #changes = null;
  /** What the rows were made from, but for the values. */
  #kinds = "";
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {HTMLDialogElement} dialog
   * @param {(sentence: string) => void} say tells a person what did not work
   */
  constructor(dialog, say) {
    this.dialog = dialog;
    this.say = say;
  }

  /** The camera that it is for, also while its list is awaited; empty while it is closed. */
  get camera() {
    return this.#changes?.camera ?? "";
  }

  /**
   * Opens it for a camera, or goes on to another one. Where there is nothing to adjust it closes,
   * and says why.
   *
   * @param {string} camera
   * @returns {Promise<boolean>} whether it is open for that camera now
   */
  async show(camera) {
    const changes = this.#changesOf(camera);
    const asked = {};
    this.#changes = changes;
    this.#asked = asked;
    // At once: until the list is there, nothing of the camera before may be set under this name.
    this.#build([]);
    setText(this.dialog.querySelector("h2"), `Adjust ${camera}`);
    const answer = await fetchControls(camera);
    // It may have been closed meanwhile, or gone on to another camera, whose answer came sooner.
    if (asked !== this.#asked) return false;
    if ("refusal" in answer) {
      this.close();
      this.say(answer.refusal);
      return false;
    }
    this.#fill(answer.controls);
    return changes === this.#changes;
  }

  /** @param {string} camera */
  #changesOf(camera) {
    let changes = this.#changesByCamera.get(camera);
    if (!changes) {
      changes = new ControlChanges(
        camera,
        (controls) => this.camera === camera && this.#showValues(controls),
        this.say,
      );
      this.#changesByCamera.set(camera, changes);
    }
    return changes;
  }

  /** Somebody may have set something, or another camera be in its place. @param {{ camera: string, controls: Control[] }} news */
  showNews({ camera, controls }) {
    if (camera !== this.camera) return;
    // What is under the person's hand is made anew only when it does not fit any more.
    if (kindsOf(controls) === this.#kinds) this.#showValues(controls);
    else this.#fill(controls);
  }

  close() {
    this.#changes = null;
    this.#asked = null;
    this.dialog.close();
  }

  /** @param {Control[]} controls */
  #fill(controls) {
    if (controls.length === 0) {
      this.close();
      this.say("This camera has nothing to adjust.");
      return;
    }
    this.#build(controls);
    // Not a modal one: who adjusts wants to see the picture.
    if (!this.dialog.open) this.dialog.show();
  }

  /** @param {Control[]} controls */
  #build(controls) {
    this.#kinds = kindsOf(controls);
    this.#rows = new Map(controls.map((control) => [control.name, this.#rowOf(control)]));
    const list = this.dialog.querySelector(".controls");
    list?.replaceChildren(...[...this.#rows.values()].map(({ element }) => element));
    this.#showValues(controls);
  }

  /** @param {Control[]} controls */
  #showValues(controls) {
    for (const { name, value } of controls) {
      // What is chosen already shall not jump back under the person's hand.
      if (!this.#changes?.waits(name)) this.#rows.get(name)?.show(value);
    }
  }

  /** @param {string} name @param {ControlValue | null} value null for the default */
  #choose(name, value) {
    this.#changes?.choose(name, value);
  }

  /** @param {Control} control @returns {Row} */
  #rowOf(control) {
    const element = document.createElement("div");
    element.className = "control";
    element.dataset.control = control.name;
    const id = `control-${control.name}`;
    const label = document.createElement("label");
    label.htmlFor = id;
    label.textContent = controlLabel(control.name) + (control.unit ? ` (${control.unit})` : "");
    const { inputs, show } = this.#inputsOf(control, id);
    element.append(label, ...inputs);
    if (control.default !== undefined) {
      const reset = document.createElement("button");
      reset.type = "button";
      reset.textContent = "Default";
      reset.setAttribute("aria-label", `${controlLabel(control.name)}: default`);
      reset.addEventListener("click", () => this.#choose(control.name, null));
      element.append(reset);
    }
    return { element, show };
  }

  /** @param {Control} control @param {string} id */
  #inputsOf(control, id) {
    switch (control.type) {
      case "boolean":
        return this.#checkbox(control, id);
      case "menu":
        return this.#menu(control, id);
      case "area":
        return this.#area(control, id);
      default:
        return this.#slider(control, id);
    }
  }

  /** @param {Control} control @param {string} id */
  #checkbox(control, id) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.id = id;
    input.addEventListener("change", () => this.#choose(control.name, input.checked));
    const show = (/** @type {ControlValue | undefined} */ value) => {
      input.checked = value === true;
      input.indeterminate = value === undefined;
    };
    return { inputs: [input], show };
  }

  /** @param {Control} control @param {string} id */
  #menu(control, id) {
    const select = document.createElement("select");
    select.id = id;
    select.append(...(control.entries ?? []).map((entry) => new Option(controlLabel(entry), entry)));
    select.addEventListener("change", () => this.#choose(control.name, select.value));
    const show = (/** @type {ControlValue | undefined} */ value) => {
      select.value = String(value ?? "");
    };
    return { inputs: [select], show };
  }

  /** A number for each side. @param {Control} control @param {string} id */
  #area(control, id) {
    const { minimum, maximum } = control;
    if (!isArea(minimum) || !isArea(maximum)) throw new TypeError("an area without bounds");
    const [left, top, width, height] = maximum;
    const bounds = [
      [left, left + width - minimum[2]],
      [top, top + height - minimum[3]],
      [minimum[2], width],
      [minimum[3], height],
    ];
    const inputs = AREA_SIDES.map((side, i) => {
      const input = document.createElement("input");
      input.type = "number";
      if (i === 0) input.id = id;
      input.setAttribute("aria-label", `${controlLabel(control.name)}: ${side}`);
      input.title = side;
      input.inputMode = "numeric";
      [input.min, input.max] = bounds[i].map(String);
      return input;
    });
    let isTyping = false;
    const choose = () => {
      isTyping = false;
      if (inputs.some((input) => !input.reportValidity() || input.value === "")) return;
      const [x, y, w, h] = inputs.map((input) => input.valueAsNumber);
      // A person types one side after the other: what stands out is moved in.
      this.#choose(control.name, [Math.min(x, left + width - w), Math.min(y, top + height - h), w, h]);
    };
    for (const input of inputs) {
      input.addEventListener("input", () => {
        isTyping = true;
      });
      input.addEventListener("blur", () => {
        isTyping = false;
      });
      input.addEventListener("change", choose);
    }
    const show = (/** @type {ControlValue | undefined} */ value) => {
      if (isTyping) return;
      for (const [i, input] of inputs.entries()) input.value = isArea(value) ? String(value[i]) : "";
    };
    const box = document.createElement("div");
    box.className = "area";
    box.append(...inputs);
    return { inputs: [box], show };
  }

  /** A slider for the hand, a number for who knows it. @param {Control} control @param {string} id */
  #slider(control, id) {
    const [minimum, maximum] = [Number(control.minimum), Number(control.maximum)];
    const slider = document.createElement("input");
    const number = document.createElement("input");
    slider.type = "range";
    number.type = "number";
    slider.id = id;
    number.setAttribute("aria-label", `${controlLabel(control.name)}: number`);
    number.inputMode = "decimal";
    const isInteger = control.type === "integer";
    for (const input of [slider, number]) {
      input.min = String(minimum);
      input.max = String(maximum);
    }
    slider.step = isInteger ? "1" : String((maximum - minimum) / SLIDER_STEPS);
    number.step = isInteger ? "1" : "any";
    slider.addEventListener("input", () => {
      number.value = shown(slider.valueAsNumber);
      this.#choose(control.name, slider.valueAsNumber);
    });
    let isTyping = false;
    number.addEventListener("input", () => {
      isTyping = true;
    });
    number.addEventListener("blur", () => {
      isTyping = false;
    });
    number.addEventListener("change", () => {
      isTyping = false;
      if (!number.reportValidity() || number.value === "") return;
      slider.value = number.value;
      this.#choose(control.name, number.valueAsNumber);
    });
    const show = (/** @type {ControlValue | undefined} */ value) => {
      if (typeof value === "number") slider.value = String(value);
      // An answer to what was set before shall not take the digits from under the person's hand.
      if (isTyping) return;
      number.value = typeof value === "number" ? shown(value) : "";
    };
    return { inputs: [slider, number], show };
  }
}

/** What rows are made from: all but the values. @param {Control[]} controls */
function kindsOf(controls) {
  return JSON.stringify(controls.map(({ value, ...kind }) => kind));
}

/** @param {Element | null} element @param {string} text */
function setText(element, text) {
  if (element) element.textContent = text;
}

/** Without the digits that a float has too many. @param {number} value */
function shown(value) {
  return String(Number(value.toPrecision(6)));
}
