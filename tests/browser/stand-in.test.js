// @ts-check
/** The viewer in Chromium against a stand-in that misbehaves: every state a person may meet. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchBrowser, until, WatchedPage } from "./browser.js";
import { holdPaint, nextAges, recordAcknowledgements, releasePaint } from "./page-records.js";
import { drawPictures, readNumber } from "./pictures.js";
import { StandInServer } from "./stand-in-server.js";

const SIZE = { width: 640, height: 360 };

/** A busy machine may be seconds late; a clock that is wrong here is so by an hour. */
const SANE_AGE_MS = 60_000;

/** What Chromium itself writes when a server is away. */
const SERVER_IS_AWAY = [/WebSocket connection to .* failed/, /Failed to load resource/];

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {string[]} */
let pictures;
/** @type {StandInServer} */
let server;
/** @type {WatchedPage} */
let viewer;

before(async () => {
  browser = await launchBrowser();
  const studio = await browser.newPage();
  pictures = await studio.evaluate(drawPictures, { count: 60, ...SIZE });
  await studio.close();
});

after(() => browser?.close());

beforeEach(async () => {
  server = new StandInServer({ pictures, ...SIZE });
  await server.start();
  viewer = await WatchedPage.open(browser);
});

afterEach(async () => {
  const complaints = await viewer.close();
  await server.stop();
  assert.deepEqual(complaints, []);
  assert.deepEqual(server.oddMessages, []);
});

/** @param {string} [query] */
async function watchLive(query = "") {
  await viewer.goto(server.url + query);
  await viewer.waitForState("live");
}

function card() {
  return viewer.page.locator("live-camera .card");
}

async function shownNumber() {
  return viewer.page.evaluate(readNumber);
}

async function isMonochrome() {
  const filter = await viewer.page
    .locator("live-camera .picture")
    .evaluate((element) => getComputedStyle(element).filter);
  return filter.includes("grayscale(1)");
}

describe("A live picture", () => {
  it("is the newest one, with its name, size, rate, age and dropped frames", async () => {
    await watchLive();
    await until("a rate is shown", async () => Number(await viewer.number("fps")) > 1);
    assert.equal(await viewer.page.locator('[data-testid="camera"]').textContent(), "cam0");
    assert.equal(await viewer.number("size"), "640x360");
    assert.ok(Number(await viewer.number("age")) < SANE_AGE_MS);
    assert.match(String(await viewer.number("dropped")), /^\d+$/);
    assert.equal(await viewer.page.title(), "cam0 · Live");
    await until("it is in colour", async () => !(await isMonochrome()));
    assert.equal(await card().isVisible(), false);
  });

  it("counts frames that were made and not sent as dropped", async () => {
    server.skippedFrames = 9;
    server.awaitsAcks = false;
    await watchLive();
    const note = () => viewer.page.locator('[data-testid="dropped-note"]').getAttribute("title");
    await until("they are counted", async () => /^[1-9]\d+ not sent/.test(String(await note())));
    assert.equal(Number.parseInt(String(await note())) % 9, 0);
  });

  it("beats only while frames are painted", async () => {
    await watchLive();
    const beats = () =>
      viewer.page.locator(".ring").evaluate((ring) => ring.getAnimations().length);
    await until("the dot beats", async () => (await beats()) === 1);
    server.holdsBack = true;
    await viewer.waitForState("stalled");
    await until("the last beat ends", async () => (await beats()) === 0);
  });

  it("settles while its exposure converges, and is the present meanwhile", async () => {
    server.settling = true;
    await viewer.goto(server.url);
    await viewer.waitForState("settling");
    await until("a rate is shown", async () => Number(await viewer.number("fps")) > 1);
    assert.equal(await viewer.page.title(), "cam0 · Settling");
    await until("it is in colour", async () => !(await isMonochrome()));
    assert.equal(await card().isVisible(), false);
    await viewer.screenshot("viewer-settling");
    server.settling = false;
    await viewer.waitForState("live");
  });

  it("greys a picture of the past and tells its age, until pictures of the present come", async () => {
    server.holdsBack = true;
    await viewer.goto(server.url);
    await viewer.waitForState("connecting");
    server.sendStatus("starting", "");
    server.sendStalePicture(184_000_000);
    const camera = viewer.page.locator("live-camera");
    await until("it is in sight", async () => (await camera.getAttribute("data-stale")) !== null);
    assert.equal(await isMonochrome(), true, "never in colour, not even for a moment");
    await until("its age is told", async () => /3 min/.test(await card().innerText()));
    await until("it is acknowledged", async () => server.acks.length === 1);
    assert.equal(await camera.getAttribute("data-state"), "connecting");
    await viewer.screenshot("viewer-last-picture");
    server.holdsBack = false;
    await viewer.waitForState("live");
    await until("it is in colour", async () => !(await isMonochrome()));
    assert.equal(await camera.getAttribute("data-stale"), null);
  });

  it("asks for the last picture", async () => {
    await viewer.goto(server.url);
    await viewer.waitForState("live");
    assert.deepEqual(server.askedForLastPicture, ["true"]);
  });

  it("tells in a note how the camera took it, where the camera says", async () => {
    server.toldByCamera = { exposure_us: 12_500, analogue_gain: 1.75 };
    await watchLive();
    const note = viewer.page.locator('[data-testid="size-note"][title*="gain"]');
    await note.waitFor();
    assert.match(String(await note.getAttribute("title")), /\nexposed for 12.5 ms, gain 1.75$/);
  });

  it("has its true age when the server's clock is an hour ahead or behind, with a bound", async () => {
    for (const clockErrorMs of [3_600_000, -3_600_000]) {
      server.clockErrorMs = clockErrorMs;
      await watchLive();
      await until("an age is shown", async () => (await viewer.number("age")) !== "");
      const age = String(await viewer.number("age"));
      assert.ok(Number(age) >= 0 && Number(age) < SANE_AGE_MS, age);
      const note = await viewer.page.locator('[data-testid="age-note"]').getAttribute("title");
      assert.match(String(note), /\n± \d/);
    }
  });

  it("has its true age from the hello on, before any pong", async () => {
    server.answersPings = false;
    server.clockErrorMs = 3_600_000;
    await watchLive();
    const ages = await viewer.page.evaluate(nextAges, 5);
    assert.ok(ages.every((ageMs) => ageMs !== null && ageMs < SANE_AGE_MS), `${ages}`);
  });

  it("is not told by the time of a server that is no more", async () => {
    viewer.expected = SERVER_IS_AWAY;
    await watchLive();
    await viewer.page.locator('[data-testid="age-note"][title*="±"]').waitFor({ state: "attached" });
    await server.stop();
    await viewer.waitForState("lost");
    server.saysHello = server.answersPings = false;
    await server.start();
    await viewer.waitForState("live");
    await viewer.page.locator('[data-testid="age-note"]:not([title*="±"])').waitFor({ state: "attached" });
  });

  it("keeps its true age when this machine's clock is set while the page is open", async () => {
    await watchLive();
    await viewer.page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 3_600_000;
    });
    const ages = await viewer.page.evaluate(nextAges, 30);
    assert.ok(ages.every((ageMs) => ageMs !== null && ageMs < SANE_AGE_MS), `${ages}`);
  });

  it("says that the clocks differ, rather than a nonsensical age, when the server tells no time", async () => {
    server.saysHello = server.answersPings = false;
    server.clockErrorMs = 3_600_000;
    await watchLive();
    await until("it says so", async () => (await viewer.number("age")) === "clock-differs");
    server.clockErrorMs = -3_600_000;
    await viewer.page.reload();
    await until("it says so again", async () => (await viewer.number("age")) === "clock-differs");
  });

  it("survives broken pictures and messages, and counts the pictures", async () => {
    await watchLive();
    server.holdsBack = true;
    server.awaitsAcks = false;
    const before = await shownNumber();
    assert.notEqual(before, null);
    server.sendRaw("{");
    server.sendRaw(Buffer.from([1, 2, 3]));
    server.sendRaw('{"type":"tea","camera":"cam0"}');
    server.sendPicture(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]).toString("base64"));
    await until("it is counted", async () => Number(await viewer.number("dropped")) >= 1);
    assert.notEqual(await shownNumber(), null);
    server.holdsBack = false;
    await viewer.waitForState("live");
    await until("it goes on", async () => (await shownNumber()) !== before);
  });

  it("goes on when the server refuses a message of the page, and the console says why", async () => {
    await watchLive();
    const [warning] = await Promise.all([
      viewer.page.waitForEvent("console", (message) => message.type() === "warning"),
      server.sendRaw(
        JSON.stringify({ type: "error", code: "bad-shape", reason: "sequence is missing.", request: "ack" }),
      ),
    ]);
    assert.equal(warning.text(), "The server refused a message of this page: sequence is missing.");
    const before = await shownNumber();
    await until("it goes on", async () => (await shownNumber()) !== before);
    assert.equal(await viewer.page.locator("body").getAttribute("data-state"), "live");
  });

  it("works below a path of a proxy", async () => {
    await server.stop();
    server.prefix = "/house/camera/";
    await server.start();
    await watchLive();
    assert.notEqual(await shownNumber(), null);
  });
});

describe("A text from outside", () => {
  const MARKUP = '<img src="x" onerror="window.happened = true"><script>window.happened = true</script>';

  /** Elements that nobody made but the markup. */
  async function strangers() {
    const count = await viewer.page.locator('img[src="x"], script:not([src])').count();
    return count + Number(await viewer.page.evaluate(() => "happened" in window));
  }

  it("is a text, where a link or the server's list calls a camera so", async () => {
    server.cameras = ["cam0", MARKUP];
    await viewer.goto(`${server.url}?camera=${encodeURIComponent(MARKUP)}`);
    const chooser = viewer.page.locator(".chooser option");
    await until("there is a choice", async () => (await chooser.count()) === 2);
    assert.deepEqual(await chooser.allTextContents(), server.cameras);
    assert.equal(await viewer.page.locator('[data-testid="camera"]').textContent(), MARKUP);
    assert.ok((await viewer.page.title()).startsWith(MARKUP));
    assert.equal(await strangers(), 0);
  });

  it("is a text, where a status or an error says so", async () => {
    await watchLive();
    server.holdsBack = true;
    server.sendStatus("lost", MARKUP);
    await viewer.waitForState("lost");
    assert.equal(await viewer.page.locator("live-camera .reason").textContent(), MARKUP);
    server.sendRaw(JSON.stringify({ type: "error", code: "bad-shape", reason: MARKUP, request: null }));
    await viewer.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    assert.equal(await strangers(), 0);
  });
});

describe("An acknowledgement", () => {
  beforeEach(async () => {
    await viewer.page.addInitScript(`(${recordAcknowledgements})(${readNumber})`);
    await watchLive();
  });

  const acked = () => server.acks.map(({ sequence }) => sequence);

  const dropped = async () => Number(await viewer.number("dropped"));

  /** @returns {Promise<{ painted: number[], acks: { sequence: number, inSight: number | null, isLaidOut: boolean }[] }>} */
  const records = () => viewer.page.evaluate(() => /** @type {any} */ (window).records);

  /** What the page kept, once the server has heard all of it. */
  async function recordsWhenQuiet() {
    server.holdsBack = true;
    await viewer.waitForState("stalled");
    const kept = await records();
    await until("all have come", () => server.acks.length === kept.acks.length);
    return kept;
  }

  it("leaves once for each painted frame, in order, while that frame is in sight", async () => {
    await until("there are some", () => server.acks.length >= 40);
    const { painted, acks } = await recordsWhenQuiet();
    assert.deepEqual(acked(), painted);
    assert.deepEqual(
      acks.map(({ inSight }) => inSight),
      painted.map((sequence) => sequence % pictures.length),
    );
    // Readers of the pixels force no layout, so one is there only when the browser came to it.
    assert.ok(acks.every(({ isLaidOut }) => isLaidOut), "some left before the page was laid out");
    assert.ok(painted.every((sequence, i) => i === 0 || sequence > painted[i - 1]));
    assert.ok(server.acks.every(({ camera }) => camera === "cam0"));
  });

  it("does not leave for a frame that a newer one replaced on the page", async () => {
    const before = await dropped();
    server.holdsBack = true;
    server.awaitsAcks = false;
    for (let i = 0; i < 50; i += 1) server.sendFrame();
    await until("some are replaced", async () => (await dropped()) >= before + 10);
    await until("the newest is painted", () => acked().includes(server.sequence));
    const { painted } = await recordsWhenQuiet();
    assert.deepEqual(acked(), painted);
    assert.ok(painted.length + 10 <= server.sequence);
  });

  /** @type {[string, string][]} */
  const unusable = [
    ["cannot be decoded", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]).toString("base64")],
    ["is none", "AAAA"],
  ];
  for (const [what, data] of unusable) {
    it(`leaves at once for a picture that ${what}, for the server waits for it`, async () => {
      server.holdsBack = true;
      await until("all is painted", () => acked().includes(server.sequence));
      const before = await dropped();
      server.sendPicture(data);
      await until("it is acknowledged", () => acked().includes(server.sequence));
      await until("it is counted", async () => (await dropped()) > before);
      const { painted } = await records();
      assert.ok(!painted.includes(server.sequence));
    });
  }

  it("does not leave for a picture that is decoded and waits for its animation frame", async () => {
    const before = await dropped();
    server.awaitsAcks = false;
    await viewer.page.evaluate(holdPaint);
    await until("the page cannot paint", async () => (await dropped()) > before + 5);
    const heard = server.acks.length;
    await until("many more have come", async () => (await dropped()) > before + 40);
    assert.equal(server.acks.length, heard);
    await viewer.page.evaluate(releasePaint);
    await until("it goes on", () => server.acks.length > heard + 10);
  });

  it("does not leave for a picture that was decoded before a pause, nor is that one shown", async () => {
    const before = await dropped();
    server.awaitsAcks = false;
    await viewer.page.evaluate(holdPaint);
    await until("one is decoded", async () => (await dropped()) > before + 5);
    await viewer.page.keyboard.press("Space");
    await viewer.waitForState("paused");
    const still = await shownNumber();
    await viewer.page.evaluate(releasePaint);
    assert.equal(await shownNumber(), still);
    const { painted } = await records();
    await until("all have come", () => server.acks.length === painted.length);
    assert.deepEqual(acked(), painted);
  });
});

describe("A camera that is silent", () => {
  beforeEach(async () => {
    await viewer.page.clock.install();
  });

  it("is no reason to connect anew, while the server answers pings", async () => {
    await watchLive();
    await until("the quick pings are answered", () => server.pongCount >= 5);
    server.holdsBack = true;
    for (let times = 0; times < 4; times += 1) {
      const before = server.pongCount;
      await viewer.page.clock.fastForward(10_000);
      await until("another ping is answered", () => server.pongCount > before);
    }
    await viewer.waitForState("stalled");
    assert.equal(server.connectionCount, 1);
  });

  it("is a reason to look whether the path is dead, when the server answers nothing", async () => {
    server.answersPings = false;
    await watchLive();
    server.holdsBack = true;
    await viewer.page.clock.fastForward(16_000);
    await until("a new socket is tried", () => server.connectionCount === 2);
    await viewer.waitForState("stalled");
  });
});

describe("A picture that is not live", () => {
  it("is dimmed, with the reason and its age, when frames stop coming", async () => {
    await watchLive();
    server.holdsBack = true;
    await viewer.waitForState("stalled");
    await until("it is grey", isMonochrome);
    await card().getByText("No new picture is coming in.").waitFor();
    await card().getByText(/This picture is [2-9] s old\./).waitFor();
    await viewer.screenshot("viewer-stalled");
    server.holdsBack = false;
    await viewer.waitForState("live");
    await until("it is in colour", async () => !(await isMonochrome()));
  });

  it("gives the server's reason when the camera stalls or is lost", async () => {
    await watchLive();
    server.holdsBack = true;
    server.sendStatus("stalled", "The camera gave no picture for 2 s. Check its cable.");
    await viewer.waitForState("stalled");
    await card().getByText("Check its cable.").waitFor();
    server.sendStatus("lost", "The camera was unplugged. Plug it in again.");
    await viewer.waitForState("lost");
    await card().getByText("Plug it in again.").waitFor();
    server.holdsBack = false;
    server.sendStatus("live", "");
    await viewer.waitForState("live");
  });

  it("is announced to a screen reader by its state and never by numbers", async () => {
    await watchLive();
    const announcement = viewer.page.locator("live-camera [aria-live=polite]");
    assert.equal(await announcement.textContent(), "Live.");
    await announcement.evaluate((element) => {
      Object.assign(window, { announced: [] });
      new MutationObserver(() => /** @type {any} */ (window).announced.push(element.textContent)).observe(
        element,
        { childList: true, characterData: true, subtree: true },
      );
    });
    server.holdsBack = true;
    await viewer.waitForState("stalled");
    await card().getByText(/This picture is [3-9] s old\./).waitFor();
    assert.deepEqual(
      await viewer.page.evaluate(() => /** @type {any} */ (window).announced),
      ["The picture has stopped. No new picture is coming in."],
    );
  });

  it("says that the connection is lost, and comes back by itself", async () => {
    viewer.expected = SERVER_IS_AWAY;
    await watchLive();
    await server.stop(1001);
    await viewer.waitForState("lost");
    await card().getByText("The server has stopped.").or(card().getByText("The server does not answer.")).waitFor();
    await card().getByText(/Trying again/).waitFor();
    await until("it is grey", isMonochrome);
    await server.start();
    await viewer.waitForState("live");
  });

  it("is tried again at once by the button", async () => {
    viewer.expected = SERVER_IS_AWAY;
    await watchLive();
    await server.stop();
    await viewer.waitForState("lost");
    await server.start();
    const button = card().getByRole("button", { name: "Try now" });
    await Promise.any([button.click(), viewer.waitForState("live")]);
    await viewer.waitForState("live");
  });
});

describe("A hidden page", () => {
  it("closes its socket, and is back at once when it is seen", async () => {
    await watchLive();
    assert.equal(server.viewerCount, 1);
    await viewer.setHidden(true);
    await until("the socket is closed", () => server.viewerCount === 0);
    await viewer.setHidden(false);
    await viewer.waitForState("live");
    assert.equal(server.viewerCount, 1);
  });

  it("stays paused when it was paused before", async () => {
    await watchLive();
    await viewer.page.keyboard.press("Space");
    await viewer.setHidden(true);
    await viewer.setHidden(false);
    await viewer.waitForState("paused");
    assert.equal(server.viewerCount, 0);
  });
});

describe("The keyboard", () => {
  it("pauses and resumes with the space bar", async () => {
    await watchLive();
    await viewer.page.keyboard.press("Space");
    await viewer.waitForState("paused");
    await until("the socket is closed", () => server.viewerCount === 0);
    const still = await shownNumber();
    await card().getByText(/This picture is [1-9] s old\./).waitFor();
    assert.equal(await shownNumber(), still);
    await until("it is in colour", async () => !(await isMonochrome()));
    await viewer.screenshot("viewer-paused");
    await viewer.page.keyboard.press("Space");
    await viewer.waitForState("live");
  });

  it("leaves the space bar to a focused control", async () => {
    await watchLive();
    await viewer.page.locator("#help").focus();
    await viewer.page.keyboard.press("Space");
    await viewer.page.getByRole("dialog").waitFor();
    assert.equal(await viewer.page.locator("body").getAttribute("data-state"), "live");
  });

  it("saves the picture in sight, byte for byte, with s", async () => {
    await watchLive();
    await viewer.page.keyboard.press("Space");
    await viewer.waitForState("paused");
    const [download] = await Promise.all([
      viewer.page.waitForEvent("download"),
      viewer.page.keyboard.press("s"),
    ]);
    assert.match(download.suggestedFilename(), /^cam0-\d{4}-\d\d-\d\dT[\d-]+Z\.jpg$/);
    const saved = (await readFile(await download.path())).toString("base64");
    assert.equal(pictures.indexOf(saved), await shownNumber());
    await viewer.page.getByText(/^Saved cam0-/).waitFor();
  });

  it("fills the screen with f", async () => {
    await watchLive();
    await viewer.page.keyboard.press("f");
    await viewer.page.waitForFunction(() => document.fullscreenElement !== null);
    await viewer.page.keyboard.press("f");
    await viewer.page.waitForFunction(() => document.fullscreenElement === null);
  });

  it("opens and closes the help", async () => {
    await watchLive();
    await viewer.page.keyboard.press("?");
    await viewer.page.getByRole("dialog", { name: "Freshframe" }).waitFor();
    await viewer.screenshot("viewer-help");
    await viewer.page.keyboard.press("Escape");
    await viewer.page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  it("reaches every control, with a visible focus", async () => {
    await watchLive();
    const reached = [];
    for (let step = 0; step < 5; step += 1) {
      await viewer.page.keyboard.press("Tab");
      reached.push(
        await viewer.page.evaluate(() => {
          const element = /** @type {HTMLElement} */ (document.activeElement);
          const { outlineStyle } = getComputedStyle(element);
          return `${element.id} ${element.ariaLabel ?? element.getAttribute("aria-label")} ${outlineStyle}`;
        }),
      );
    }
    assert.deepEqual(reached, [
      "pause Pause solid",
      "save Save this picture solid",
      "adjust Adjust the camera solid",
      "fullscreen Full screen solid",
      "help Help solid",
    ]);
  });
});

describe("Controls that nobody uses", () => {
  it("fade from the picture, and come back with the keyboard's focus or a movement", async () => {
    await viewer.page.setViewportSize({ width: 1280, height: 720 });
    await watchLive();
    const resting = viewer.page.locator('body[data-chrome="resting"]');
    await resting.waitFor();
    await viewer.page.locator("#save").focus();
    await resting.waitFor({ state: "detached" });
    await viewer.page.locator("#save").blur();
    await resting.waitFor();
    await viewer.page.mouse.move(200, 200);
    await resting.waitFor({ state: "detached" });
  });

  it("stay when they are not in the picture's way", async () => {
    await viewer.page.setViewportSize({ width: 700, height: 900 });
    await watchLive();
    const beganAtMs = await viewer.page.evaluate(() => performance.now());
    // Longer than the controls rest elsewhere.
    await viewer.page.waitForFunction((ms) => performance.now() > ms + 5_000, beganAtMs);
    await viewer.waitForState("live");
    assert.equal(await viewer.page.locator("body").getAttribute("data-chrome"), null);
  });

  it("stay while the picture is not live", async () => {
    await viewer.page.setViewportSize({ width: 1280, height: 720 });
    await watchLive();
    server.holdsBack = true;
    await viewer.waitForState("stalled");
    await card().getByText(/This picture is [6-9] s old\./).waitFor();
    assert.equal(await viewer.page.locator("body").getAttribute("data-chrome"), null);
  });
});

describe("Several cameras", () => {
  beforeEach(() => {
    server.cameras = ["door", "garden"];
  });

  it("can be chosen, and the choice stays in the address", async () => {
    await watchLive();
    const chooser = viewer.page.getByRole("combobox", { name: "Camera" });
    await chooser.waitFor();
    assert.equal(await chooser.inputValue(), "door");
    await chooser.selectOption("garden");
    await viewer.page.waitForFunction(() => document.title === "garden · Live");
    assert.equal(new URL(viewer.page.url()).searchParams.get("camera"), "garden");
    assert.equal(server.viewerCount, 1);
    await viewer.screenshot("viewer-cameras");
  });

  it("never lend their picture to another's name", async () => {
    await watchLive();
    server.holdsBack = true;
    await viewer.page.getByRole("combobox", { name: "Camera" }).selectOption("garden");
    await viewer.page.waitForFunction(() => document.title === "garden · Connecting");
    assert.equal(await shownNumber(), null);
    assert.equal(await viewer.number("size"), "");
  });

  it("are named in the address", async () => {
    await watchLive("?camera=garden");
    assert.equal(await viewer.page.title(), "garden · Live");
    await until("chosen", async () => (await viewer.page.locator("select").inputValue()) === "garden");
  });

  it("are offered when the address names one that is not there", async () => {
    viewer.expected = SERVER_IS_AWAY;
    await viewer.goto(`${server.url}?camera=attic`);
    await viewer.waitForState("lost");
    await card().getByText("There is no camera called “attic” on this server.").waitFor();
    await viewer.page.locator("select").selectOption("door");
    await viewer.waitForState("live");
    assert.equal(await card().getByText("There is no camera").isVisible(), false);
  });
});

describe("A person's settings", () => {
  it("for reduced motion are kept: nothing moves but the picture", async () => {
    await viewer.close();
    viewer = await WatchedPage.open(browser, { reducedMotion: "reduce" });
    await viewer.page.addInitScript(() => {
      Element.prototype.animate = () => {
        throw new Error("something is animated");
      };
    });
    await watchLive();
    const first = await shownNumber();
    await until("the picture moves", async () => (await shownNumber()) !== first);
    assert.equal(await viewer.page.evaluate(() => document.getAnimations().length), 0);
  });
});
