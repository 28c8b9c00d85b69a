// A viewer in Node, as a user would write one: prints the frames it is sent, a JSON message a line.
//   node node_client.mjs URL COUNT
import WebSocket from "ws";

const [url, count] = process.argv.slice(2);
const socket = new WebSocket(url);
let left = Number(count);

socket.on("message", (bytes, isBinary) => {
  const message = isBinary ? { type: "binary" } : JSON.parse(bytes.toString());
  if (message.type !== "frame" || left === 0) return;
  process.stdout.write(`${JSON.stringify(message)}\n`);
  left -= 1;
  if (left === 0) socket.close();
});
socket.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
