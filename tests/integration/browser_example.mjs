// Opens the server's /protocol/examples/browser.html in Chromium and waits until it has closed its
// connection. Prints what the page then says.
//   node browser_example.mjs URL COUNT
import { chromium } from "playwright-core";

const WAIT_MS = 60_000;

const [url, count] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-features=LocalNetworkAccessChecks"],
});
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  await page.goto(`${url}protocol/examples/browser.html?frames=${count}`);
  await page.waitForFunction(() => document.querySelector("p").textContent.startsWith("closed"), null, {
    timeout: WAIT_MS,
  });
  const width = await page.evaluate(() => document.querySelector("img").naturalWidth);
  console.log(`${await page.textContent("p")} and a picture ${width} wide`);
} finally {
  await browser.close();
}
