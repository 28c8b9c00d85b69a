// @ts-check

/**
 * @typedef {object} Watched
 * @property {string} extensions what was agreed on
 * @property {[number, string][]} hashes each frame's sequence and its JPEG file's SHA-256
 * @property {number} letters in all the text of all messages
 * @property {number} pings
 * @property {number} pongs
 * @property {number} statuses
 */

/**
 * Runs in a page of the server and hangs on nothing outside. Takes frames as the viewer does,
 * acknowledging each, and asks something after every fiftieth: answers are not compressed and come
 * between frames that are.
 *
 * @param {number} count of frames
 * @returns {Promise<Watched>}
 */
export function watchInPage(count) {
  return new Promise((resolve, reject) => {
    const watched = {
      extensions: "",
      hashes: /** @type {[number, string][]} */ ([]),
      letters: 0,
      pings: 0,
      pongs: 0,
      statuses: 0,
    };
    const socket = new WebSocket(Object.assign(new URL("/ws", location.href), { protocol: "ws:" }));
    const say = (/** @type {object} */ message) => socket.send(JSON.stringify(message));

    /** @param {any} frame */
    async function hash({ camera, sequence, data }) {
      const image = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", image));
      const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      watched.hashes.push([sequence, hex]);
      say({ type: "ack", camera, sequence });
      if (watched.hashes.length % 50 === 0 && watched.hashes.length <= count) {
        watched.pings += 1;
        say({ type: "ping", client_time_us: 0 });
      }
    }

    socket.onopen = () => (watched.extensions = socket.extensions);
    socket.onclose = ({ code, reason }) => {
      reject(new Error(`closed with ${code} ${reason} after ${watched.hashes.length} frames`));
    };
    socket.onmessage = async ({ data }) => {
      try {
        watched.letters += data.length;
        const message = JSON.parse(data);
        if (message.type === "frame") await hash(message);
        if (message.type === "pong") watched.pongs += 1;
        if (message.type === "status") watched.statuses += 1;
        if (watched.hashes.length < count || watched.pongs < watched.pings) return;
        resolve(watched);
        socket.close();
      } catch (error) {
        reject(error);
      }
    };
  });
}
