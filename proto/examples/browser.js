// Watches a camera in a page, without a library: see browser.html. `?frames=COUNT` ends by itself.
const [picture, words] = document.querySelectorAll("img, p");
let left = Number(new URLSearchParams(location.search).get("frames") ?? Infinity);
const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === "status") words.textContent = `${message.camera}: ${message.state} ${message.reason}`;
  if (message.type !== "frame" || left <= 0) return;
  picture.src = `data:${message.mime};base64,${message.data}`;
  // One that is broken, or that a newer one replaced, is not decoded; it is acknowledged all the same.
  await picture.decode().catch(() => {});
  socket.send(JSON.stringify({ type: "ack", camera: message.camera, sequence: message.sequence }));
  if (--left === 0) socket.close();
};
socket.onclose = ({ code }) => (words.textContent = `closed with ${code}`);
