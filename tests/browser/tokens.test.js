// @ts-check
/** The viewer in Chromium against a server that wants a token. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchBrowser, WatchedPage } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";

const TOKEN = "view+token/of-the-browser-test=";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {WatchedPage} */
let viewer;
const folder = mkdtempSync(join(tmpdir(), "freshframe-test-"));
writeFileSync(join(folder, "token"), TOKEN, { mode: 0o600 });
const program = new FreshframeProgram([
  ...["--camera", "door=pattern:640x360@30", "--camera", "yard=pattern:320x240@30", "--idle-grace", "0"],
  ...["--view-token-file", join(folder, "token")],
]);

before(async () => {
  browser = await launchBrowser();
  await program.start();
});

after(async () => {
  await browser?.close();
  await program.stop("SIGTERM");
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  viewer = await WatchedPage.open(browser);
});

afterEach(async () => {
  assert.deepEqual(await viewer.close(), []);
});

/** @param {string} query */
const withToken = (query) => `${program.url}?${query}token=${encodeURIComponent(TOKEN)}`;

describe("The viewer of a server with a token", () => {
  it("is opened with it once, and forgets it", async () => {
    await viewer.goto(withToken("camera=yard&"));
    await viewer.waitForState("live");
    assert.equal(viewer.page.url(), `${program.url}?camera=yard`);
    assert.equal(await viewer.page.evaluate(() => document.cookie), "");
    assert.equal(await viewer.page.evaluate(() => document.referrer), "");
    const history = await viewer.page.evaluate(() => globalThis.history.length);
    assert.ok(history <= 2, `the history has ${history} entries`);
    await viewer.goto(program.url);
    await viewer.waitForState("live");
  });

  it("says how to open it where there is none", async () => {
    // And the browser asks for /favicon.ico, which this page's head cannot tell it not to.
    viewer.expected.push(/status of 401/, /status of 404/);
    const answer = await viewer.page.goto(program.url);
    assert.equal(answer?.status(), 401);
    assert.match((await viewer.page.textContent("body")) ?? "", /\?token=TOKEN/);
  });

  it("says how to open it again when the server has forgotten it", async () => {
    viewer.expected.push(/status of 401/, /WebSocket connection to .* failed/, /ERR_CONNECTION_REFUSED/);
    await viewer.goto(withToken(""));
    await viewer.waitForState("live");
    await program.stop("SIGTERM");
    await program.start();
    await viewer.page.waitForFunction(() =>
      document.querySelector("live-camera")?.shadowRoot?.querySelector(".hint")?.textContent?.includes("?token="),
    );
    await viewer.waitForState("lost");
    await viewer.goto(withToken(""));
    await viewer.waitForState("live");
  });
});
