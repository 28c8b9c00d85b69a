// @ts-check
/** @typedef {{ name: string, state: string }} ListedCamera */

const TIMEOUT_MS = 5_000;

const HTTP_UNAUTHORIZED = 401;

/**
 * The server's cameras, its first one first; null when it does not say; "token-wanted" when this
 * page has to be opened with the server's token, which a WebSocket that is refused does not tell.
 *
 * @param {string} url
 * @returns {Promise<ListedCamera[] | "token-wanted" | null>}
 */
export async function fetchCameras(url) {
  try {
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === HTTP_UNAUTHORIZED) return "token-wanted";
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
