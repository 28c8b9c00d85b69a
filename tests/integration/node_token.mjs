// A viewer in Node that shows its token as a browser's page of another origin would: by a subprotocol beside the real one.
//   node node_token.mjs URL TOKEN      (of the test's own; a program reads it from elsewhere)
// Prints the subprotocol that the server chose and the first message's type, or the HTTP status of a refusal.
import WebSocket from "ws";

const [url, token] = process.argv.slice(2);
const bearer = `freshframe.bearer.${Buffer.from(token).toString("base64url")}`;
const socket = new WebSocket(url, ["freshframe.v1.json", bearer]);

socket.once("message", (bytes) => {
  console.log(socket.protocol, JSON.parse(bytes.toString()).type);
  socket.close();
});
socket.on("unexpected-response", (_request, response) => {
  console.log(response.statusCode);
  socket.terminate();
});
socket.on("error", () => {});
