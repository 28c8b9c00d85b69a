// @ts-check
/**
 * Whose panel it is, in Chromium and Firefox, against a stand-in whose answers wait for the test: that
 * the panel is for the camera that is looked at and no other, whichever answer comes first. It would
 * catch a slider that sets the camera that was looked at before.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { BROWSERS } from "./both-browsers.js";
import { until } from "./browser.js";
import { StandInServer } from "./stand-in-server.js";

const FRAME = JSON.parse(
  readFileSync(new URL("../../proto/golden/valid/frame.json", import.meta.url), "utf8"),
);

/** @param {string} name @param {number} value */
const number = (name, value) => ({ name, type: "number", minimum: -10, maximum: 10, value });

/** Functions that run inside the page; no methods, for they travel as text. */
const inPage = {
  /** Also writes down which answers have been read, since a page shows nothing of one it drops. */
  prepare: async () => {
    const page = /** @type {any} */ (window);
    page.answersRead = 0;
    const { json } = Response.prototype;
    Response.prototype.json = async function () {
      const value = await json.call(this);
      if (this.url.endsWith("/controls")) setTimeout(() => (page.answersRead += 1));
      return value;
    };
  },
  answersRead: async () => {
    return /** @type {number} */ (/** @type {any} */ (window).answersRead);
  },
  /** @param {string} key */
  press: async (key) => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key }));
  },
  /** @param {string} camera */
  choose: async (camera) => {
    const select = /** @type {HTMLSelectElement} */ (document.querySelector(".chooser select"));
    select.value = camera;
    select.dispatchEvent(new Event("change"));
  },
  /** Moves the first slider. @param {number} value */
  slide: async (value) => {
    const slider = /** @type {HTMLInputElement} */ (document.querySelector('.adjust [type="range"]'));
    slider.value = String(value);
    slider.dispatchEvent(new Event("input"));
  },
  /** Types the first digits of a number. @param {string} digits */
  type: async (digits) => {
    const number = /** @type {HTMLInputElement} */ (document.querySelector('.adjust [type="number"]'));
    number.focus();
    number.value = digits;
    number.dispatchEvent(new Event("input"));
  },
  typed: async () => {
    const number = /** @type {HTMLInputElement} */ (document.querySelector('.adjust [type="number"]'));
    return number.value;
  },
  finishTyping: async () => {
    document.querySelector('.adjust [type="number"]')?.dispatchEvent(new Event("change"));
  },
  /** Types one side of an area. @param {[string, string]} side its name and its digits */
  typeSide: async ([name, digits]) => {
    const side = /** @type {HTMLInputElement} */ (document.querySelector(`.adjust .area [title="${name}"]`));
    side.focus();
    side.value = digits;
    side.dispatchEvent(new Event("input"));
    side.dispatchEvent(new Event("change"));
  },
  sides: async () => {
    return [...document.querySelectorAll(".adjust .area input")].map(
      (input) => /** @type {HTMLInputElement} */ (input).value,
    );
  },
  look: async () => {
    const panel = /** @type {HTMLDialogElement} */ (document.querySelector("dialog.adjust"));
    return {
      open: panel.open,
      title: panel.querySelector("h2")?.textContent,
      values: [...panel.querySelectorAll(".control")].map(
        (row) => [row.querySelector("label")?.textContent, row.querySelector("input")?.value].join(" "),
      ),
    };
  },
  said: async () => {
    return document.querySelector(".toast[data-shown]")?.textContent ?? "";
  },
  choices: async () => {
    return document.querySelectorAll(".chooser option").length;
  },
  frameOf: async () => {
    const { frame } = /** @type {any} */ (document.querySelector("live-camera"));
    return /** @type {string} */ (frame?.camera ?? "");
  },
};

const NOTHING = "This camera has nothing to adjust.";
const DOOR = { open: true, title: "Adjust door", values: ["Brightness 1"] };
const YARD = { open: true, title: "Adjust yard", values: ["Contrast 2", "Gain 3"] };

for (const [name, launch] of BROWSERS) {
  describe(`The panel when another camera is chosen, in ${name}`, () => {
    /** @type {import("./both-browsers.js").Browser} */
    let browser;
    /** @type {StandInServer} */
    let server;

    before(async () => {
      browser = await launch();
    });

    after(() => browser?.close());

    beforeEach(async () => {
      server = new StandInServer({
        ...{ pictures: [FRAME.data], width: FRAME.width, height: FRAME.height },
        cameras: ["door", "yard", "fed"],
      });
      server.controls = {
        door: [number("Brightness", 1)],
        yard: [number("Contrast", 2), number("Gain", 3)],
      };
      await server.start();
    });

    afterEach(async () => {
      await browser.goto("about:blank");
      await server.stop();
      assert.deepEqual(server.oddMessages, []);
    });

    const look = () => browser.evaluate(inPage.look, null);

    async function watch() {
      await browser.goto(server.url);
      await browser.evaluate(inPage.prepare, null);
      await until("the first camera is seen", async () => (await browser.evaluate(inPage.frameOf, null)) === "door");
      await until("there is a choice", async () => (await browser.evaluate(inPage.choices, null)) === 3);
    }

    /** @param {{ open: boolean, title?: string, values?: string[] }} expected */
    async function untilItIs(expected) {
      try {
        await until("the panel is as expected", async () => JSON.stringify(await look()) === JSON.stringify(expected));
      } catch {
        assert.deepEqual(await look(), expected);
      }
    }

    async function openPanel() {
      await watch();
      await browser.evaluate(inPage.press, "c");
      await untilItIs(DOOR);
    }

    /** The newest request about controls, when there are so many. @param {number} count */
    async function requestNumber(count) {
      await until(`there are ${count} requests`, () => server.controlRequests.length >= count);
      assert.equal(server.controlRequests.length, count);
      return server.controlRequests[count - 1];
    }

    /** @param {import("./stand-in-server.js").ControlRequest} request */
    async function answerAndLetItBeRead(request) {
      const before = await browser.evaluate(inPage.answersRead, null);
      request.answer();
      await until("the page has read it", async () => (await browser.evaluate(inPage.answersRead, null)) > before);
    }

    it("names its camera and goes on to the other", async () => {
      await openPanel();
      await browser.evaluate(inPage.choose, "yard");
      await untilItIs(YARD);
      server.controls.yard[1].value = 7;
      server.sendControls("yard");
      await untilItIs({ ...YARD, values: ["Contrast 2", "Gain 7"] });
      server.sendControls("door");
      await browser.evaluate(inPage.slide, 5);
      await until("it is set", () => server.controlRequests.some(({ values }) => values !== null));
      assert.deepEqual(
        server.controlRequests.filter(({ values }) => values).map(({ camera, values }) => ({ camera, values })),
        [{ camera: "yard", values: { Contrast: 5 } }],
      );
    });

    /** What was asked to be set, in its order. */
    const changes = () => server.controlRequests.map(({ values }) => values).filter((values) => values !== null);

    it("has a number for each side of an area, and keeps it within its bounds", async () => {
      const maximum = [8, 4, 640, 480];
      server.controls.door = [{ name: "ScalerCrop", type: "area", minimum: [0, 0, 64, 48], maximum, value: maximum }];
      await watch();
      await browser.evaluate(inPage.press, "c");
      await until("it shows the area", async () => String(await browser.evaluate(inPage.sides, null)) === "8,4,640,480");
      await browser.evaluate(inPage.typeSide, ["width", "320"]);
      await until("it is set", () => changes().length === 1);
      await browser.evaluate(inPage.typeSide, ["left", "500"]);
      await until("it is moved in", async () => String(await browser.evaluate(inPage.sides, null)) === "328,4,320,480");
      await browser.evaluate(inPage.typeSide, ["height", "40"]);
      assert.deepEqual(changes(), [{ ScalerCrop: [8, 4, 320, 480] }, { ScalerCrop: [328, 4, 320, 480] }]);
    });

    it("sends what was chosen last behind what was chosen before it was closed", async () => {
      await openPanel();
      server.holdsControls = true;
      await browser.evaluate(inPage.slide, 5);
      const first = await requestNumber(2);
      await browser.evaluate(inPage.slide, 6);
      await browser.evaluate(inPage.press, "c");
      await until("it is closed", async () => !(await look()).open);
      await browser.evaluate(inPage.press, "c");
      await answerAndLetItBeRead(await requestNumber(3));
      await browser.evaluate(inPage.slide, 7);
      server.holdsControls = false;
      first.answer();
      await until("the last is set", () => server.controls.door[0].value === 7);
      assert.deepEqual(changes(), [{ Brightness: 5 }, { Brightness: 7 }]);
    });

    it("closes where there is nothing to adjust, and says so", async () => {
      await openPanel();
      await browser.evaluate(inPage.choose, "fed");
      await until("it is closed", async () => !(await look()).open);
      assert.equal(await browser.evaluate(inPage.said, null), NOTHING);
    });

    it("closes when a camera without controls takes the place of the one it was for", async () => {
      await openPanel();
      server.controls.door = [];
      server.sendControls("door");
      await until("it is closed", async () => !(await look()).open);
      assert.equal(await browser.evaluate(inPage.said, null), NOTHING);
    });

    it("offers nothing of the camera before while the list is awaited", async () => {
      await openPanel();
      server.holdsControls = true;
      await browser.evaluate(inPage.choose, "yard");
      const yards = await requestNumber(2);
      assert.deepEqual(await look(), { open: true, title: "Adjust yard", values: [] });
      await answerAndLetItBeRead(yards);
      assert.deepEqual(await look(), YARD);
    });

    it("drops the answer of the camera that was chosen before", async () => {
      await openPanel();
      server.holdsControls = true;
      await browser.evaluate(inPage.choose, "yard");
      const yards = await requestNumber(2);
      await browser.evaluate(inPage.choose, "door");
      await answerAndLetItBeRead(await requestNumber(3));
      assert.deepEqual(await look(), DOOR);
      await answerAndLetItBeRead(yards);
      assert.deepEqual(await look(), DOOR);
    });

    it("drops that answer also where the camera before had nothing to adjust", async () => {
      await openPanel();
      server.holdsControls = true;
      await browser.evaluate(inPage.choose, "fed");
      const feds = await requestNumber(2);
      await browser.evaluate(inPage.choose, "yard");
      await answerAndLetItBeRead(await requestNumber(3));
      await answerAndLetItBeRead(feds);
      assert.deepEqual(await look(), YARD);
      assert.equal(await browser.evaluate(inPage.said, null), "");
    });

    it("stays closed when it was closed before its list came", async () => {
      await watch();
      server.holdsControls = true;
      await browser.evaluate(inPage.press, "c");
      const doors = await requestNumber(1);
      await browser.evaluate(inPage.press, "c");
      await answerAndLetItBeRead(doors);
      assert.equal((await look()).open, false);
    });

    it("leaves alone what is being typed when an answer comes", async () => {
      await openPanel();
      server.holdsControls = true;
      await browser.evaluate(inPage.slide, 4);
      const slid = await requestNumber(2);
      await browser.evaluate(inPage.type, "-7");
      await answerAndLetItBeRead(slid);
      assert.equal(await browser.evaluate(inPage.typed, null), "-7");
      await browser.evaluate(inPage.finishTyping, null);
      const typed = await requestNumber(3);
      assert.deepEqual(typed.values, { Brightness: -7 });
      await answerAndLetItBeRead(typed);
      assert.deepEqual(await look(), { ...DOOR, values: ["Brightness -7"] });
    });

    it("still sends what was set last, to the camera it was set for", async () => {
      await openPanel();
      server.holdsControls = true;
      await browser.evaluate(inPage.slide, 4);
      const first = await requestNumber(2);
      await browser.evaluate(inPage.slide, 6);
      await browser.evaluate(inPage.choose, "yard");
      await answerAndLetItBeRead(await requestNumber(3));
      await answerAndLetItBeRead(first);
      const last = await requestNumber(4);
      assert.deepEqual([last.camera, last.values], ["door", { Brightness: 6 }]);
      await answerAndLetItBeRead(last);
      assert.deepEqual(await look(), YARD);
    });

    it("goes on to the first camera of a server that comes back with another one", async () => {
      await openPanel();
      await server.stop();
      server.cameras = ["yard", "door", "fed"];
      await server.start();
      await untilItIs(YARD);
    });
  });
}
