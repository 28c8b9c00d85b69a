// @ts-check
import { Clock } from "./clock.js";
import { Connection } from "./connection.js";
import { style } from "./live-camera-style.js";
import { isFlowing, judge } from "./live-state.js";
import { Painter } from "./painter.js";
import { Pinger } from "./pinger.js";
import { ackMessage, getControlsMessage, parseMessage, pingMessage } from "./protocol.js";
import { FrameStats } from "./stats.js";
import { DoubleImage } from "./surface.js";
import { roughDurationText } from "./text.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./live-state.js").LiveState} LiveState */
/**
 * @typedef {{ frame: Frame, atMs: number, atWallMs: number, ageMs: number | null }} Shown the frame
 *   in sight: since when, by the monotonic and by the wall clock, and how old it was then
 */

/** How often the clockwork looks whether the picture is still fresh. */
const LOOK_MS = 250;

/**
 * `<live-camera>` shows one camera of a Freshframe server, and never passes off an old picture as
 * a live one.
 *
 *     <script type="module" src="live-camera.js"></script>
 *     <live-camera src="ws" camera="cam0"></live-camera>
 *
 * Attributes: `src`, the server's WebSocket address, relative to the page (default `ws`);
 * `camera`, its name (default: the server's first). `data-state` tells the state to style sheets;
 * `data-stale` is there while the picture in sight was the past already when the server sent it.
 *
 * Events: `statechange`; `painted` (detail: the frame without its data, and `ageMs`, null when the
 * clocks differ); `problem` (detail: `reason`) for anything that went wrong with one message;
 * `controls` (detail: `camera`, `controls`) after `followControls()`.
 *
 * While the page is hidden or paused there is no connection, rather than one with a paused
 * subscription: the server then keeps nothing for this page and the camera can stop, and a browser
 * may freeze a hidden page, whose silence would look like a dead path. Coming back takes one round
 * trip more, which nobody sees. Another camera is a new connection too, so that a late frame of the
 * old one cannot come after it.
 */
export class LiveCamera extends HTMLElement {
  static observedAttributes = ["src", "camera"];

  #clock = new Clock();
  #pinger = new Pinger(() => this.#connection?.send(pingMessage(this.#clock.nowUs())));
  #stats = new FrameStats();
  #surface = new DoubleImage();
  #painter;
  /** @type {Connection | null} */
  #connection = null;
  /** @type {AbortController | null} the listeners outside of this element */
  #attached = null;
  #looking = 0;

  #paused = false;
  #state = /** @type {LiveState} */ ("connecting");
  #reason = "";
  #announced = "";
  /** @type {import("./protocol.js").Status | null} */
  #status = null;
  #framesSinceStatus = 0;
  /** @type {number | null} the last paint on this connection, monotonic */
  #paintedAtMs = null;
  /** @type {Shown | null} */
  #shown = null;
  /** The camera whose controls somebody wants to be told, or empty. */
  #controlsOf = "";

  #picture = make("div", "picture");
  #bar = make("span", "bar");
  #headline = make("p", "headline");
  #reasonLine = make("p", "reason");
  #hintLine = make("p", "hint");
  #ticking = make("p", "ticking");
  #retry = make("button", "retry");
  #announcement = make("p", "announcement");

  constructor() {
    super();
    this.#painter = new Painter(this.#surface, {
      onShown: (frame) => this.#show(frame),
      onPainted: (frame) => this.#painted(frame),
      onReplaced: () => this.#stats.notPainted(),
      onBroken: (frame) => {
        this.#giveUp(frame);
        this.#fail("A picture could not be decoded.");
      },
    });
    this.#build();
  }

  connectedCallback() {
    this.#attached = new AbortController();
    const { signal } = this.#attached;
    document.addEventListener("visibilitychange", () => this.#run(), { signal });
    window.addEventListener("online", () => this.retryNow(), { signal });
    this.#looking = Number(setInterval(() => document.hidden || this.#look(), LOOK_MS));
    this.#run();
  }

  disconnectedCallback() {
    this.#attached?.abort();
    this.#attached = null;
    clearInterval(this.#looking);
    this.#run();
  }

  /** @param {string} _name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(_name, before, after) {
    if (before === after || !this.#attached) return;
    // Another camera: its name must never stand beside this one's picture.
    this.#close();
    this.#surface.clear();
    this.toggleAttribute("data-stale", false);
    this.#shown = null;
    this.#stats = new FrameStats();
    this.#controlsOf = "";
    this.hint = "";
    this.#run();
  }

  /** @returns {LiveState} */
  get state() {
    return this.#state;
  }

  /** Why it is so, as a sentence; may be empty. */
  get reason() {
    return this.#reason;
  }

  /** The frame in sight, or null. @returns {Readonly<Frame> | null} */
  get frame() {
    return this.#shown?.frame ?? null;
  }

  /** Frames a second, age and dropped frames, over the last two seconds. */
  get numbers() {
    return this.#stats.numbers(performance.now());
  }

  /** How far the age may be off; null when the server does not tell its time. */
  get ageErrorMs() {
    return this.#clock.errorMs;
  }

  /** Whether a person paused it; a hidden page is not paused. */
  get paused() {
    return this.#paused;
  }

  /** One more sentence for the person, beside the reason. */
  get hint() {
    return this.#hintLine.textContent ?? "";
  }

  set hint(sentence) {
    this.#hintLine.textContent = sentence;
  }

  /** Where the picture is in the window, without the empty margins; null without a picture. */
  get pictureRect() {
    const image = this.#surface.front;
    if (!image || image.naturalWidth === 0) return null;
    const box = this.getBoundingClientRect();
    const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
    const width = image.naturalWidth * scale;
    const height = image.naturalHeight * scale;
    return new DOMRect(
      box.x + (box.width - width) / 2,
      box.y + (box.height - height) / 2,
      width,
      height,
    );
  }

  pause() {
    this.#paused = true;
    this.#run();
  }

  resume() {
    this.#paused = false;
    this.#run();
  }

  /**
   * From now on `controls` tells what this camera's controls are, now and whenever they change, on
   * later connections too.
   *
   * @param {string} camera the one that is watched
   */
  followControls(camera) {
    this.#controlsOf = camera;
    this.#connection?.send(getControlsMessage(camera));
  }

  /** Does not wait for the next attempt. */
  retryNow() {
    this.#connection?.retryNow();
  }

  /** Brings the connection in line with what is wanted of it. */
  #run() {
    const wanted = this.#attached !== null && !this.#paused && !document.hidden;
    if (wanted && !this.#connection) {
      this.#open();
    } else if (!wanted) {
      this.#close();
    }
    this.#look();
  }

  #open() {
    this.#connection = new Connection(this.#url(), {
      onOpen: () => {
        this.#forgetConnection();
        this.#clock.forget();
        this.#pinger.start();
        if (this.#controlsOf) this.followControls(this.#controlsOf);
      },
      onMessage: (data) => this.#receive(data),
      onChange: () => this.#look(),
    });
    this.#connection.open();
  }

  #close() {
    this.#connection?.close();
    this.#connection = null;
    this.#pinger.stop();
    this.#forgetConnection();
  }

  /** What was true of the last connection says nothing about the next. */
  #forgetConnection() {
    this.#painter.stop();
    this.#stats.interrupted();
    this.#status = null;
    this.#framesSinceStatus = 0;
    this.#paintedAtMs = null;
  }

  #url() {
    const url = new URL(this.getAttribute("src") ?? "ws", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    const camera = this.getAttribute("camera");
    if (camera) url.searchParams.set("camera", camera);
    // Greyed and with its age, the last picture is better than none while the camera starts.
    url.searchParams.set("last_picture", "true");
    return url.href;
  }

  /** @param {unknown} data */
  #receive(data) {
    const message = parseMessage(data);
    switch (message.kind) {
      case "frame":
        if (message.frame.stale_us === undefined) this.#framesSinceStatus += 1;
        this.#stats.notSent(message.frame.dropped);
        this.#painter.offer(message.frame);
        break;
      case "status":
        this.#status = message.status;
        this.#framesSinceStatus = 0;
        this.#look();
        break;
      case "hello": {
        // It answers the opening of the connection, as a pong does a ping; and it comes before any
        // frame, so that even the first one's age is right.
        const { server_time_us } = message.hello;
        this.#clock.learn({
          client_time_us: this.#clock.nowUs() - Math.round(1000 * this.#connectedForMs()),
          received_us: server_time_us,
          sent_us: server_time_us,
        });
        break;
      }
      case "pong":
        this.#clock.learn(message.pong);
        break;
      case "controls":
        this.dispatchEvent(new CustomEvent("controls", { detail: message.controls }));
        break;
      case "error":
        this.#fail(`The server refused a message of this page: ${message.error.reason}`);
        break;
      case "invalid":
        if (message.frame) this.#giveUp(message.frame);
        this.#fail(`A message could not be read: ${message.reason}.`);
        break;
      case "unknown":
        break;
    }
  }

  /** @param {Frame} frame @returns {Shown} */
  #show(frame) {
    const ageMs =
      frame.stale_us === undefined
        ? this.#clock.plausibleAgeMs(frame.captured_us)
        : frame.stale_us / 1000;
    // In the step that puts it in sight: a picture of the past has no moment in colour.
    this.toggleAttribute("data-stale", frame.stale_us !== undefined);
    this.#shown = { frame, atMs: performance.now(), atWallMs: Date.now(), ageMs };
    return this.#shown;
  }

  /** @param {Frame} frame */
  #painted(frame) {
    // Once more, for only now is it seen: the age is that of the paint, not of the moment before.
    const { atMs, ageMs } = this.#show(frame);
    this.#connection?.send(ackMessage(frame));
    if (frame.stale_us !== undefined) {
      this.#look();
      return;
    }
    this.#paintedAtMs = atMs;
    this.#stats.painted(atMs, ageMs);
    if (this.#state !== "live" || frame.settling) this.#look();
    const { data, ...head } = frame;
    this.dispatchEvent(new CustomEvent("painted", { detail: { ...head, ageMs } }));
  }

  /**
   * It will never be shown, which the server waits to hear: it counts as on its way until then.
   *
   * @param {import("./protocol.js").FrameName} frame
   */
  #giveUp(frame) {
    this.#stats.notPainted();
    this.#connection?.send(ackMessage(frame));
  }

  /** The one way out for whatever goes wrong with a single message. @param {string} reason */
  #fail(reason) {
    this.dispatchEvent(new CustomEvent("problem", { detail: { reason } }));
  }

  /** Judges the state anew and shows it. */
  #look() {
    const verdict = judge({
      nowMs: performance.now(),
      paused: this.#paused,
      connection: this.#connection?.state ?? "closed",
      connectionReason: this.#connection?.reason ?? "",
      openedAtMs: this.#connection?.openedAtMs ?? 0,
      status: this.#status,
      framesSinceStatus: this.#framesSinceStatus,
      paintedAtMs: this.#paintedAtMs,
      settling: this.#shown?.frame.settling ?? false,
      intervalMs: this.#stats.intervalMs,
    });
    const changed = verdict.state !== this.#state || verdict.reason !== this.#reason;
    this.#state = verdict.state;
    this.#reason = verdict.reason;
    this.dataset.state = verdict.state;
    setText(this.#ticking, this.#tickingText());
    this.#retry.hidden = this.#connection?.state !== "waiting";
    if (!changed) return;
    if (!isFlowing(verdict.state)) {
      setText(this.#headline, verdict.headline);
      setText(this.#reasonLine, verdict.reason);
    }
    this.#announce(`${verdict.headline}. ${isFlowing(verdict.state) ? "" : verdict.reason}`.trim());
    this.dispatchEvent(new CustomEvent("statechange"));
  }

  #tickingText() {
    if (isFlowing(this.#state)) return "";
    const parts = [];
    const ageMs = this.#shownAgeMs();
    if (ageMs !== null) {
      const age = ageMs < 1000 ? "less than a second" : roughDurationText(ageMs);
      parts.push(`This picture is ${age} old.`);
    }
    if (this.#connection?.state === "waiting") {
      const waitMs = this.#connection.retryAtMs - performance.now();
      parts.push(`Trying again in ${Math.max(1, Math.ceil(waitMs / 1000))} s.`);
    } else if (this.#connection?.state === "connecting" && this.#state === "lost") {
      parts.push("Trying again now.");
    }
    return parts.join(" ");
  }

  #shownAgeMs() {
    if (!this.#shown) return null;
    const { atMs, atWallMs, ageMs } = this.#shown;
    // The wall clock may be set back, and the monotonic one stands still while a machine sleeps.
    return (ageMs ?? 0) + Math.max(performance.now() - atMs, Date.now() - atWallMs);
  }

  #connectedForMs() {
    return performance.now() - (this.#connection?.begunAtMs ?? 0);
  }

  /** Only what changed for the person, never numbers. @param {string} sentence */
  #announce(sentence) {
    if (sentence === this.#announced) return;
    this.#announced = sentence;
    this.#announcement.textContent = sentence;
  }

  #build() {
    this.#picture.setAttribute("role", "img");
    this.#picture.setAttribute("aria-label", "Camera picture");
    this.#picture.append(...this.#surface.images);
    this.#headline.textContent = "Connecting";
    this.#retry.textContent = "Try now";
    this.#retry.setAttribute("type", "button");
    this.#retry.hidden = true;
    this.#retry.addEventListener("click", () => this.retryNow());
    this.#announcement.setAttribute("aria-live", "polite");
    const card = make("div", "card");
    card.append(
      this.#bar,
      this.#headline,
      this.#reasonLine,
      this.#hintLine,
      this.#ticking,
      this.#retry,
    );
    const veil = make("div", "veil");
    veil.append(card);
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [style];
    shadow.append(this.#picture, veil, this.#announcement);
  }
}

/** @param {string} tag @param {string} className */
function make(tag, className) {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

/** Leaves an unchanged text alone, which is cheaper and quieter. @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

customElements.define("live-camera", LiveCamera);
