// @ts-check
import { launchBrowser } from "./browser.js";
import { Firefox } from "./firefox.js";

/** @typedef {Pick<Firefox, "goto" | "evaluate" | "version" | "close">} Browser what both can do */

/** @returns {Promise<Browser>} */
async function launchChromium() {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (call, arg) => page.evaluate(/** @type {any} */ (call), arg),
    version: async () => `Chromium ${browser.version()}`,
    close: () => browser.close(),
  };
}

/** Each by name, with what starts it. @type {[string, () => Promise<Browser>][]} */
export const BROWSERS = [
  ["Chromium", launchChromium],
  ["Firefox", Firefox.launch],
];
