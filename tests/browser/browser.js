// @ts-check
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Nothing may wait longer than this. */
export const WAIT_MS = 15_000;

export const ARTIFACTS = process.env.ARTIFACTS ?? join(ROOT, "build", "artifacts");

/** @param {string[]} [flags] beside those that all browsers here have */
export function launchBrowser(flags = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...flags,
    ],
  });
}

/** A page, and everything it complained about. */
export class WatchedPage {
  /** @type {string[]} */
  complaints = [];
  /** Complaints that this test provokes. @type {RegExp[]} */
  expected = [];
  /** @type {import("playwright-core").CDPSession | null} */
  #network = null;

  /**
   * @param {import("playwright-core").Browser} browser
   * @param {import("playwright-core").BrowserContextOptions} [options]
   */
  static async open(browser, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    return new WatchedPage(page);
  }

  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(WAIT_MS);
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** @param {string} url */
  async goto(url) {
    // The violation event is caught in the page, for not every violation reaches the console.
    await this.page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await this.page.goto(url);
  }

  /** Closes the page and says what nobody expected. */
  async close() {
    await this.page.context().close();
    return this.complaints.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }

  /** @param {string} state */
  async waitForState(state) {
    await this.page.locator(`live-camera[data-state="${state}"]`).waitFor({ state: "attached" });
    await this.page.locator(`body[data-state="${state}"]`).waitFor({ state: "attached" });
  }

  /** @param {string} id */
  async number(id) {
    return this.page.locator(`[data-testid="${id}"]`).getAttribute("data-value");
  }

  /** Pretends that the page goes out of sight, or comes back. @param {boolean} hidden */
  async setHidden(hidden) {
    await this.page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      Object.defineProperty(document, "visibilityState", {
        configurable: true,
        get: () => (hidden ? "hidden" : "visible"),
      });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  }

  /**
   * Makes the page's network as thin as this from now on, by the browser's own emulation.
   *
   * @param {number} mbitPerSecond
   */
  async throttle(mbitPerSecond) {
    if (!this.#network) {
      this.#network = await this.page.context().newCDPSession(this.page);
      await this.#network.send("Network.enable");
    }
    await this.#network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: (mbitPerSecond * 1e6) / 8,
      uploadThroughput: -1,
    });
  }

  /** @param {string} name */
  async screenshot(name) {
    await mkdir(ARTIFACTS, { recursive: true });
    await this.page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
  }
}

/**
 * Waits until something becomes true, and says what it was when it does not.
 *
 * @param {string} what
 * @param {() => unknown} condition
 */
export async function until(what, condition) {
  const deadlineMs = Date.now() + WAIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`waited ${WAIT_MS} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
