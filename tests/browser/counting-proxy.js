// @ts-check
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Stands before a server and counts what it sends: a page cannot see how its messages travelled. */
export class CountingProxy {
  bytesFromServer = 0;
  #server;
  /** @type {Set<import("node:net").Socket>} */
  #sockets = new Set();

  /** @param {string} url the server's */
  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#server = createServer((client) => {
      const server = connect(Number(port || 80), hostname);
      server.on("data", (data) => (this.bytesFromServer += data.length));
      this.pass(client, server);
      server.pipe(client);
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        // Either side's end is the other's; why it ended shows in the test.
        socket.on("error", () => {});
        socket.on("close", () => {
          this.#sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
    });
  }

  /**
   * What the client says goes by as it is.
   *
   * @param {import("node:net").Socket} client
   * @param {import("node:net").Socket} server
   */
  pass(client, server) {
    client.pipe(server);
  }

  async start() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}/`;
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
