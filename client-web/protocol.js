// @ts-check
/**
 * What the server says, checked before anything else sees it, and what we say to it
 * (proto/README.md).
 * Members keep their names from the wire, so that there is one vocabulary.
 *
 * @typedef {object} Frame
 * @property {"frame"} type
 * @property {string} camera
 * @property {number} sequence counts what the camera made
 * @property {number} captured_us Unix time of the sensor's exposure, microseconds
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {string} mime
 * @property {number} [exposure_us] how long the sensor was exposed, where the camera tells
 * @property {number} [analogue_gain]
 * @property {number} [lens_position_dioptres] 0 is infinity
 * @property {boolean} [settling] whether the exposure still converges after a start
 * @property {number} [stale_us] how old it was when it was sent; only in a picture of the past
 * @property {number} dropped what the camera made and we were not sent since the frame before
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
 * @typedef {object} Hello the first message on each connection
 * @property {"hello"} type
 * @property {string} protocol
 * @property {string} server
 * @property {number} server_time_us Unix time
 * @property {{ name: string, width: number | null, height: number | null, state: CameraState,
 *   reason: string }[]} cameras
 * @property {string[]} may what this viewer is allowed to do
 *
 * @typedef {object} Pong
 * @property {"pong"} type
 * @property {number} client_time_us from the ping it answers
 * @property {number} received_us when the ping came, the server's Unix time
 * @property {number} sent_us when this left
 *
 * @typedef {object} Controls what of a camera can be set, and what it is set to
 * @property {"controls"} type
 * @property {string} camera
 * @property {number | null} [sequence] of the first frame that has all that was set; only in
 *   the answer to that
 * @property {import("./camera-controls.js").Control[]} controls those of a type that is known here
 *
 * @typedef {object} ServerError
 * @property {"error"} type
 * @property {string} code
 * @property {string} reason a sentence
 * @property {string | null} request the type of the message it answers; null for one that it could
 *   not read
 * @property {number | string} [id] that message's own
 *
 * @typedef {{ kind: "frame", frame: Frame }
 *   | { kind: "status", status: Status }
 *   | { kind: "hello", hello: Hello }
 *   | { kind: "pong", pong: Pong }
 *   | { kind: "controls", controls: Controls }
 *   | { kind: "error", error: ServerError }
 *   | { kind: "unknown", type: string }
 *   | { kind: "invalid", reason: string, frame?: FrameName }} Message
 */

/**
 * @typedef {Pick<Frame, "camera" | "sequence">} FrameName what an acknowledgement names; an invalid
 *   frame has it when that much of it could be read
 */

/** A JPEG's header has 16 bits for each side (ITU-T T.81, B.2.2). */
const MAX_SIDE_PX = 65_535;

/** How a picture of each type begins, in Base64: FF D8 FF, and 89 "PNG\r\n\x1A\n". */
const PICTURE_STARTS = new Map([
  ["image/jpeg", "/9j/"],
  ["image/png", "iVBORw0KGgo"],
]);

const CAMERA_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * What a control of each type has to have. One of another type is one of a later version.
 *
 * @type {Map<unknown, (control: any) => boolean>}
 */
const CONTROL_SHAPES = new Map([
  ["boolean", () => true],
  ["integer", hasLimits],
  ["number", hasLimits],
  ["menu", ({ entries }) => Array.isArray(entries) && entries.every(isText)],
  ["area", ({ minimum, maximum }) => isArea(minimum) && isArea(maximum)],
]);

const CAMERA_STATES = new Set(["starting", "settling", "live", "stalled", "lost", "idle"]);

/** What a page never meets that only watches. */
const PUBLISHER_ERROR_CODES = [
  "not-publishable",
  "taken",
  "taken-over",
  "already-publishing",
  "not-publishing",
  "raw-pixels",
  "array-text",
  "python-repr",
  "too-much-base64",
  "not-base64",
  "truncated-image",
  "broken-image",
  "other-format",
  "wrong-type",
  "no-image",
  "image-too-large",
];

const ERROR_CODES = new Set([
  "not-text",
  "too-large",
  "not-json",
  "too-deep",
  "bad-shape",
  "unknown-type",
  "unknown-camera",
  "not-subscribed",
  "too-many-subscriptions",
  "too-many-changes",
  "not-allowed",
  ...PUBLISHER_ERROR_CODES,
]);

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
    case "hello":
      return checkHello(message);
    case "pong":
      return checkPong(message);
    case "controls":
      return checkControls(message);
    case "error":
      return checkError(message);
    default:
      return { kind: "unknown", type: message.type };
  }
}

/** Says that a frame was painted, or cannot be. @param {FrameName} frame */
export function ackMessage({ camera, sequence }) {
  return JSON.stringify({ type: "ack", camera, sequence });
}

/** Asks for the server's time. @param {number} client_time_us ours */
export function pingMessage(client_time_us) {
  return JSON.stringify({ type: "ping", client_time_us });
}

/** Asks for a camera's controls, and to be told when they change. @param {string} camera */
export function getControlsMessage(camera) {
  return JSON.stringify({ type: "get-controls", camera });
}

/** @param {any} message @returns {Message} */
function checkFrame(message) {
  const { camera, sequence } = message;
  if (!isName(camera)) return invalid("camera is not a name");
  if (!isCount(sequence)) return invalid("sequence is not a whole number");
  const reason = faultOf(message);
  return reason ? { kind: "invalid", reason, frame: { camera, sequence } } : { kind: "frame", frame: message };
}

/** What is wrong with the rest of a frame; empty when nothing is. @param {any} message */
function faultOf(message) {
  if (!isCount(message.captured_us)) return "captured_us is not a whole number";
  if (!isSide(message.width)) return "width is not a number of pixels";
  if (!isSide(message.height)) return "height is not a number of pixels";
  const start = PICTURE_STARTS.get(message.mime);
  if (start === undefined) return `mime is neither ${[...PICTURE_STARTS.keys()].join(" nor ")}`;
  const { exposure_us, analogue_gain, lens_position_dioptres, settling, stale_us } = message;
  if (exposure_us !== undefined && !isCount(exposure_us)) {
    return "exposure_us is not a whole number";
  }
  if (analogue_gain !== undefined && !(Number.isFinite(analogue_gain) && analogue_gain >= 0)) {
    return "analogue_gain is not a number from 0";
  }
  if (lens_position_dioptres !== undefined && !Number.isFinite(lens_position_dioptres)) {
    return "lens_position_dioptres is not a number";
  }
  if (settling !== undefined && typeof settling !== "boolean") {
    return "settling is neither true nor false";
  }
  if (stale_us !== undefined && !isCount(stale_us)) return "stale_us is not a whole number";
  if (!isCount(message.dropped)) return "dropped is not a whole number";
  if (typeof message.data !== "string") return "data is not text";
  if (message.data.length % 4 !== 0 || !BASE64.test(message.data.slice(-CHECKED_LETTERS))) {
    return "data is not plain Base64";
  }
  if (!message.data.startsWith(start)) return `data is not ${message.mime}`;
  return "";
}

/** @param {any} message @returns {Message} */
function checkStatus(message) {
  if (!isName(message.camera)) return invalid("camera is not a name");
  if (!CAMERA_STATES.has(message.state)) return invalid("state is not one of the known states");
  if (typeof message.reason !== "string") return invalid("reason is not text");
  return { kind: "status", status: message };
}

/** @param {any} message @returns {Message} */
function checkHello(message) {
  if (typeof message.protocol !== "string") return invalid("protocol is not text");
  if (typeof message.server !== "string") return invalid("server is not text");
  if (!isCount(message.server_time_us)) return invalid("server_time_us is not a whole number");
  if (!Array.isArray(message.cameras) || !message.cameras.every(isCamera)) {
    return invalid("cameras is not a list of cameras");
  }
  if (!Array.isArray(message.may) || !message.may.every(isText)) {
    return invalid("may is not a list of words");
  }
  return { kind: "hello", hello: message };
}

/** @param {any} message @returns {Message} */
function checkPong(message) {
  if (!Number.isSafeInteger(message.client_time_us)) {
    return invalid("client_time_us is not a whole number");
  }
  if (!isCount(message.received_us)) return invalid("received_us is not a whole number");
  if (!isCount(message.sent_us)) return invalid("sent_us is not a whole number");
  return { kind: "pong", pong: message };
}

/** @param {any} message @returns {Message} */
function checkControls(message) {
  if (!isName(message.camera)) return invalid("camera is not a name");
  const { sequence } = message;
  if (sequence !== undefined && sequence !== null && !isCount(sequence)) {
    return invalid("sequence is not a whole number");
  }
  if (!Array.isArray(message.controls) || !message.controls.every(isNamedAndTyped)) {
    return invalid("controls is not a list of controls");
  }
  // One of a type that is not known here is no reason to lose the others.
  const controls = message.controls.filter((/** @type {any} */ { type }) => CONTROL_SHAPES.has(type));
  if (!controls.every(hasValueOfAControl) || !controls.every(isOfKnownType)) return invalid("a control is not as its type has it");
  return { kind: "controls", controls: { ...message, controls } };
}

/** @param {any} message @returns {Message} */
function checkError(message) {
  if (!ERROR_CODES.has(message.code)) return invalid("code is not one of the known codes");
  if (!isText(message.reason)) return invalid("reason is not text");
  if (message.request !== null && !isText(message.request)) {
    return invalid("request is neither text nor null");
  }
  return { kind: "error", error: message };
}

/** @param {any} value */
function isCamera(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    isName(value.name) &&
    (value.width === null || isSide(value.width)) &&
    (value.height === null || isSide(value.height)) &&
    CAMERA_STATES.has(value.state) &&
    isText(value.reason)
  );
}

/** @param {any} control */
function isNamedAndTyped(control) {
  return typeof control === "object" && control !== null && isText(control.name) && isText(control.type);
}

/** @param {any} control */
function hasValueOfAControl({ value }) {
  return ["undefined", "boolean", "number", "string"].includes(typeof value) || isArea(value);
}

/** @param {any} control */
function hasLimits({ minimum, maximum }) {
  return Number.isFinite(minimum) && Number.isFinite(maximum);
}

/** Whether it is of a type that is known here, and has what that takes. @param {any} control */
export function isOfKnownType(control) {
  return CONTROL_SHAPES.get(control.type)?.(control) ?? false;
}

/**
 * Left, top, width and height.
 *
 * @param {unknown} value
 * @returns {value is [number, number, number, number]}
 */
export function isArea(value) {
  return Array.isArray(value) && value.length === 4 && value.every(Number.isInteger);
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string";
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
