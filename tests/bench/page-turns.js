// @ts-check
/**
 * Has Chromium watch a server through its real page, in turns with and without permessage-deflate.
 *
 *   node page-turns.js URL ROUNDS WARM_UP_MS MEASURE_MS
 *
 * Each round is with, without, without, with, so that what drifts meets both alike. Prints one JSON
 * object for each turn.
 */
import { readdirSync, readFileSync } from "node:fs";
import { launchBrowser, until, WatchedPage } from "../browser/browser.js";
import { CountingProxy } from "../browser/counting-proxy.js";

/** clock_t of /proc: USER_HZ is 100 wherever Linux runs. */
const TICK_US = 10_000;

const END_OF_HEAD = "\r\n\r\n";
const OFFER = /\r\nSec-WebSocket-Extensions:[^\r\n]*/i;

/** Stands before the server in both kinds of turn alike: only what it leaves out differs. */
class OfferProxy extends CountingProxy {
  isOfferKept = true;

  /**
   * The first request's head, with or without the offer; what follows goes by as it is. A browser
   * opens a connection of its own for a WebSocket.
   *
   * @param {import("node:net").Socket} client
   * @param {import("node:net").Socket} server
   */
  pass(client, server) {
    let head = "";
    const take = (/** @type {Buffer} */ data) => {
      head += data.toString("latin1");
      if (!head.includes(END_OF_HEAD)) return;
      client.off("data", take);
      server.write(this.isOfferKept ? head : head.replace(OFFER, ""), "latin1");
      client.pipe(server);
    };
    client.on("data", take);
  }
}

/** Fields of /proc/PID/stat behind the name, which may hold anything. @param {string} pid */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null; // it has ended
  }
}

/** CPU time, user and system, of each process below this one: all of them are Chromium's. */
function chromiumCpuUs() {
  const stats = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [pid, statOf(pid)]),
  );
  /** @type {(pid: string) => boolean} */
  const isBelow = (pid) => {
    const parent = stats.get(pid)?.[1];
    return parent !== undefined && (parent === String(process.pid) || isBelow(parent));
  };
  return new Map(
    [...stats].flatMap(([pid, stat]) =>
      stat && isBelow(pid) ? [[pid, (Number(stat[11]) + Number(stat[12])) * TICK_US]] : [],
    ),
  );
}

/** Before the page's own scripts: keeps what was agreed on, and counts shown frames. */
function record() {
  const seen = { extensions: /** @type {string | null} */ (null), shown: 0 };
  Object.assign(window, { seen });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    seen.extensions = this.extensions;
    WebSocket.prototype.send = send;
    this.send(data);
  };
  window.addEventListener("painted", () => (seen.shown += 1), true);
}

/** Shown frames so far, and when that was. */
function look() {
  const { shown } = /** @type {any} */ (window).seen;
  return { shown, ms: performance.now() };
}

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {import("playwright-core").Browser} browser
 * @param {OfferProxy} proxy
 * @param {string} url the proxy's
 * @param {boolean} isOfferKept
 * @param {number} warmUpMs
 * @param {number} measureMs
 */
async function turn(browser, proxy, url, isOfferKept, warmUpMs, measureMs) {
  proxy.isOfferKept = isOfferKept;
  const watched = await WatchedPage.open(browser);
  await watched.page.addInitScript(record);
  await watched.goto(url);
  await until("a frame is shown", async () => (await watched.page.evaluate(look)).shown > 0);
  await sleep(warmUpMs);

  const cpuBefore = chromiumCpuUs();
  const bytesBefore = proxy.bytesFromServer;
  const before = await watched.page.evaluate(look);
  await sleep(measureMs);
  const after = await watched.page.evaluate(look);
  const bytes = proxy.bytesFromServer - bytesBefore;
  const cpu = chromiumCpuUs();

  const extensions = await watched.page.evaluate(() => /** @type {any} */ (window).seen.extensions);
  const isDeflated = String(extensions).startsWith("permessage-deflate");
  if (isDeflated !== isOfferKept) throw new Error(`agreed on "${extensions}" in the other kind of turn`);
  const complaints = await watched.close();
  if (complaints.length > 0) throw new Error(complaints.join("\n"));

  const shown = after.shown - before.shown;
  if (shown === 0) throw new Error("the page showed nothing");
  let cpuUs = 0;
  for (const [pid, us] of cpu) cpuUs += us - (cpuBefore.get(pid) ?? 0);
  return {
    is_deflated: isDeflated,
    frames_per_second: (1000 * shown) / (after.ms - before.ms),
    cpu_us_per_frame: cpuUs / shown,
    bytes_per_frame: bytes / shown,
  };
}

const [serverUrl, rounds, warmUpMs, measureMs] = process.argv.slice(2);
const proxy = new OfferProxy(serverUrl);
const proxyUrl = await proxy.start();
const browser = await launchBrowser();
try {
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const isOfferKept of [true, false, false, true]) {
      const seen = await turn(browser, proxy, proxyUrl, isOfferKept, Number(warmUpMs), Number(measureMs));
      console.log(JSON.stringify(seen));
    }
  }
} finally {
  await browser.close();
  await proxy.stop();
}
