// A viewer in Node that compresses whatever it sends: prints the extension that it was granted, the pongs to
// its two pings, and "frame" for the frame that came when it had subscribed again.
//   node node_compression.mjs URL PER_MESSAGE_DEFLATE_OPTIONS_AS_JSON
import WebSocket from "ws";

const [url, options] = process.argv.slice(2);
const socket = new WebSocket(`${url}?subscribe=none`, { perMessageDeflate: { threshold: 0, ...JSON.parse(options) } });
const say = (message) => socket.send(JSON.stringify(message));

socket.on("open", () => {
  console.log(socket.extensions);
  say({ type: "ping", client_time_us: 1 });
  say({ type: "ping", client_time_us: 2, filler: "x".repeat(3950) });
});
socket.on("message", (bytes) => {
  if (socket.readyState !== WebSocket.OPEN) return; // came with the frame that ended it
  const message = JSON.parse(bytes.toString());
  if (message.type === "pong") {
    console.log(`pong ${message.client_time_us}`);
    if (message.client_time_us === 2) say({ type: "subscribe", camera: "door" });
  } else if (message.type === "frame") {
    console.log("frame");
    socket.terminate();
  } else if (message.type === "error") {
    throw new Error(message.reason);
  }
});
