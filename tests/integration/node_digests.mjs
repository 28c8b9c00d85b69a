// A viewer in Node that offers permessage-deflate, as ws does by itself, acknowledges, and compresses what it sends:
// prints number and SHA-256 of each frame's image.
//   node node_digests.mjs URL FRAMES
import { createHash } from "node:crypto";
import WebSocket from "ws";

const [url, wanted] = process.argv.slice(2);
const socket = new WebSocket(url, { perMessageDeflate: { threshold: 0 } });
let left = Number(wanted);

socket.on("message", (bytes) => {
  const message = JSON.parse(bytes.toString());
  if (message.type !== "frame") return;
  const image = Buffer.from(message.data, "base64");
  console.log(`${message.sequence} ${createHash("sha256").update(image).digest("hex")}`);
  socket.send(JSON.stringify({ type: "ack", camera: message.camera, sequence: message.sequence }));
  left -= 1;
  if (left % 10 === 0) socket.send(JSON.stringify({ type: "ping", client_time_us: left }));
  if (left === 0) socket.close();
});
