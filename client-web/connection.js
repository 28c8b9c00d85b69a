// @ts-check
import { Backoff } from "./backoff.js";

/** A server behind a dead path answers neither yes nor no. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A camera that has stopped is no silence, for the server still answers our pings. A path that died
 * without a word (Wi-Fi out of reach, a laptop's sleep) is, and a new socket finds out.
 */
const SILENCE_MS = 15_000;

/** Only a connection that held this long proves that the server is well again. */
const STABLE_MS = 5_000;

/** A server that does not understand this page will not do so in a second either. */
const MISUNDERSTOOD_RETRY_MS = 60_000;

/** RFC 6455, 7.4.1, and the server's own code for too many wrong messages. */
const MISUNDERSTOOD_CODES = new Set([1002, 1007, 4001]);

const NORMAL_CLOSURE = 1000;

/** WebSocket.OPEN, which Node does not have. */
const SOCKET_IS_OPEN = 1;

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
 * @property {number} readyState
 * @property {(text: string) => void} send
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
 * @property {() => void} onOpen a new socket is open, and may be sent to
 * @property {(data: unknown) => void} onMessage
 * @property {() => void} onChange `state` has changed
 */

/** @type {Surroundings} */
const BROWSER = {
  // No subprotocol is offered: JSON is what a client gets that names none, and a browser that named
  // one would turn away every server that does not answer with it, old ones and proxies among them.
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
  #begunAtMs = 0;
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

  /** When the current socket began to be opened, monotonic. */
  get begunAtMs() {
    return this.#begunAtMs;
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

  /** Nobody waits for what cannot be sent now: it would be old later. @param {string} text */
  send(text) {
    // One that is closing throws nothing, and complains in the console of every message.
    if (this.#socket?.readyState === SOCKET_IS_OPEN) this.#socket.send(text);
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
    this.#begunAtMs = this.#surroundings.nowMs();
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
    socket.onclose = (event) => {
      const leastDelayMs = MISUNDERSTOOD_CODES.has(event.code) ? MISUNDERSTOOD_RETRY_MS : 0;
      this.#lose(sentenceFor(event, opened), opened, leastDelayMs);
    };
    this.#setTimer(() => this.#lose("The server does not answer.", false), CONNECT_TIMEOUT_MS);
    this.#change(state);
  }

  /** @param {string} reason @param {boolean} opened @param {number} [leastDelayMs] */
  #lose(reason, opened, leastDelayMs = 0) {
    const nowMs = this.#surroundings.nowMs();
    this.#dropSocket();
    this.#reason = reason;
    if (opened && nowMs - this.#openedAtMs >= STABLE_MS) this.#backoff.reset();
    const delayMs = Math.max(leastDelayMs, this.#backoff.nextMs());
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
  if (MISUNDERSTOOD_CODES.has(code)) {
    return `The server does not understand this page; reload it.${said}`;
  }
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
