// @ts-check
/**
 * The viewer in Chromium against the real server: from the test pattern to the pixels on the page.
 * With FRESHFRAME_URL the server is one that runs already (with a pattern as its first camera), and
 * what needs killing it is skipped.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchBrowser, until, WatchedPage } from "./browser.js";
import { FreshframeProgram } from "./freshframe-program.js";
import { neverAcknowledge, nextAges, recordAcknowledgements } from "./page-records.js";
import { readNumber } from "./pictures.js";
import { POLICY } from "./stand-in-server.js";

const GIVEN_URL = process.env.FRESHFRAME_URL;
const OWN_SERVER = GIVEN_URL ? { skip: "the server is not ours to stop" } : {};

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {WatchedPage} */
let viewer;
const FLAGS = ["--camera", "pattern:640x360@30", "--idle-grace", "0"];
const program = new FreshframeProgram(FLAGS);
let url = GIVEN_URL ?? "";

before(async () => {
  browser = await launchBrowser();
  if (!GIVEN_URL) {
    await program.start();
    url = program.url;
  }
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

async function watchLive(address = url) {
  await viewer.goto(address);
  await viewer.waitForState("live");
}

async function firstCamera() {
  const response = await fetch(new URL("api/v1/cameras", url));
  return (await response.json()).cameras[0];
}

describe("The page's policy", () => {
  it("is the one that the stand-in has, too", async () => {
    const page = await fetch(url);
    assert.equal(page.headers.get("Content-Security-Policy"), POLICY);
  });

  it("names nothing that Chromium does not know", async () => {
    /** @type {string[]} */
    const warnings = [];
    viewer.page.on("console", (message) => warnings.push(message.text()));
    await watchLive();
    assert.deepEqual(warnings, []);
  });

  it("lets no text become HTML or code, whoever tries", async () => {
    await watchLive();
    viewer.expected.push(/Trusted(HTML|Script|TypePolicy)|policy violation: (require-trusted-types-for|trusted-types)/);
    const refused = await viewer.page.evaluate(() => {
      /** @param {() => void} attempt */
      const fails = (attempt) => {
        try {
          attempt();
          return false;
        } catch {
          return true;
        }
      };
      const { trustedTypes } = /** @type {any} */ (window);
      return [
        fails(() => (document.createElement("p").innerHTML = "<b>")),
        fails(() => document.body.insertAdjacentHTML("beforeend", "<b>")),
        fails(() => (document.createElement("script").src = "app.js")),
        fails(() => trustedTypes.createPolicy("page", {})),
        fails(() => trustedTypes.createPolicy("default", {})),
      ];
    });
    assert.deepEqual(refused, [true, true, true, true, true]);
  });

  it("keeps other pages from framing it, unless they are listed", async () => {
    if (GIVEN_URL) return;
    const site = createServer((_, answer) => {
      answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>a page</p>");
    });
    await new Promise((resolve) => site.listen(0, "127.0.0.1", () => resolve(null)));
    const address = /** @type {import("node:net").AddressInfo} */ (site.address());
    const origin = `http://127.0.0.1:${address.port}`;
    const framing = new FreshframeProgram([...FLAGS, "--frame-ancestors", origin]);
    await framing.start();
    try {
      viewer.expected.push(/frame-ancestors|Refused to display|Framing|ERR_CONNECTION_REFUSED/);
      for (const [server, isShown] of /** @type {[string, boolean][]} */ ([
        [url, false],
        [framing.url, true],
      ])) {
        await viewer.page.goto(origin);
        await viewer.page.evaluate((address) => {
          const frame = document.createElement("iframe");
          const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
          frame.src = address;
          document.body.append(frame);
          return loaded;
        }, server);
        const live = viewer.page.frameLocator("iframe").locator('live-camera[data-state="live"]');
        if (isShown) await live.waitFor({ state: "attached" });
        else assert.equal(await live.count(), 0);
      }
    } finally {
      await framing.stop("SIGTERM");
      site.close();
    }
  });
});

describe("The viewer", () => {
  it("shows the picture that each frame says it is, and it advances", async () => {
    await viewer.page.addInitScript(`window.readNumber = ${readNumber}`);
    await watchLive();
    const pairs = await viewer.page.evaluate(
      (count) =>
        new Promise((resolve) => {
          /** @type {[number, number | null][]} */
          const pairs = [];
          const camera = /** @type {HTMLElement} */ (document.querySelector("live-camera"));
          camera.addEventListener("painted", (event) => {
            const { sequence } = /** @type {CustomEvent} */ (event).detail;
            pairs.push([sequence, /** @type {any} */ (window).readNumber()]);
            if (pairs.length === count) resolve(pairs);
          });
        }),
      30,
    );
    let last = -1;
    for (const [sequence, number] of /** @type {[number, number | null][]} */ (pairs)) {
      assert.equal(number, sequence % 2 ** 24);
      assert.ok(sequence > last, `${sequence} came after ${last}`);
      last = sequence;
    }
  });

  it("shows its numbers", async () => {
    await watchLive();
    await until("a rate is shown", async () => Number(await viewer.number("fps")) > 1);
    const camera = await firstCamera();
    assert.equal(await viewer.page.locator('[data-testid="camera"]').textContent(), camera.name);
    assert.equal(await viewer.number("size"), `${camera.width}x${camera.height}`);
    assert.ok(Number(await viewer.number("age")) < 5_000);
    assert.match(String(await viewer.number("dropped")), /^\d+$/);
  });

  it("acknowledges what it paints, and knows the server's clock", async () => {
    /** @type {string[]} */
    const warnings = [];
    viewer.page.on("console", (message) => {
      if (message.type() === "warning") warnings.push(message.text());
    });
    await viewer.page.addInitScript(`(${recordAcknowledgements})(() => null)`);
    await watchLive();
    const ages = await viewer.page.evaluate(nextAges, 40);
    const { painted, acks } = await viewer.page.evaluate(() => /** @type {any} */ (window).records);
    // The first may be the last picture of the test before, which is no live one.
    const live = acks.filter((/** @type {any} */ { isStale }, /** @type {number} */ index) => index > 0 || !isStale);
    assert.ok(painted.length >= 40);
    assert.deepEqual(
      live.map((/** @type {any} */ { sequence }) => sequence),
      painted,
    );
    assert.ok(ages.every((ageMs) => ageMs !== null && ageMs < 5_000), `${ages}`);
    const note = await viewer.page.locator('[data-testid="age-note"]').getAttribute("title");
    assert.match(String(note), /± \d+ ms/);
    assert.deepEqual(warnings, []);
  });

  it("lets the camera go while it is hidden, and is back when it is seen", async () => {
    await watchLive();
    await viewer.setHidden(true);
    await until("nobody watches", async () => (await firstCamera()).viewers === 0);
    await viewer.setHidden(false);
    await viewer.waitForState("live");
    await until("somebody watches", async () => (await firstCamera()).viewers === 1);
  });
});

describe("A thin link", () => {
  // About 54 KB a message and 13 Mbit/s: more than the thin ones carry, and less than the widest.
  const big = new FreshframeProgram(["--camera", "pattern:1280x720@30", "--quality", "40"]);

  before(async () => {
    if (!GIVEN_URL) await big.start();
  });

  after(() => big.stop("SIGTERM"));

  /** @param {boolean} acknowledging */
  async function openAnew(acknowledging) {
    assert.deepEqual(await viewer.close(), []);
    viewer = await WatchedPage.open(browser);
    if (!acknowledging) await viewer.page.addInitScript(neverAcknowledge);
  }

  /**
   * Ages at the paint of the next frames on a link that is so thin from now on, lowest first.
   *
   * @param {number} mbitPerSecond
   * @param {number} skipped these come while the server does not know the link yet
   * @param {number} count
   */
  async function agesOn(mbitPerSecond, skipped, count) {
    await viewer.throttle(mbitPerSecond);
    if (viewer.page.url() === "about:blank") await watchLive(big.url);
    const ages = await viewer.page.evaluate(nextAges, skipped + count);
    const known = ages.slice(skipped).map((ageMs) => {
      assert.ok(ageMs !== null, "the clocks differ");
      return ageMs;
    });
    return known.sort((a, b) => a - b);
  }

  /** @param {number[]} ages lowest first */
  const p50 = (ages) => ages[ages.length >> 1];

  /**
   * @param {import("node:test").TestContext} test
   * @param {string} link
   * @param {number[]} withThem
   * @param {number[]} without
   */
  function report(test, link, withThem, without) {
    const [fresh, old] = [withThem, without].map(
      (ages) => `p50 ${p50(ages).toFixed(0)} ms, p90 ${ages[Math.floor(ages.length * 0.9)].toFixed(0)} ms`,
    );
    test.diagnostic(`age at ${link} with acknowledgements: ${fresh}; without: ${old}`);
  }

  /**
   * What acknowledgements are for: with as few frames on their way as the link carries, each is
   * fresh. How fresh tells as well how busy this machine is, so that the same without them is the
   * measure; on a quiet machine it is more than twice as old.
   *
   * @param {string} link
   * @param {number[]} withThem
   * @param {number[]} without
   * @param {number} atMost
   */
  function expectFresher(link, withThem, without, atMost) {
    const [fresh, old] = [p50(withThem), p50(without)];
    assert.ok(fresh <= atMost, `at ${link} p50 is ${fresh} ms`);
    assert.ok(fresh <= 0.8 * old, `at ${link} ${fresh} ms is hardly less than ${old} ms`);
  }

  /** @type {[number, number, number, number][]} megabits a second, frames skipped and counted, age in ms */
  const links = [
    [8, 20, 60, 600],
    [2, 8, 20, 1_500],
  ];
  for (const [mbitPerSecond, skipped, count, atMost] of links) {
    it(`of ${mbitPerSecond} Mbit/s has no queue, for the page acknowledges what it painted`, OWN_SERVER, async (test) => {
      const withThem = await agesOn(mbitPerSecond, skipped, count);
      assert.ok(Number(await viewer.number("dropped")) > 0, "the link is not thin");
      await openAnew(false);
      const without = await agesOn(mbitPerSecond, skipped, count);
      report(test, `${mbitPerSecond} Mbit/s`, withThem, without);
      expectFresher(`${mbitPerSecond} Mbit/s`, withThem, without, atMost);
    });
  }

  it("that grows thin while watching stays without a queue, and is as good as before when it is wide again", OWN_SERVER, async (test) => {
    /** @type {[string, number, number, number][]} */
    const changes = [
      ["20 Mbit/s", 20, 20, 30],
      ["1 Mbit/s after that", 1, 4, 10],
      ["20 Mbit/s again", 20, 20, 30],
    ];
    /** @type {Record<string, number[][]>} with and without acknowledgements */
    const ages = {};
    for (const acknowledging of [true, false]) {
      await openAnew(acknowledging);
      for (const [link, mbitPerSecond, skipped, count] of changes) {
        (ages[link] ??= []).push(await agesOn(mbitPerSecond, skipped, count));
      }
    }
    for (const [link, [withThem, without]] of Object.entries(ages)) {
      report(test, link, withThem, without);
    }
    const [before, thin, after] = changes.map(([link]) => ages[link]);
    expectFresher("1 Mbit/s", thin[0], thin[1], 2_500);
    assert.ok(p50(after[0]) <= 600, `p50 is ${p50(after[0])} ms at last`);
    assert.ok(p50(after[0]) < 0.8 * p50(thin[0]), "it stayed as on the thin link");
    assert.ok(p50(before[0]) < 0.8 * p50(thin[0]), "the link did not change");
  });
});

describe("A screenshot", () => {
  /** @type {[string, import("playwright-core").BrowserContextOptions][]} */
  const looks = [
    ["viewer-desktop-dark", { colorScheme: "dark" }],
    ["viewer-desktop-light", { colorScheme: "light", viewport: { width: 1280, height: 720 } }],
    [
      "viewer-phone",
      { colorScheme: "dark", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    ],
    [
      "viewer-phone-landscape",
      { colorScheme: "dark", viewport: { width: 844, height: 390 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    ],
  ];
  for (const [name, options] of looks) {
    it(`is kept: ${name}`, async () => {
      await viewer.close();
      viewer = await WatchedPage.open(browser, options);
      await watchLive();
      await until("a rate is shown", async () => Number(await viewer.number("fps")) > 1);
      const overflowing = await viewer.page.evaluate(() =>
        [...document.querySelectorAll("html, .dock dt, .dock dd, .name")]
          .filter((element) => element.scrollWidth > element.clientWidth && element.clientWidth > 0)
          .map((element) => element.className || element.textContent),
      );
      assert.deepEqual(overflowing, []);
      await viewer.screenshot(name);
    });
  }
});

describe("A server that is killed", () => {
  const victim = new FreshframeProgram(FLAGS);

  after(() => victim.stop("SIGKILL"));

  it("is lost, and live when it is back on the same port", OWN_SERVER, async () => {
    viewer.expected = [/WebSocket connection to .* failed/, /Failed to load resource/];
    await victim.start();
    await watchLive(victim.url);
    await victim.stop("SIGKILL");
    await viewer.waitForState("lost");
    await viewer.page.locator("live-camera .card").getByText("Connection lost").waitFor();
    await viewer.page.locator("live-camera .card").getByText(/This picture is [1-9] s old/).waitFor();
    await viewer.screenshot("viewer-lost");
    await victim.start();
    await viewer.waitForState("live");
    const first = await viewer.page.evaluate(readNumber);
    await until("it advances", async () => (await viewer.page.evaluate(readNumber)) !== first);
  });
});
