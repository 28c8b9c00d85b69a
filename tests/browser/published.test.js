// @ts-check
/** What a program publishes, in Chromium: from an array in OpenCV to the pixels on the page. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launchBrowser, WatchedPage } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";

const PUBLISHER = fileURLToPath(new URL("publish_with_opencv.py", import.meta.url));

/** By how much two JPEG decoders may differ in one channel (ITU-T T.83 lets them round apart). */
const MOST_JPEG_DIFFERENCE = 4;

/** @type {import("playwright-core").Browser} */
let browser;
const program = new FreshframeProgram(["--camera", "vision=publish", "--camera", "pi=pattern:160x120@30,mjpeg"]);

before(async () => {
  browser = await launchBrowser();
  await program.start();
});

after(async () => {
  await browser?.close();
  await program.stop("SIGTERM");
});

/**
 * Runs in the page: the size of the picture in sight, and by how much its pixels differ at most from
 * those that are expected.
 *
 * @param {string} expected RGBA as Base64
 */
function comparePicture(expected) {
  const rgba = Uint8Array.from(atob(expected), (letter) => letter.charCodeAt(0));
  const camera = document.querySelector("live-camera");
  const image = /** @type {HTMLImageElement} */ (camera?.shadowRoot?.querySelector("img[data-front]"));
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(image, 0, 0);
  const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const difference = data.reduce((most, value, i) => Math.max(most, Math.abs(value - rgba[i])), 0);
  return { width, height, difference };
}

describe("What OpenCV publishes", () => {
  for (const [extension, mostDifference] of /** @type {const} */ ([
    [".jpg", MOST_JPEG_DIFFERENCE],
    [".png", 0],
  ])) {
    it(`as ${extension} shows with the pixels it has`, async () => {
      const address = new URL("ws", program.url.replace("http", "ws")).href;
      const publisher = spawn("/usr/bin/python3", [PUBLISHER, address, "vision", "pi", extension], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const viewer = await WatchedPage.open(browser);
      try {
        const lines = createInterface({ input: publisher.stdout });
        const [line] = await Promise.race([
          once(lines, "line"),
          once(publisher, "exit").then(([code]) => assert.fail(`the publisher ended with ${code}`)),
        ]);
        const { shape, rgba } = JSON.parse(line);
        assert.deepEqual(shape, [120, 160, 3]);
        await viewer.goto(program.url);
        await viewer.waitForState("live");
        const seen = await viewer.page.evaluate(comparePicture, rgba);
        assert.deepEqual([seen.width, seen.height], [640, 480]);
        assert.ok(seen.difference <= mostDifference, `a channel differs by ${seen.difference}`);
        assert.ok(new Set(Buffer.from(rgba, "base64")).size > 20, "the picture has no contrast to compare");
      } finally {
        publisher.stdin.end();
        if (publisher.exitCode === null) await once(publisher, "exit");
        await viewer.waitForState("lost");
        assert.deepEqual(await viewer.close(), []);
      }
    });
  }
});
