// @ts-check
/** Numbers as people say them. */

/** @param {number} durationMs */
export function durationText(durationMs) {
  const seconds = Math.max(0, durationMs) / 1000;
  if (seconds < 1) return `${Math.round(durationMs)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return roughDurationText(durationMs);
}

/** In whole seconds or more, for what ticks. @param {number} durationMs */
export function roughDurationText(durationMs) {
  const seconds = Math.floor(Math.max(0, durationMs) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return `${hours} h ${minutes % 60} min`;
}

/** A control's name for people: "ExposureTime" is "Exposure time". @param {string} name */
export function controlLabel(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {number} fps */
export function rateText(fps) {
  return fps < 9.95 ? fps.toFixed(1) : String(Math.round(fps));
}

/**
 * What a camera tells about a picture, or nothing.
 *
 * @param {Partial<import("./protocol.js").Frame>} frame
 */
export function exposureText({ exposure_us, analogue_gain, lens_position_dioptres }) {
  const parts = [];
  if (exposure_us !== undefined) parts.push(`exposed for ${roundText(exposure_us / 1000)} ms`);
  if (analogue_gain !== undefined) parts.push(`gain ${roundText(analogue_gain)}`);
  if (lens_position_dioptres !== undefined) {
    parts.push(`focus ${roundText(lens_position_dioptres)} dpt`);
  }
  return parts.join(", ");
}

/** @param {number} value */
function roundText(value) {
  return String(Number(value.toPrecision(3)));
}

/**
 * A name for a saved picture that every file system takes.
 *
 * @param {import("./protocol.js").Frame} frame
 */
export function fileNameFor(frame) {
  const camera = frame.camera.replace(/[^A-Za-z0-9_-]+/g, "-");
  const taken = new Date(frame.captured_us / 1000).toISOString().replace(/[:.]/g, "-");
  return `${camera}-${taken}.jpg`;
}
