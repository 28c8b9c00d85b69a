// @ts-check
/**
 * A camera's controls, as proto/README.md ("Camera controls") has them.
 *
 * @typedef {[number, number, number, number]} Area left, top, width and height
 * @typedef {boolean | number | string | Area} ControlValue
 * @typedef {object} Control
 * @property {string} name
 * @property {"boolean" | "integer" | "number" | "menu" | "area"} type
 * @property {number | Area} [minimum] of an area, the least width and height
 * @property {number | Area} [maximum] of an area, what it lies within
 * @property {ControlValue} [default]
 * @property {ControlValue} [value]
 * @property {string} [unit]
 * @property {string[]} [entries]
 *
 * @typedef {{ controls: Control[] } | { refusal: string }} ControlsAnswer
 */
import { isOfKnownType } from "./protocol.js";

/** Longer than the server waits for a frame. */
const TIMEOUT_MS = 10_000;

const OPEN_AS_ADMIN = "To change the camera, open this page with the admin token.";
const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

/** @param {string} camera */
const addressOf = (camera) => `api/v1/cameras/${encodeURIComponent(camera)}/controls`;

/** @param {string} camera @returns {Promise<ControlsAnswer>} */
export function fetchControls(camera) {
  return ask(camera, {});
}

/**
 * All values are set or none; null stands for a control's default.
 *
 * @param {string} camera
 * @param {Record<string, ControlValue | null>} values
 * @returns {Promise<ControlsAnswer>}
 */
export function changeControls(camera, values) {
  return ask(camera, {
    method: "PATCH",
    body: JSON.stringify(values),
    headers: { "Content-Type": "application/json" },
  });
}

/** @param {string} camera @param {RequestInit} request @returns {Promise<ControlsAnswer>} */
async function ask(camera, request) {
  try {
    const response = await fetch(addressOf(camera), {
      ...request,
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === HTTP_UNAUTHORIZED) return { refusal: OPEN_AS_ADMIN };
    // The server knows whether it has such a token at all.
    if (response.status === HTTP_FORBIDDEN) return { refusal: (await response.text()).trim() || OPEN_AS_ADMIN };
    return readControlsAnswer(await response.json());
  } catch {
    return { refusal: "The server did not answer." };
  }
}

/** @param {any} answer @returns {ControlsAnswer} */
export function readControlsAnswer(answer) {
  if (Array.isArray(answer?.controls)) return { controls: answer.controls.filter(isNamedAndOfKnownType) };
  const reason = typeof answer?.reason === "string" ? answer.reason : "";
  return { refusal: reason || "The server did not say what this camera can do." };
}

/** @param {any} control */
function isNamedAndOfKnownType(control) {
  return typeof control?.name === "string" && isOfKnownType(control);
}
