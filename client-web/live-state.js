// @ts-check
/**
 * @typedef {"connecting" | "settling" | "live" | "stalled" | "lost" | "paused"} LiveState
 *
 * @typedef {object} Facts everything the state depends on; times are monotonic
 * @property {number} nowMs
 * @property {boolean} paused by the person
 * @property {import("./connection.js").ConnectionState} connection
 * @property {string} connectionReason
 * @property {number} openedAtMs when the socket opened
 * @property {import("./protocol.js").Status | null} status the newest word about the camera
 * @property {number} framesSinceStatus
 * @property {number | null} paintedAtMs the last paint on this socket, or null
 * @property {boolean} settling whether the frame in sight says that its exposure still converges
 * @property {number | null} intervalMs the usual time between two paints
 *
 * @typedef {object} Verdict
 * @property {LiveState} state
 * @property {string} headline
 * @property {string} reason a sentence, without anything that ticks
 */

/** A person begins to wonder after about two seconds. */
const STALL_MS = 2_000;
/** A camera slower than that is given this many of its own intervals. */
const STALL_INTERVALS = 5;
/** Cameras need a few seconds to start, and this is well beyond them. */
const FIRST_PICTURE_MS = 8_000;

/** A status overtakes frames, so a few old ones may still follow it; more than that disprove it. */
const FRAMES_THAT_DISPROVE = 3;

/**
 * Says what a person should believe about the picture.
 *
 * @param {Facts} facts
 * @returns {Verdict}
 */
export function judge(facts) {
  if (facts.paused) return { state: "paused", headline: "Paused", reason: "" };
  switch (facts.connection) {
    case "closed":
    case "connecting":
      // Between two attempts nothing has changed for the person: the server is still lost.
      return facts.connectionReason === ""
        ? { state: "connecting", headline: "Connecting", reason: "Waiting for the server." }
        : lostConnection(facts);
    case "waiting":
      return lostConnection(facts);
    default:
      return judgeCamera(facts);
  }
}

/** @param {Facts} facts @returns {Verdict} */
function judgeCamera(facts) {
  const { nowMs, openedAtMs, paintedAtMs } = facts;
  const status = facts.framesSinceStatus < FRAMES_THAT_DISPROVE ? facts.status : null;
  const said = status?.reason ?? "";
  if (status?.state === "lost") {
    return { state: "lost", headline: "The camera is gone", reason: said || "It was lost." };
  }
  if (status?.state === "stalled") {
    return stalled(said || "The camera has stopped sending pictures.");
  }
  if (paintedAtMs === null) {
    if (status?.state === "starting" || status?.state === "settling") {
      return starting(said || "The camera is starting.");
    }
    return nowMs - openedAtMs > FIRST_PICTURE_MS
      ? stalled(said || "The server answers, but no picture has come.")
      : starting(said || "Waiting for the first picture.");
  }
  if (nowMs - paintedAtMs > stallLimitMs(facts.intervalMs)) {
    return stalled(said || "No new picture is coming in.");
  }
  // The frame knows better than the status, which overtakes frames.
  if (facts.settling) {
    const reason = said || "The camera is finding its exposure.";
    return { state: "settling", headline: "Settling", reason };
  }
  return { state: "live", headline: "Live", reason: said };
}

/** Whether new pictures are being painted. @param {LiveState} state */
export function isFlowing(state) {
  return state === "live" || state === "settling";
}

/** How long no paint is still nothing unusual. @param {number | null} intervalMs */
export function stallLimitMs(intervalMs) {
  return Math.max(STALL_MS, STALL_INTERVALS * (intervalMs ?? 0));
}

/** @param {Facts} facts @returns {Verdict} */
function lostConnection({ connectionReason }) {
  return { state: "lost", headline: "Connection lost", reason: connectionReason };
}

/** @param {string} reason @returns {Verdict} */
function stalled(reason) {
  return { state: "stalled", headline: "The picture has stopped", reason };
}

/** @param {string} reason @returns {Verdict} */
function starting(reason) {
  return { state: "connecting", headline: "Connecting", reason };
}
