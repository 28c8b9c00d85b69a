// @ts-check
/**
 * What pages of other web sites get out of the server in Chromium: nothing, whatever they try, unless
 * their origin is listed. Each thing is tried by a listed page as well, so that nothing fails for
 * another reason than the policy.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { launchBrowser } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";

/** A name of somebody else's, which he lets point to this machine. */
const STRANGER = "evil.example";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {FreshframeProgram} */
let program;
/** A web site of its own on each. @type {import("node:http").Server[]} */
const sites = [];
let listed = "";
let unlisted = "";
let stranger = "";
let server = "";

/** Serves an empty page on a port of its own. */
async function startSite() {
  const site = createServer((_, answer) => {
    answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>a page</title>");
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", () => resolve(null)));
  sites.push(site);
  const address = site.address();
  return address && typeof address === "object" ? address.port : 0;
}

before(async () => {
  listed = `http://localhost:${await startSite()}`;
  const port = await startSite();
  unlisted = `http://localhost:${port}`;
  stranger = `http://${STRANGER}:${port}`;
  program = new FreshframeProgram([
    ...["--camera", "pattern:320x240@30", "--camera", "vision=publish"],
    ...["--allow-origin", listed, "--idle-grace", "0"],
  ]);
  await program.start();
  server = program.url.replace("127.0.0.1", "localhost").replace(/\/$/, "");
  browser = await launchBrowser([`--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`]);
});

after(async () => {
  await browser?.close();
  await program?.stop("SIGTERM");
  for (const site of sites) site.close();
});

/** @param {string} address of a page whose user has the server's cookies */
async function open(address) {
  const context = await browser.newContext();
  const { hostname } = new URL(server);
  await context.addCookies([
    { name: "session", value: "logged-in", domain: hostname, path: "/", sameSite: "Lax" },
    { name: "strict", value: "logged-in", domain: hostname, path: "/", sameSite: "Strict" },
  ]);
  const page = await context.newPage();
  const answer = await page.goto(address);
  return { context, page, status: answer?.status() };
}

/**
 * Runs in a page: tries everything against the server and says what came of it.
 *
 * @param {string} server
 */
async function tryEverything(server) {
  /** @type {Record<string, string>} */
  const results = {};
  /** @param {Promise<unknown>} promise */
  const outcome = (promise) =>
    Promise.race([
      promise.then(
        () => "worked",
        () => "failed",
      ),
      new Promise((resolve) => setTimeout(() => resolve("nothing"), 8_000)),
    ]);
  /** @param {string} path @param {RequestInit} [options] */
  const get = async (path, options) => {
    const stop = new AbortController();
    const answer = await fetch(server + path, { ...options, signal: stop.signal });
    stop.abort();
    if (answer.type !== "opaque" && !answer.ok) throw new Error(String(answer.status));
  };
  /** @param {Record<string, string>} attributes */
  const image = (attributes) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("img");
      element.onload = resolve;
      element.onerror = reject;
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
    }).finally(() => document.querySelector("img")?.remove());
  /** @param {string} path */
  const socket = (path) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(server.replace("http", "ws") + path);
      socket.onmessage = () => resolve(socket.close());
      socket.onerror = reject;
    });

  for (const path of ["/api/v1/cameras", "/stream", "/app.js", "/"]) {
    results[`fetch ${path}`] = await outcome(get(path));
    results[`fetch ${path} with cookies, opaque`] = await outcome(
      get(path, { mode: "no-cors", credentials: "include" }),
    );
  }
  results["image"] = await outcome(image({ src: `${server}/stream` }));
  results["image by CORS"] = await outcome(image({ src: `${server}/stream`, crossorigin: "" }));
  results["image without Referer"] = await outcome(
    image({ referrerpolicy: "no-referrer", src: `${server}/cameras/cam0/stream` }),
  );
  results["WebSocket"] = await outcome(socket("/ws"));

  const canvas = document.createElement("canvas");
  canvas.getContext("2d")?.fillRect(0, 0, 8, 8);
  const jpeg = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
  for (const method of ["POST", "PUT"]) {
    results[`publish by ${method}`] = await outcome(
      get("/cameras/vision/frame", { method, body: /** @type {Blob} */ (jpeg) }),
    );
  }
  results["publish opaquely"] = await outcome(
    get("/cameras/vision/frame", {
      ...{ method: "POST", mode: "no-cors", credentials: "include" },
      body: /** @type {Blob} */ (jpeg),
    }),
  );
  return results;
}

/** Runs in a page: sends a form to a frame of its own, which needs no permission of anybody. @param {string} server */
async function sendForm(server) {
  const frame = document.createElement("iframe");
  frame.name = "answer";
  document.body.append(frame);
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", enctype: "text/plain", target: "answer" });
  form.action = `${server}/cameras/vision/frame`;
  document.body.append(form);
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  form.submit();
  await loaded;
}

async function cameras() {
  const answer = await fetch(`${program.url}api/v1/cameras`);
  return (await answer.json()).cameras;
}

describe("A page of another origin", () => {
  for (const [what, address] of /** @type {[string, () => string][]} */ ([
    ["on another port of this machine", () => unlisted],
    ["on a stranger's name that points to this machine", () => stranger],
  ])) {
    it(`${what} gets nothing, cookies or not`, async () => {
      const { context, page } = await open(address());
      const results = await page.evaluate(tryEverything, server);
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await page.evaluate(sendForm, server);
      assert.equal((await answer).status(), 403);
      await context.close();
      assert.ok(Object.keys(results).length > 10);
      for (const [name, result] of Object.entries(results)) assert.equal(result, "failed", name);
      const [pattern, vision] = await cameras();
      assert.equal(vision.frames.captured, 0);
      assert.equal(pattern.viewers, 0);
    });
  }

  it("is not this server's because its name points here", async () => {
    const { context, status } = await open(server.replace("localhost", STRANGER));
    assert.equal(status, 421);
    await context.close();
  });

  it("may link to the page, and its user sees it", async () => {
    const { context, page } = await open(stranger);
    await page.evaluate((server) => {
      const link = document.createElement("a");
      link.href = `${server}/`;
      document.body.append(link);
      link.textContent = "the camera";
    }, server);
    await page.click("a");
    await page.locator('live-camera[data-state="live"]').waitFor({ state: "attached" });
    await context.close();
  });

  it("may not link to the pictures themselves", async () => {
    const { context, page } = await open(stranger);
    const answer = page.waitForResponse(`${server}/stream`);
    await page.evaluate((server) => void (location.href = `${server}/stream`), server);
    assert.equal((await answer).status(), 403);
    await context.close();
  });
});

describe("A page of a listed origin", () => {
  it("may watch in every way, and publish", async () => {
    const { context, page } = await open(listed);
    const results = await page.evaluate(tryEverything, server);
    await context.close();
    const { "image without Referer": anonymous, ...others } = results;
    // Nothing tells such an image from a stranger's.
    assert.equal(anonymous, "failed");
    for (const [name, result] of Object.entries(others)) assert.equal(result, "worked", name);
    const [, vision] = await cameras();
    assert.equal(vision.frames.captured, 3);
  });

  // As proto/python/README.md tells those who have a Flask page.
  it("may have the element, and it shows pictures", async () => {
    const { context, page } = await open(listed);
    await page.evaluate((server) => {
      const script = document.createElement("script");
      Object.assign(script, { type: "module", src: `${server}/live-camera.js` });
      const camera = document.createElement("live-camera");
      camera.setAttribute("src", `${server}/ws`);
      document.body.append(script, camera);
    }, server);
    await page.locator('live-camera[data-state="live"]').waitFor({ state: "attached" });
    await context.close();
  });
});
