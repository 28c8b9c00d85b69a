// @ts-check
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";

const CLIENT_WEB = fileURLToPath(new URL("../../client-web/", import.meta.url));

/** The server's own; server.test.js compares. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'";

/** @type {Record<string, string>} */
const MIME_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const FRAME_INTERVAL_MS = 1000 / 30;

/** Enough for a page that keeps up, and no queue before one on a busy machine. */
const MAX_UNACKNOWLEDGED = 6;

/**
 * @typedef {object} Watching
 * @property {string} camera
 * @property {number | null} sent the sequence of the last frame
 * @property {number[]} unacknowledged sequences
 */

/**
 * @typedef {object} ControlRequest
 * @property {string} camera
 * @property {Record<string, unknown> | null} values what is to be set; null where that is only asked for
 * @property {() => void} answer
 */

/**
 * Speaks the server's protocol and misbehaves on demand: for the states of the viewer that a
 * healthy server cannot be asked for. `prefix` serves everything below a path, as a proxy would.
 */
export class StandInServer {
  /** @type {import("node:http").Server | null} */
  #server = null;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #sockets = new WebSocketServer({ noServer: true });
  /** @type {Map<import("ws").WebSocket, Watching>} */
  #viewers = new Map();
  #port = 0;

  /** Base64 JPEGs of the same size; number i carries the number i in its pixels. @type {string[]} */
  pictures;
  cameras;
  prefix;
  sequence = 0;
  /** No frames while it is set. */
  holdsBack = false;
  /** How far the server's clock is ahead. */
  clockErrorMs = 0;
  saysHello = true;
  answersPings = true;
  /** Whether it waits for acknowledgements when too many are missing. */
  awaitsAcks = true;
  /** Whether the frames say that the exposure still converges. */
  settling = false;
  /** What each connection's address says of it. @type {(string | null)[]} */
  askedForLastPicture = [];
  /** Members that some cameras' frames have. @type {object} */
  toldByCamera = {};
  /** Frames that are made and not sent, between every two that are sent. */
  skippedFrames = 0;
  /** The data of the newest frame that was sent. */
  lastData = "";
  /** Every connection there ever was. */
  connectionCount = 0;
  pongCount = 0;
  /** What the viewers acknowledged. @type {{ camera: string, sequence: number }[]} */
  acks = [];
  /** What can be set, by camera. @type {Record<string, { name: string, value?: unknown, [member: string]: unknown }[]>} */
  controls = {};
  /** The requests about controls, in the order in which they came. @type {ControlRequest[]} */
  controlRequests = [];
  /** Whether these wait until they are answered by hand. */
  holdsControls = false;
  /** Whatever else the viewers said. @type {string[]} */
  oddMessages = [];

  /**
   * @param {{ pictures: string[], width: number, height: number, cameras?: string[], prefix?: string }} options
   */
  constructor({ pictures, width, height, cameras = ["cam0"], prefix = "/" }) {
    this.pictures = pictures;
    this.width = width;
    this.height = height;
    this.cameras = cameras;
    this.prefix = prefix;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}${this.prefix}`;
  }

  get viewerCount() {
    return this.#viewers.size;
  }

  /** The first time on a free port, later on the same one. */
  async start() {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("upgrade", (request, socket, head) => {
      const url = new URL(request.url ?? "/", "http://stand-in");
      const camera = url.searchParams.get("camera") ?? this.cameras[0];
      if (url.pathname !== `${this.prefix}ws` || !this.cameras.includes(camera)) {
        socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (viewer) => {
        this.#viewers.set(viewer, { camera, sent: null, unacknowledged: [] });
        this.connectionCount += 1;
        this.askedForLastPicture.push(url.searchParams.get("last_picture"));
        viewer.on("close", () => this.#viewers.delete(viewer));
        viewer.on("message", (data, isBinary) => this.#listen(viewer, String(data), isBinary));
        if (this.saysHello) viewer.send(this.#hello());
      });
    });
    await new Promise((resolve) => server.listen(this.#port, "127.0.0.1", () => resolve(null)));
    const address = server.address();
    if (address && typeof address === "object") this.#port = address.port;
    this.#server = server;
    this.#timer = setInterval(() => this.holdsBack || this.sendFrame(), FRAME_INTERVAL_MS);
  }

  /** @param {number} [code] with which the sockets are closed; without it they are cut */
  async stop(code) {
    clearInterval(this.#timer);
    for (const viewer of this.#viewers.keys()) {
      if (code) viewer.close(code);
      else viewer.terminate();
    }
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    await new Promise((resolve) => {
      server.close(() => resolve(null));
      // Not only those that are idle: a page that asks again and again would keep its own for ever.
      server.closeAllConnections();
    });
  }

  /** The past, as a server sends it that is asked for the last picture. @param {number} staleUs */
  sendStalePicture(staleUs) {
    this.sequence += 1;
    this.#send(this.pictures[0], staleUs);
  }

  /** @param {string} state @param {string} reason */
  sendStatus(state, reason) {
    for (const [viewer, { camera }] of this.#viewers) {
      viewer.send(JSON.stringify({ type: "status", camera, state, reason }));
    }
  }

  /** @param {string | Buffer} message */
  sendRaw(message) {
    for (const viewer of this.#viewers.keys()) viewer.send(message);
  }

  /** @param {string} data Base64 */
  sendPicture(data) {
    this.sequence += 1;
    this.#send(data);
  }

  /** Sends the next picture, to those viewers that may have it now. */
  sendFrame() {
    this.sequence += 1 + this.skippedFrames;
    this.lastData = this.pictures[this.sequence % this.pictures.length];
    this.#send(this.lastData);
  }

  /** @param {string} data @param {number} [staleUs] */
  #send(data, staleUs) {
    for (const [viewer, watched] of this.#viewers) {
      if (this.awaitsAcks && watched.unacknowledged.length >= MAX_UNACKNOWLEDGED) continue;
      viewer.send(
        JSON.stringify({
          type: "frame",
          camera: watched.camera,
          sequence: this.sequence,
          captured_us: this.#nowUs() - (staleUs ?? 0),
          width: this.width,
          height: this.height,
          mime: "image/jpeg",
          ...this.toldByCamera,
          ...(this.settling ? { settling: true } : {}),
          ...(staleUs === undefined ? {} : { stale_us: staleUs }),
          dropped: watched.sent === null ? 0 : this.sequence - watched.sent - 1,
          data,
        }),
      );
      watched.sent = this.sequence;
      watched.unacknowledged.push(this.sequence);
    }
  }

  /** @param {import("ws").WebSocket} viewer @param {string} text @param {boolean} isBinary */
  #listen(viewer, text, isBinary) {
    const received_us = this.#nowUs();
    const message = isBinary ? {} : JSON.parse(text);
    if (message.type === "ack") {
      this.acks.push({ camera: message.camera, sequence: message.sequence });
      const watched = this.#viewers.get(viewer);
      if (!watched) return;
      watched.unacknowledged = watched.unacknowledged.filter((sent) => sent > message.sequence);
    } else if (message.type === "ping") {
      if (!this.answersPings) return;
      this.pongCount += 1;
      const { client_time_us } = message;
      viewer.send(JSON.stringify({ type: "pong", client_time_us, received_us, sent_us: this.#nowUs() }));
    } else if (message.type === "get-controls" && this.controls[message.camera]) {
      viewer.send(this.#controlsMessage(message.camera));
    } else {
      this.oddMessages.push(text);
    }
  }

  /** Tells the viewers what a camera's controls are now. @param {string} camera */
  sendControls(camera) {
    this.sendRaw(this.#controlsMessage(camera));
  }

  /** @param {string} camera */
  #controlsMessage(camera) {
    return JSON.stringify({ type: "controls", camera, controls: this.controls[camera] });
  }

  /**
   * @param {string} camera
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async #takeControlRequest(camera, request, response) {
    const isChange = request.method === "PATCH";
    const values = isChange ? /** @type {Record<string, unknown>} */ (await json(request)) : null;
    const answer = () => {
      const controls = this.controls[camera] ?? [];
      for (const control of controls) {
        if (values && control.name in values) control.value = values[control.name];
      }
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ camera, controls }));
    };
    this.controlRequests.push({ camera, values, answer });
    if (!this.holdsControls) answer();
  }

  #hello() {
    return JSON.stringify({
      type: "hello",
      protocol: "freshframe.v1.json",
      server: "Stand-in 1.0.0",
      server_time_us: this.#nowUs(),
      cameras: this.cameras.map((name) => ({
        name,
        width: this.width,
        height: this.height,
        state: "live",
        reason: "",
      })),
      may: ["watch"],
    });
  }

  #nowUs() {
    return Math.round((Date.now() + this.clockErrorMs) * 1000);
  }

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async #answer(request, response) {
    const { pathname } = new URL(request.url ?? "/", "http://stand-in");
    if (!pathname.startsWith(this.prefix)) return void response.writeHead(404).end();
    const path = pathname.slice(this.prefix.length) || "index.html";
    if (path === "api/v1/cameras") {
      const cameras = this.cameras.map((name) => ({
        name,
        state: "live",
        reason: "",
        width: this.width,
        height: this.height,
        viewers: [...this.#viewers.values()].filter(({ camera }) => camera === name).length,
      }));
      response.writeHead(200, { "Content-Type": "application/json" });
      return void response.end(JSON.stringify({ cameras }));
    }
    const controlsOf = /^api\/v1\/cameras\/([^/]+)\/controls$/.exec(path)?.[1];
    if (controlsOf) return this.#takeControlRequest(decodeURIComponent(controlsOf), request, response);
    const type = MIME_TYPES[extname(path)];
    const file = join(CLIENT_WEB, normalize(`/${path}`));
    try {
      if (!type) throw new Error("not a file of the viewer");
      const body = await readFile(file);
      response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}
