// @ts-check
/** Functions that run inside the page: they draw and read pictures that carry their number in 28 cells. */

/**
 * Draws JPEGs numbered from 0, each with its number in 28 cells at the top left.
 *
 * @param {{ count: number, width: number, height: number }} wanted
 * @returns {string[]} Base64
 */
export function drawPictures({ count, width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const cell = Math.min(16, Math.floor(width / 28));
  const pictures = [];
  for (let number = 0; number < count; number += 1) {
    const turn = (2 * Math.PI * number) / count;
    const sky = context.createLinearGradient(0, 0, 0, height);
    sky.addColorStop(0, "#27506f");
    sky.addColorStop(0.62, "#e9b98a");
    sky.addColorStop(1, "#f6dcc0");
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#ffedc9";
    context.beginPath();
    context.arc(width * (0.5 + 0.3 * Math.cos(turn)), height * (0.4 + 0.12 * Math.sin(turn)), height / 11, 0, 7);
    context.fill();
    for (let hill = 0; hill < 4; hill += 1) {
      context.fillStyle = ["#7d7f86", "#4f6468", "#2f4a4a", "#182d2f"][hill];
      context.beginPath();
      context.moveTo(0, height);
      for (let x = 0; x <= width; x += 4) {
        const wave = Math.sin(x / (70 + 25 * hill) + hill * 2.1) + 0.5 * Math.sin(x / 31 + hill * 5);
        context.lineTo(x, height * (0.56 + 0.11 * hill) - wave * height * 0.035);
      }
      context.lineTo(width, height);
      context.fill();
    }
    const ones = number.toString(2).replaceAll("0", "").length;
    const bits = [1, 0];
    for (let bit = 0; bit < 24; bit += 1) bits.push((number >> bit) & 1);
    bits.push(ones & 1, (ones >> 1) & 1);
    bits.forEach((bit, k) => {
      context.fillStyle = bit ? "#fff" : "#000";
      context.fillRect(k * cell, 0, cell, cell);
    });
    pictures.push(canvas.toDataURL("image/jpeg", 0.85).split(",")[1]);
  }
  return pictures;
}

/**
 * Reads the number off the pixels of the picture in sight; null when there is none or it does not
 * check.
 *
 * @returns {number | null}
 */
export function readNumber() {
  const image = document.querySelector("live-camera")?.shadowRoot?.querySelector("img[data-front]");
  if (!(image instanceof HTMLImageElement) || image.naturalWidth === 0) return null;
  const cell = Math.min(16, Math.floor(image.naturalWidth / 28));
  const canvas = new OffscreenCanvas(28 * cell, cell);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(image, 0, 0);
  const quarter = Math.floor(cell / 4);
  const side = cell - 2 * quarter;
  /** @type {number[]} */
  const bits = Array.from({ length: 28 }, (_, k) => {
    const { data } = context.getImageData(k * cell + quarter, quarter, side, side);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
    return sum / (3 * side * side) >= 128 ? 1 : 0;
  });
  const number = bits.slice(2, 26).reduce((total, bit, k) => total + bit * 2 ** k, 0);
  const ones = bits.slice(2, 26).reduce((total, bit) => total + bit, 0);
  const checks = bits[0] === 1 && bits[1] === 0 && bits[26] + 2 * bits[27] === ones % 4;
  return checks ? number : null;
}
