// @ts-check
import { Backoff } from "./backoff.js";

/** A server behind a dead path answers neither yes nor no. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A path that died without a word (Wi-Fi out of reach, a laptop's sleep) looks like a camera that
 * has stopped. After this silence a new socket finds out which of the two it is.
 */
const SILENCE_MS = 15_000;

/** Only a connection that held this long proves that the server is well again. */
const STABLE_MS = 5_000;

const NORMAL_CLOSURE = 1000;

/**
 * `checking`: open as far as we know, and a new socket is being tried after a long silence.
 * `waiting`: lost, and the next attempt comes at `retryAtMs`.
 *
 * @typedef {"closed" | "connecting" | "open" | "checking" | "waiting"} ConnectionState
 *
 * @typedef {object} SocketLike the part of WebSocket that is used
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 * @property {(code?: number) => void} close
 *
 * @typedef {object} Surroundings
 * @property {(url: string) => SocketLike} createSocket
 * @property {(callback: () => void, delayMs: number) => number} setTimer
 * @property {(timer: number) => void} clearTimer
 * @property {() => number} nowMs monotonic
 * @property {() => number} random
 *
 * @typedef {object} Listener
 * @property {() => void} onOpen a new socket is open
 * @property {(data: unknown) => void} onMessage
 * @property {() => void} onChange `state` has changed
 */

/** @type {Surroundings} */
const BROWSER = {
  createSocket: (url) => new WebSocket(url),
  setTimer: (callback, delayMs) => Number(setTimeout(callback, delayMs)),
  clearTimer: (timer) => clearTimeout(timer),
  nowMs: () => performance.now(),
  random: Math.random,
};

/** One WebSocket that is kept open, whatever happens to it, until `close()`. */
export class Connection {
  #url;
  #listener;
  #surroundings;
  #backoff;
  /** @type {SocketLike | null} */
  #socket = null;
  /** @type {number | null} */
  #timer = null;
  /** @type {ConnectionState} */
  #state = "closed";
  #reason = "";
  #openedAtMs = 0;
  #lastMessageAtMs = 0;
  #retryAtMs = 0;

  /**
   * @param {string} url
   * @param {Listener} listener
   * @param {Partial<Surroundings>} [surroundings]
   */
  constructor(url, listener, surroundings = {}) {
    this.#url = url;
    this.#listener = listener;
    this.#surroundings = { ...BROWSER, ...surroundings };
    this.#backoff = new Backoff(this.#surroundings.random);
  }

  get state() {
    return this.#state;
  }

  /** Why the last connection ended, as a sentence; empty before that. */
  get reason() {
    return this.#reason;
  }

  /** When the current socket opened, monotonic. */
  get openedAtMs() {
    return this.#openedAtMs;
  }

  /** When the next attempt comes, monotonic; means something while `waiting`. */
  get retryAtMs() {
    return this.#retryAtMs;
  }

  open() {
    if (this.#state !== "closed") return;
    this.#backoff.reset();
    this.#connect("connecting");
  }

  /** Ends it for good; no listener is called for this socket afterwards. */
  close() {
    this.#dropSocket();
    this.#reason = "";
    this.#change("closed");
  }

  /** Does not wait for the back-off: a person asked, or the network came back. */
  retryNow() {
    if (this.#state === "waiting") this.#connect("connecting");
  }

  /** @param {"connecting" | "checking"} state */
  #connect(state) {
    this.#dropSocket();
    const socket = this.#surroundings.createSocket(this.#url);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#openedAtMs = this.#lastMessageAtMs = this.#surroundings.nowMs();
      this.#setTimer(() => this.#checkSilence(), SILENCE_MS);
      this.#listener.onOpen();
      this.#change("open");
    };
    socket.onmessage = (event) => {
      this.#lastMessageAtMs = this.#surroundings.nowMs();
      this.#listener.onMessage(event.data);
    };
    // An error event says nothing and is always followed by close, so close alone is enough.
    socket.onclose = (event) => this.#lose(sentenceFor(event, opened), opened);
    this.#setTimer(() => this.#lose("The server does not answer.", false), CONNECT_TIMEOUT_MS);
    this.#change(state);
  }

  /** @param {string} reason @param {boolean} opened */
  #lose(reason, opened) {
    const nowMs = this.#surroundings.nowMs();
    this.#dropSocket();
    this.#reason = reason;
    if (opened && nowMs - this.#openedAtMs >= STABLE_MS) this.#backoff.reset();
    const delayMs = this.#backoff.nextMs();
    this.#retryAtMs = nowMs + delayMs;
    this.#setTimer(() => this.#connect("connecting"), delayMs);
    this.#change("waiting");
  }

  #checkSilence() {
    const silentMs = this.#surroundings.nowMs() - this.#lastMessageAtMs;
    if (silentMs >= SILENCE_MS) {
      this.#connect("checking");
    } else {
      this.#setTimer(() => this.#checkSilence(), SILENCE_MS - silentMs);
    }
  }

  #dropSocket() {
    this.#clearTimer();
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(NORMAL_CLOSURE);
  }

  /** There is one timer, for whatever comes next. @param {() => void} callback @param {number} delayMs */
  #setTimer(callback, delayMs) {
    this.#clearTimer();
    this.#timer = this.#surroundings.setTimer(() => {
      this.#timer = null;
      callback();
    }, delayMs);
  }

  #clearTimer() {
    if (this.#timer !== null) this.#surroundings.clearTimer(this.#timer);
    this.#timer = null;
  }

  /** @param {ConnectionState} state */
  #change(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.onChange();
  }
}

/**
 * The server's own words come after ours, for they may be empty.
 *
 * @param {{ code: number, reason: string }} event
 * @param {boolean} opened
 */
function sentenceFor({ code, reason }, opened) {
  const said = reason ? ` It says: ${reason}` : "";
  switch (code) {
    case 1001:
      return `The server has stopped.${said}`;
    case 1008:
      return `The server turned this page away.${said}`;
    case 1011:
      return `The server had a fault.${said}`;
    case 1012:
    case 1013:
      return `The server is busy or restarting.${said}`;
    default:
      return (opened ? "The connection to the server broke." : "The server does not answer.") + said;
  }
}
