// @ts-check
import { createHash } from "node:crypto";
import { once } from "node:events";
import WebSocket from "ws";

/** The same camera's frames as bytes, where nothing is Base64 or compressed. */
export class BinaryViewer {
  /** Each frame's sequence and its JPEG file's SHA-256. @type {Map<number, string>} */
  hashes = new Map();
  #socket;

  /** @param {string} url the server's */
  constructor(url) {
    const address = Object.assign(new URL("ws", url), { protocol: "ws:" });
    this.#socket = new WebSocket(address, "freshframe.v1.binary", { perMessageDeflate: false });
    this.connected = once(this.#socket, "open");
    this.#socket.on("message", (data, isBinary) => {
      if (isBinary) this.#take(/** @type {Buffer} */ (data));
    });
  }

  /** At once, whatever state it is in. */
  close() {
    this.#socket.terminate();
  }

  /** @param {Buffer} message */
  #take(message) {
    const headEnd = 4 + message.readUInt32BE(0);
    const { sequence } = JSON.parse(message.toString("utf8", 4, headEnd));
    this.hashes.set(sequence, createHash("sha256").update(message.subarray(headEnd)).digest("hex"));
  }
}
