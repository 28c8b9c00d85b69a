// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WAIT_MS } from "./browser.js";

const PROGRAM =
  process.env.FRESHFRAME ?? fileURLToPath(new URL("../../build/release/freshframe", import.meta.url));

const READY_LINE = /^Freshframe is live at (https?:\S+)$/;

/** The server itself, as a process that can be killed and started again. */
export class FreshframeProgram {
  /** @type {import("node:child_process").ChildProcess | null} */
  #process = null;
  url = "";

  /**
   * @param {string[]} flags
   * @param {Record<string, string>} [environment] beside that of this process
   */
  constructor(flags, environment = {}) {
    this.flags = flags;
    this.environment = environment;
  }

  /** The first time on a free port, later on the same one. */
  async start() {
    const listen = this.url ? new URL(this.url).host : "127.0.0.1:0";
    const child = spawn(PROGRAM, ["--listen", listen, ...this.flags], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...this.environment },
    });
    this.#process = child;
    this.url = await new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ why) => reject(new Error(`${PROGRAM}: ${why}`));
      const timer = setTimeout(() => fail("said nothing in time"), WAIT_MS);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code) => fail(`ended with ${code} before it was live`));
      createInterface({ input: /** @type {import("node:stream").Readable} */ (child.stdout) }).on(
        "line",
        (line) => {
          const match = READY_LINE.exec(line);
          if (!match) return;
          clearTimeout(timer);
          resolve(match[1]);
        },
      );
    });
  }

  /** @param {NodeJS.Signals} signal */
  async stop(signal) {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}
