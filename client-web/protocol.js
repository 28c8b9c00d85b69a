// @ts-check
/**
 * What the server says, checked before anything else sees it (proto/README.md).
 * Members keep their names from the wire, so that there is one vocabulary.
 *
 * @typedef {object} Frame
 * @property {"frame"} type
 * @property {string} camera
 * @property {number} sequence counts what the camera made, so a gap is a frame we were not sent
 * @property {number} captured_us Unix time of the sensor's exposure, microseconds
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {string} mime
 * @property {string} data the picture, plain Base64
 *
 * @typedef {"starting" | "settling" | "live" | "stalled" | "lost" | "idle"} CameraState
 *
 * @typedef {object} Status
 * @property {"status"} type
 * @property {string} camera
 * @property {CameraState} state
 * @property {string} reason a sentence a person can act on, or empty
 *
 * @typedef {{ kind: "frame", frame: Frame }
 *   | { kind: "status", status: Status }
 *   | { kind: "unknown", type: string }
 *   | { kind: "invalid", reason: string }} Message
 */

/** A JPEG's header has 16 bits for each side (ITU-T T.81, B.2.2). */
const MAX_SIDE_PX = 65_535;

const PICTURE_TYPE = "image/jpeg";

/** A JPEG begins with FF D8 FF, which Base64 writes like this. */
const JPEG_START = "/9j/";

const CAMERA_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

const CAMERA_STATES = new Set(["starting", "settling", "live", "stalled", "lost", "idle"]);

/**
 * Looking at every letter takes longer than JSON.parse does for the whole message. The image
 * decoder refuses a stray letter further in, and the frame is then counted as broken.
 */
const CHECKED_LETTERS = 64;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads one message. Never throws: what cannot be read is `invalid` with the reason, and a type
 * from a later version of the protocol is `unknown`, which is not an error.
 *
 * @param {unknown} text
 * @returns {Message}
 */
export function parseMessage(text) {
  if (typeof text !== "string") return invalid("the message is not text");
  /** @type {any} */
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    return invalid("the message is not JSON");
  }
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return invalid("the message is not an object");
  }
  if (typeof message.type !== "string") return invalid("the message has no type");
  switch (message.type) {
    case "frame":
      return checkFrame(message);
    case "status":
      return checkStatus(message);
    default:
      return { kind: "unknown", type: message.type };
  }
}

/** @param {any} message @returns {Message} */
function checkFrame(message) {
  if (!isName(message.camera)) return invalid("camera is not a name");
  if (!isCount(message.sequence)) return invalid("sequence is not a whole number");
  if (!isCount(message.captured_us)) return invalid("captured_us is not a whole number");
  if (!isSide(message.width)) return invalid("width is not a number of pixels");
  if (!isSide(message.height)) return invalid("height is not a number of pixels");
  if (message.mime !== PICTURE_TYPE) return invalid(`mime is not ${PICTURE_TYPE}`);
  if (typeof message.data !== "string") return invalid("data is not text");
  if (message.data.length % 4 !== 0 || !BASE64.test(message.data.slice(-CHECKED_LETTERS))) {
    return invalid("data is not plain Base64");
  }
  if (!message.data.startsWith(JPEG_START)) return invalid("data is not a JPEG");
  return { kind: "frame", frame: message };
}

/** @param {any} message @returns {Message} */
function checkStatus(message) {
  if (!isName(message.camera)) return invalid("camera is not a name");
  if (!CAMERA_STATES.has(message.state)) return invalid("state is not one of the known states");
  if (typeof message.reason !== "string") return invalid("reason is not text");
  return { kind: "status", status: message };
}

/** @param {unknown} value */
function isName(value) {
  return typeof value === "string" && CAMERA_NAME.test(value);
}

/** @param {any} value */
function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

/** @param {any} value */
function isSide(value) {
  return Number.isInteger(value) && value >= 1 && value <= MAX_SIDE_PX;
}

/** @param {string} reason @returns {Message} */
function invalid(reason) {
  return { kind: "invalid", reason };
}
