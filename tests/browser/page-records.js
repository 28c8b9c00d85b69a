// @ts-check
/** Functions that run inside the page and keep what happens there. */

/**
 * Before the page's own scripts: keeps the sequence of each painted frame, and of each
 * acknowledgement together with the number that was in sight when it left, whether the page had
 * been laid out since the animation frame's callbacks, and whether the picture was one of the past.
 *
 * @param {() => number | null} readNumber
 */
export function recordAcknowledgements(readNumber) {
  /** @type {{ painted: number[], acks: { sequence: number, inSight: number | null, isLaidOut: boolean, isStale: boolean }[] }} */
  const records = { painted: [], acks: [] };
  let isLaidOut = true;
  // Observers are called between layout and paint of the same animation frame.
  const probe = document.createElement("div");
  new ResizeObserver(() => (isLaidOut = true)).observe(probe);
  const request = window.requestAnimationFrame;
  window.requestAnimationFrame = (callback) =>
    request((timeMs) => {
      isLaidOut = false;
      if (!probe.isConnected) document.body.append(probe);
      probe.style.width = probe.style.width === "1px" ? "2px" : "1px";
      callback(timeMs);
    });
  Object.assign(window, { records });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    const { type, sequence } = JSON.parse(String(text));
    const isStale = document.querySelector("live-camera[data-stale]") !== null;
    if (type === "ack") records.acks.push({ sequence, inSight: readNumber(), isLaidOut, isStale });
    send.call(this, text);
  };
  window.addEventListener(
    "painted",
    (event) => records.painted.push(/** @type {CustomEvent} */ (event).detail.sequence),
    true,
  );
}

/** Withholds the next animation frame, until `releasePaint()`. */
export function holdPaint() {
  const request = window.requestAnimationFrame;
  window.requestAnimationFrame = (callback) => {
    Object.assign(window, {
      releasePaint: () => {
        window.requestAnimationFrame = request;
        request(callback);
      },
    });
    return 0;
  };
}

/** Lets the withheld animation frame come, and waits until it is over. */
export async function releasePaint() {
  /** @type {any} */ (window).releasePaint();
  for (let frames = 0; frames < 2; frames += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Before the page's own scripts: a page that never acknowledges. */
export function neverAcknowledge() {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    if (JSON.parse(String(text)).type !== "ack") send.call(this, text);
  };
}

/**
 * The next frames' ages at their paint.
 *
 * @param {number} count
 * @returns {Promise<(number | null)[]>}
 */
export function nextAges(count) {
  return new Promise((resolve) => {
    /** @type {(number | null)[]} */
    const ages = [];
    document.querySelector("live-camera")?.addEventListener("painted", (event) => {
      ages.push(/** @type {CustomEvent} */ (event).detail.ageMs);
      if (ages.length === count) resolve(ages);
    });
  });
}
