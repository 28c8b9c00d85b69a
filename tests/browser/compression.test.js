// @ts-check
/**
 * The server writes permessage-deflate by hand (server/README.md, "The deflated form"), and each
 * browser inflates with a library of its own setting. This makes sure that Chromium and Firefox
 * agree to it, get it, and have every JPEG file to the byte as a client has that takes plain bytes.
 * It would catch a block that one browser's inflater reads otherwise or refuses, and plain messages
 * between deflated ones that it takes for deflated.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BinaryViewer } from "./binary-viewer.js";
import { BROWSERS } from "./both-browsers.js";
import { WAIT_MS } from "./browser.js";
import { CountingProxy } from "./counting-proxy.js";
import { FreshframeProgram } from "./freshframe-program.js";
import { watchInPage } from "./watch-in-page.js";

const FRAMES = 600;

/** Neither side needs every frame: a busy machine may leave some out on either. */
const LEAST_SHARED = 100;

const GIVEN_URL = process.env.FRESHFRAME_URL;
const program = new FreshframeProgram(["--camera", "pattern:320x240@120"]);

before(async () => {
  if (!GIVEN_URL) await program.start();
});

after(() => program.stop("SIGTERM"));

for (const [name, launch] of BROWSERS) {
  describe(name, () => {
    /** @type {import("./both-browsers.js").Browser | undefined} */
    let browser;

    before(async () => {
      browser = await launch();
    });

    after(() => browser?.close());

    it("inflates every frame to the bytes that the camera made", { timeout: 4 * WAIT_MS }, async (test) => {
      assert.ok(browser);
      const url = GIVEN_URL ?? program.url;
      const proxy = new CountingProxy(url);
      test.after(() => proxy.stop());
      const viewer = new BinaryViewer(url);
      test.after(() => viewer.close());
      await viewer.connected;
      // A page of the same origin that watches nothing itself.
      await browser.goto(new URL("protocol/", await proxy.start()).href);
      const bytesBefore = proxy.bytesFromServer;
      const watched = await browser.evaluate(watchInPage, FRAMES);
      const bytes = proxy.bytesFromServer - bytesBefore;

      const shared = watched.hashes.filter(([sequence]) => viewer.hashes.has(sequence));
      const share = bytes / watched.letters;
      test.diagnostic(
        `${await browser.version()}: ${watched.extensions}; ${watched.hashes.length} frames, ` +
          `${shared.length} compared, ${(100 * share).toFixed(1)} % of the letters on the wire; ` +
          `${watched.pongs} pongs, ${watched.statuses} statuses`,
      );
      assert.match(watched.extensions, /^permessage-deflate/);
      // Base64 in 6 bits a letter is 75 %, and heads come on top.
      assert.ok(share < 0.85, "frames came as they are");
      assert.equal(new Set(watched.hashes.map(([sequence]) => sequence)).size, watched.hashes.length);
      assert.ok(shared.length >= LEAST_SHARED);
      for (const [sequence, hash] of shared) {
        assert.equal(hash, viewer.hashes.get(sequence), `frame ${sequence}`);
      }
      assert.ok(watched.pings > 0);
      assert.equal(watched.pongs, watched.pings);
      assert.ok(watched.statuses > 0);
    });
  });
}
