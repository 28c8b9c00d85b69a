// @ts-check
/** What several threads encode in strips, in Chromium: pixel for pixel what one thread encodes. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { launchBrowser, WatchedPage } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";

/** The landscape of the test pattern comes again each so many frames. */
const CYCLE = 128;
/** What is above tells the frame's own number and time. */
const HEADER_PX = 96;

/** @type {import("playwright-core").Browser} */
let browser;
const CAMERA = ["--camera", "pattern:1280x720@30"];
const programs = ["1", "3"].map((count) => new FreshframeProgram([...CAMERA, "--encode-threads", count]));

before(async () => {
  browser = await launchBrowser();
  await Promise.all(programs.map((program) => program.start()));
});

after(async () => {
  await browser?.close();
  await Promise.all(programs.map((program) => program.stop("SIGTERM")));
});

/**
 * Runs in a page of the server: the first JPEG images, in Base64, by their place in the cycle.
 *
 * @param {{ count: number, cycle: number }} wanted
 * @returns {Promise<Record<string, string>>}
 */
function firstImages({ count, cycle }) {
  return new Promise((resolve) => {
    /** @type {Record<string, string>} */
    const images = {};
    const socket = new WebSocket(new URL("ws", location.href.replace("http", "ws")).href);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "frame") images[message.sequence % cycle] = message.data;
      if (Object.keys(images).length < count) return;
      socket.close();
      resolve(images);
    };
  });
}

/**
 * Runs in a page: by how much the two images differ at most, below the header, and how many values
 * the pixels have there.
 *
 * @param {{ pair: string[], header: number }} given
 */
async function compareImages({ pair, header }) {
  const [one, other] = await Promise.all(
    pair.map(async (base64) => {
      const image = new Image();
      image.src = `data:image/jpeg;base64,${base64}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      context.drawImage(image, 0, 0);
      return context.getImageData(0, header, canvas.width, canvas.height - header);
    }),
  );
  const difference = one.data.reduce((most, value, i) => Math.max(most, Math.abs(value - other.data[i])), 0);
  return { width: other.width, height: other.height, difference, values: new Set(one.data.subarray(0, 200_000)).size };
}

it("A picture of strips shows pixel for pixel what one thread would have made of it", async () => {
  const viewers = await Promise.all(programs.map(() => WatchedPage.open(browser)));
  await Promise.all(viewers.map((viewer, i) => viewer.goto(programs[i].url)));
  const [whole, strips] = await Promise.all(
    viewers.map(({ page }) => page.evaluate(firstImages, { count: 60, cycle: CYCLE })),
  );
  const places = Object.keys(whole).filter((place) => place in strips);
  assert.ok(places.length > 0, "no frame of one server has a twin of the other's");
  const restartInterval = Buffer.from([0xff, 0xdd, 0, 4]);
  for (const place of places.slice(0, 2)) {
    assert.ok(!Buffer.from(whole[place], "base64").includes(restartInterval));
    assert.ok(Buffer.from(strips[place], "base64").includes(restartInterval));
    const seen = await viewers[0].page.evaluate(compareImages, {
      pair: [whole[place], strips[place]],
      header: HEADER_PX,
    });
    assert.deepEqual([seen.width, seen.height, seen.difference], [1280, 720 - HEADER_PX, 0]);
    assert.ok(seen.values > 100, "the picture has no contrast to compare");
  }
  for (const viewer of viewers) assert.deepEqual(await viewer.close(), []);
});
