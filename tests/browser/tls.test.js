// @ts-check
/**
 * The viewer in Chromium over TLS: a certificate of the server's own, of which the browser is told
 * the key's hash and nothing else.
 */
import assert from "node:assert/strict";
import { X509Certificate, createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { launchBrowser, WatchedPage } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";
import { nextAges } from "./page-records.js";

/** @type {string} */
let folder;
/** @type {FreshframeProgram} */
let program;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "freshframe-test-"));
  program = new FreshframeProgram(["--camera", "pattern:640x360@30", "--tls-self-signed"], {
    STATE_DIRECTORY: folder,
  });
  await program.start();
});

after(async () => {
  await program.stop("SIGTERM");
  await rm(folder, { recursive: true });
});

/** What --ignore-certificate-errors-spki-list takes. */
async function keyHash() {
  const certificate = new X509Certificate(await readFile(join(folder, "self-signed-certificate.pem")));
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

it("shows live pictures by https and wss", async () => {
  assert.match(program.url, /^https:/);
  const browser = await launchBrowser([`--ignore-certificate-errors-spki-list=${await keyHash()}`]);
  try {
    const viewer = await WatchedPage.open(browser);
    /** @type {string[]} */
    const sockets = [];
    viewer.page.on("websocket", (socket) => sockets.push(socket.url()));
    await viewer.goto(program.url);
    await viewer.waitForState("live");
    assert.equal((await viewer.page.evaluate(nextAges, 10)).length, 10);
    assert.ok(sockets.length > 0 && sockets.every((url) => url.startsWith("wss:")), sockets.join());
    assert.equal(await viewer.page.evaluate(() => isSecureContext), true);
    assert.deepEqual(await viewer.close(), []);
  } finally {
    await browser.close();
  }
});

it("is warned of by a browser that was told nothing", async () => {
  const browser = await launchBrowser();
  try {
    const viewer = await WatchedPage.open(browser);
    await assert.rejects(viewer.goto(program.url), /ERR_CERT_AUTHORITY_INVALID/);
    await viewer.close();
  } finally {
    await browser.close();
  }
});
