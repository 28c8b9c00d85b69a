// @ts-check
/** The panel with a camera's controls in Chromium, against the real server's test pattern. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchBrowser, until, WatchedPage } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {WatchedPage} */
let viewer;
const program = new FreshframeProgram([
  ...["--camera", "door=pattern:320x240@30", "--camera", "fed=publish", "--idle-grace", "0"],
]);

before(async () => {
  browser = await launchBrowser();
  await program.start();
});

after(async () => {
  await browser?.close();
  await program.stop("SIGTERM");
});

beforeEach(async () => {
  viewer = await WatchedPage.open(browser);
});

afterEach(async () => {
  assert.deepEqual(await viewer.close(), []);
});

/** @param {string} name @param {string} [url] */
async function valueOnServer(name, url = program.url) {
  const response = await fetch(new URL("api/v1/cameras/door/controls", url));
  const { controls } = await response.json();
  return controls.find((/** @type {any} */ control) => control.name === name).value;
}

const panel = () => viewer.page.locator("dialog.adjust");

async function openPanel() {
  await viewer.goto(program.url);
  await viewer.waitForState("live");
  await viewer.page.keyboard.press("c");
  await panel().waitFor();
}

describe("The panel with a camera's controls", () => {
  it("is made from the camera's list", async () => {
    await openPanel();
    assert.deepEqual(await panel().locator("label").allTextContents(), ["Brightness", "Frame rate (frames/s)"]);
    const slider = panel().getByLabel("Brightness", { exact: true });
    assert.equal(await slider.getAttribute("min"), "-1");
    assert.equal(await slider.getAttribute("max"), "1");
  });

  it("is used by the keyboard alone", async () => {
    await openPanel();
    const slider = panel().getByLabel("Brightness", { exact: true });
    await slider.focus();
    for (let i = 0; i < 10; i += 1) await viewer.page.keyboard.press("ArrowRight");
    await until("the server has the slider's value", async () => (await valueOnServer("Brightness")) > 0.09);
    await viewer.page.keyboard.press("Tab");
    await viewer.page.keyboard.press("Control+a");
    await viewer.page.keyboard.type("0.5");
    await viewer.page.keyboard.press("Enter");
    await until("the server has the number", async () => (await valueOnServer("Brightness")) === 0.5);
    await viewer.page.keyboard.press("Tab");
    await viewer.page.keyboard.press("Space");
    await until("the server has the default", async () => (await valueOnServer("Brightness")) === 0);
    await until("the panel shows it", async () => (await slider.inputValue()) === "0");
    await viewer.page.keyboard.press("Escape");
    await panel().waitFor({ state: "hidden" });
    assert.equal(await viewer.page.evaluate(() => document.activeElement?.id), "adjust");
  });

  it("leaves the page's keys alone while something is typed", async () => {
    await openPanel();
    await panel().getByLabel("Brightness: number").focus();
    await viewer.page.keyboard.press("Space");
    await viewer.page.keyboard.press("c");
    assert.ok(await panel().isVisible());
    assert.equal(await viewer.page.locator("body[data-paused]").count(), 0);
  });

  it("does not send what the camera does not take", async () => {
    await openPanel();
    const number = panel().getByLabel("Brightness: number");
    await number.fill("7");
    await number.press("Enter");
    assert.equal(await number.evaluate((input) => /** @type {HTMLInputElement} */ (input).validity.valid), false);
    assert.equal(await valueOnServer("Brightness"), 0);
  });

  it("shows what is set elsewhere, after a lost connection too", async () => {
    await openPanel();
    const slider = panel().getByLabel("Brightness", { exact: true });
    const set = (/** @type {number} */ Brightness) =>
      fetch(new URL("api/v1/cameras/door/controls", program.url), {
        ...{ method: "PATCH", body: JSON.stringify({ Brightness }) },
      });
    await set(0.5);
    await until("the panel shows it", async () => (await slider.inputValue()) === "0.5");
    await viewer.setHidden(true); // the page closes its connection
    await set(-0.5);
    await viewer.setHidden(false);
    await until("the panel shows that too", async () => (await slider.inputValue()) === "-0.5");
    await set(0);
    await until("and the last", async () => (await slider.inputValue()) === "0");
  });

  it("says so where there is nothing to adjust", async () => {
    await viewer.goto(`${program.url}?camera=fed`);
    await viewer.page.locator("#adjust").click();
    await until("it is said", async () =>
      (await viewer.page.getByTestId("toast").textContent()) === "This camera has nothing to adjust.");
    assert.equal(await panel().isVisible(), false);
  });

  it("is kept as a picture", async () => {
    await viewer.close();
    viewer = await WatchedPage.open(browser, { viewport: { width: 960, height: 540 }, colorScheme: "dark" });
    await openPanel();
    await viewer.screenshot("viewer-controls");
  });

  it("fits a phone, and a thumb", async () => {
    await viewer.close();
    viewer = await WatchedPage.open(browser, {
      ...{ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    });
    await viewer.goto(program.url);
    await viewer.waitForState("live");
    await viewer.page.locator("#adjust").tap();
    await panel().waitFor();
    const box = await panel().boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 390 && box.y > 844 / 4, JSON.stringify(box));
    for (const input of await panel().locator("input, select, .control button").all()) {
      const size = await input.boundingBox();
      assert.ok(size && size.height >= 40, `${await input.evaluate((e) => e.outerHTML)}: ${size?.height}`);
    }
  });
});

describe("The picture of a camera that hangs on its side", () => {
  it("is shown upright", async () => {
    const folder = mkdtempSync(join(tmpdir(), "freshframe-test-"));
    const config = join(folder, "freshframe.json");
    writeFileSync(config, JSON.stringify({
      cameras: [{ name: "door", source: "pattern", size: "320x240", rotation: 90 }],
    }));
    const turned = new FreshframeProgram(["--config", config]);
    await turned.start();
    try {
      viewer.expected.push(/ERR_CONNECTION_REFUSED/);
      await viewer.goto(turned.url);
      await viewer.waitForState("live");
      await until("it is higher than wide", () =>
        viewer.page.evaluate(() => {
          const { pictureRect } = /** @type {any} */ (document.querySelector("live-camera"));
          return pictureRect !== null && Math.abs(pictureRect.width / pictureRect.height - 240 / 320) < 0.01;
        }));
    } finally {
      await turned.stop("SIGTERM");
      rmSync(folder, { recursive: true });
    }
  });
});

describe("The panel of somebody who may only watch", () => {
  it("says which token it wants, and shows what is set", async () => {
    const folder = mkdtempSync(join(tmpdir(), "freshframe-test-"));
    writeFileSync(join(folder, "token"), "the-view-token-of-this-test", { mode: 0o600 });
    const guarded = new FreshframeProgram([
      ...["--camera", "door=pattern:320x240@30", "--view-token-file", join(folder, "token")],
    ]);
    await guarded.start();
    try {
      viewer.expected.push(/403|ERR_CONNECTION_REFUSED/);
      await viewer.goto(`${guarded.url}?token=the-view-token-of-this-test`);
      await viewer.waitForState("live");
      await viewer.page.keyboard.press("c");
      const number = panel().getByLabel("Brightness: number");
      await number.fill("0.5");
      await number.press("Enter");
      await until("it is said", async () =>
        /admin token/.test((await viewer.page.getByTestId("toast").textContent()) ?? ""));
      await until("the old value is back", async () => (await number.inputValue()) === "0");
    } finally {
      await guarded.stop("SIGTERM");
      rmSync(folder, { recursive: true });
    }
  });
});
