// @ts-check
/** @typedef {{ name: string, state: string }} ListedCamera */

const TIMEOUT_MS = 5_000;

/**
 * The server's cameras, its first one first; null when it does not say.
 *
 * @param {string} url
 * @returns {Promise<ListedCamera[] | null>}
 */
export async function fetchCameras(url) {
  try {
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? readCameras(await response.json()) : null;
  } catch {
    // The connection tells the person that the server is away, and tries again.
    return null;
  }
}

/** @param {any} answer @returns {ListedCamera[] | null} */
export function readCameras(answer) {
  if (!Array.isArray(answer?.cameras)) return null;
  return answer.cameras
    .filter((/** @type {any} */ camera) => typeof camera?.name === "string" && camera.name !== "")
    .map((/** @type {any} */ { name, state }) => ({ name, state: String(state ?? "") }));
}
