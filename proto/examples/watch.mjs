// Watches a camera in Node: each frame as the bytes of a JPEG file.
//   npm install ws
//   node watch.mjs ws://127.0.0.1:8080/ws [COUNT]
// Where the server wants a token, put it into the variable FRESHFRAME_TOKEN.
import WebSocket from "ws";

const [url, count = Infinity] = process.argv.slice(2);
const token = process.env.FRESHFRAME_TOKEN;
const headers = token ? { authorization: `Bearer ${token}` } : {};
const socket = new WebSocket(url, ["freshframe.v1.binary"], { headers });
let left = Number(count);

socket.on("message", (bytes, isBinary) => {
  if (!isBinary) {
    const { type, camera, state, reason } = JSON.parse(bytes);
    if (type === "status") console.error(camera, state, reason);
    return;
  }
  if (left === 0) return;
  const length = bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.subarray(4, 4 + length));
  const jpeg = bytes.subarray(4 + length);
  // Here is the place for your work on `jpeg`, e.g. writeFileSync("frame.jpg", jpeg).
  console.log(head.camera, head.sequence, `${head.width}x${head.height}`, "dropped", head.dropped, "bytes", jpeg.length);
  socket.send(JSON.stringify({ type: "ack", camera: head.camera, sequence: head.sequence }));
  left -= 1;
  if (left === 0) socket.close();
});
socket.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
