// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";

const PROGRAM = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

/** A first start makes the whole profile: 2 s on a quiet machine of two cores, 22 s on a busy one. */
const START_MS = 60_000;

const READY_LINE = /^WebDriver BiDi listening on (ws:\S+)$/;

/**
 * Debian's Firefox with one page, driven by WebDriver BiDi, which it speaks itself: Playwright
 * drives only a Firefox that it has patched.
 */
export class Firefox {
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #lastId = 0;
  #page = "";

  static async launch() {
    const home = await mkdtemp(join(tmpdir(), "freshframe-firefox-"));
    // Its home is the profile's folder, so that nothing is read from or left in the user's.
    const child = spawn(
      PROGRAM,
      ["--headless", "--no-remote", "--profile", home, "--remote-debugging-port", "0", "about:blank"],
      { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: home } },
    );
    const ended = new Promise((resolve) => {
      child.once("exit", resolve);
      child.once("error", resolve);
    });
    try {
      const socket = new WebSocket(`${await readyUrl(child)}/session`);
      const firefox = new Firefox(child, ended, home, socket);
      await once(socket, "open");
      await firefox.#call("session.new", { capabilities: {} });
      const { contexts } = await firefox.#call("browsingContext.getTree", {});
      firefox.#page = contexts[0].context;
      return firefox;
    } catch (error) {
      child.kill("SIGKILL");
      await ended;
      await removeFolder(home);
      throw error;
    }
  }

  /**
   * @param {import("node:child_process").ChildProcess} child
   * @param {Promise<unknown>} ended
   * @param {string} home
   * @param {WebSocket} socket
   */
  constructor(child, ended, home, socket) {
    this.child = child;
    this.ended = ended;
    this.home = home;
    this.socket = socket;
    socket.on("message", (data) => this.#take(JSON.parse(String(data))));
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox has gone"));
      this.#waiting.clear();
    });
  }

  /** @param {string} url */
  async goto(url) {
    await this.#call("browsingContext.navigate", { context: this.#page, url, wait: "complete" });
  }

  /**
   * As Playwright's: calls the function in the page with one argument. Both ways go as JSON.
   *
   * @template Arg, Result
   * @param {(arg: Arg) => Promise<Result>} call
   * @param {Arg} arg
   * @returns {Promise<Result>}
   */
  async evaluate(call, arg) {
    const { result, exceptionDetails } = await this.#call("script.evaluate", {
      expression: `(${call})(${JSON.stringify(arg)}).then(JSON.stringify)`,
      target: { context: this.#page },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(`in Firefox: ${exceptionDetails.text}`);
    // Of what is undefined there is no JSON.
    return result.type === "undefined" ? /** @type {any} */ (undefined) : JSON.parse(result.value);
  }

  async version() {
    return this.evaluate(async () => navigator.userAgent, null);
  }

  async close() {
    this.child.kill("SIGTERM");
    await this.ended;
    await removeFolder(this.home);
  }

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   */
  #call(method, params) {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** @param {any} message an answer, or an event, which has no id */
  #take({ id, type, result, error, message }) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (type === "success") waiting.resolve(result);
    else waiting.reject(new Error(`Firefox: ${error}: ${message}`));
  }
}

/**
 * Where it listens. What else it says belongs to an error only.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<string>}
 */
function readyUrl(child) {
  return new Promise((resolve, reject) => {
    /** @type {string[]} */
    const said = [];
    const fail = (/** @type {string} */ why) => {
      clearTimeout(timer);
      reject(new Error([`${PROGRAM}: ${why}`, ...said].join("\n")));
    };
    const timer = setTimeout(() => fail("does not listen in time"), START_MS);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`ended with ${code} before it listened`));
    const stderr = /** @type {import("node:stream").Readable} */ (child.stderr);
    createInterface({ input: stderr }).on("line", (line) => {
      said.push(line);
      const match = READY_LINE.exec(line);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
  });
}

/** Its child processes may write for a moment longer than it lives. @param {string} folder */
function removeFolder(folder) {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
