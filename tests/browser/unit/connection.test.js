// @ts-check
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Backoff } from "../../../client-web/backoff.js";
import { Connection } from "../../../client-web/connection.js";
import { Pinger } from "../../../client-web/pinger.js";
import { FakeTime } from "./fake-time.js";

class FakeSocket {
  /** @type {((event: any) => void) | null} */ onopen = null;
  /** @type {((event: any) => void) | null} */ onmessage = null;
  /** @type {((event: any) => void) | null} */ onclose = null;
  /** @type {number | undefined} */ closedWith;
  readyState = 0;
  /** @type {string[]} */ sent = [];

  /** @param {string} text */
  send(text) {
    this.sent.push(text);
  }

  /** @param {number} [code] */
  close(code) {
    this.closedWith = code;
  }
}

describe("The back-off", () => {
  it("draws each wait from nothing up to a ceiling that doubles, to eight seconds", () => {
    const almostOne = 1 - Number.EPSILON;
    const highest = new Backoff(() => almostOne);
    const waits = Array.from({ length: 7 }, () => Math.round(highest.nextMs()));
    assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
    const lowest = new Backoff(() => 0);
    assert.deepEqual([lowest.nextMs(), lowest.nextMs()], [0, 0]);
  });

  it("begins anew after a reset", () => {
    const backoff = new Backoff(() => 0.5);
    backoff.nextMs();
    backoff.nextMs();
    backoff.reset();
    assert.equal(backoff.nextMs(), 250);
  });

  it("never overflows", () => {
    const backoff = new Backoff(() => 0.5);
    for (let attempt = 0; attempt < 5_000; attempt += 1) backoff.nextMs();
    assert.equal(backoff.nextMs(), 4000);
  });
});

describe("A connection", () => {
  /** @type {FakeTime} */ let time;
  /** @type {FakeSocket[]} */ let sockets;
  /** @type {string[]} */ let states;
  /** @type {unknown[]} */ let messages;
  /** @type {Connection} */ let connection;

  const newest = () => /** @type {FakeSocket} */ (sockets.at(-1));

  beforeEach(() => {
    time = new FakeTime();
    sockets = [];
    states = [];
    messages = [];
    connection = new Connection(
      "ws://server/ws",
      {
        onOpen: () => {},
        onMessage: (data) => messages.push(data),
        onChange: () => states.push(connection.state),
      },
      {
        createSocket: () => {
          sockets.push(new FakeSocket());
          return newest();
        },
        ...time.timerFunctions,
        nowMs: () => time.nowMs,
        random: () => 0.5,
      },
    );
    connection.open();
  });

  it("opens and hands messages on", () => {
    newest().onopen?.({});
    newest().onmessage?.({ data: "hello" });
    assert.deepEqual(states, ["connecting", "open"]);
    assert.deepEqual(messages, ["hello"]);
  });

  it("sends while it is open, from the moment it is, and never keeps anything for later", () => {
    connection = new Connection(
      "ws://server/ws",
      { onOpen: () => connection.send("first"), onMessage: () => {}, onChange: () => {} },
      {
        createSocket: () => {
          sockets.push(new FakeSocket());
          return newest();
        },
        ...time.timerFunctions,
      },
    );
    connection.open();
    const socket = newest();
    connection.send("too early");
    socket.readyState = 1;
    socket.onopen?.({});
    connection.send("second");
    socket.readyState = 2;
    connection.send("while it is closing");
    socket.onclose?.({ code: 1006, reason: "" });
    connection.send("too late");
    assert.deepEqual(socket.sent, ["first", "second"]);
    connection.close();
  });

  it("knows when the socket that is open now began to be opened", () => {
    time.pass(100);
    newest().onclose?.({ code: 1006, reason: "" });
    time.pass(250);
    newest().onopen?.({});
    assert.equal(connection.begunAtMs, 350);
  });

  it("comes back after it was lost", () => {
    newest().onopen?.({});
    newest().onclose?.({ code: 1006, reason: "" });
    assert.equal(connection.state, "waiting");
    assert.equal(connection.reason, "The connection to the server broke.");
    assert.equal(connection.retryAtMs, 250);
    time.pass(249);
    assert.equal(sockets.length, 1);
    time.pass(1);
    assert.equal(sockets.length, 2);
    newest().onopen?.({});
    assert.deepEqual(states, ["connecting", "open", "waiting", "connecting", "open"]);
  });

  it("waits longer and longer for a server that accepts and hangs up", () => {
    const waits = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      newest().onopen?.({});
      newest().onclose?.({ code: 1011, reason: "" });
      waits.push(connection.retryAtMs - time.nowMs);
      time.pass(4000);
    }
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000]);
  });

  it("begins with short waits again once it held for five seconds", () => {
    newest().onclose?.({ code: 1006, reason: "" });
    time.pass(250);
    newest().onopen?.({});
    time.pass(5000);
    newest().onclose?.({ code: 1006, reason: "" });
    assert.equal(connection.retryAtMs - time.nowMs, 250);
  });

  it("gives up on a server that answers neither yes nor no", () => {
    const first = newest();
    time.pass(10_000);
    assert.equal(connection.state, "waiting");
    assert.equal(connection.reason, "The server does not answer.");
    assert.equal(first.closedWith, 1000);
    assert.equal(first.onclose, null);
  });

  it("is retried at once when somebody asks, and only while it waits", () => {
    newest().onclose?.({ code: 1006, reason: "" });
    connection.retryNow();
    assert.equal(sockets.length, 2);
    connection.retryNow();
    assert.equal(sockets.length, 2);
    time.pass(300);
    assert.equal(sockets.length, 2);
  });

  it("is checked with a new socket after a long silence, without being called lost", () => {
    const first = newest();
    first.onopen?.({});
    time.pass(14_000);
    first.onmessage?.({ data: "still here" });
    time.pass(14_000);
    assert.equal(sockets.length, 1);
    time.pass(1_000);
    assert.equal(connection.state, "checking");
    assert.equal(first.closedWith, 1000);
    newest().onopen?.({});
    assert.deepEqual(states, ["connecting", "open", "checking", "open"]);
  });

  it("is left alone while a camera is silent and the server answers pings", () => {
    const pinger = new Pinger(() => newest().onmessage?.({ data: "pong" }), time.timerFunctions);
    newest().onopen?.({});
    pinger.start();
    time.pass(10 * 60_000);
    assert.equal(sockets.length, 1);
    pinger.stop();
    time.pass(15_000);
    assert.equal(sockets.length, 2);
  });

  it("is lost when the check after the silence fails", () => {
    newest().onopen?.({});
    time.pass(15_000 + 10_000);
    assert.equal(connection.state, "waiting");
  });

  for (const code of [1002, 1007, 4001]) {
    it(`does not come back in a loop to a server that misunderstands it: ${code}`, () => {
      newest().onopen?.({});
      newest().onclose?.({ code, reason: "" });
      assert.match(connection.reason, /reload/);
      time.pass(59_999);
      assert.equal(sockets.length, 1);
      time.pass(1);
      assert.equal(sockets.length, 2);
    });
  }

  it("leaves nothing behind when it is closed", () => {
    newest().onopen?.({});
    connection.close();
    assert.equal(newest().closedWith, 1000);
    assert.equal(newest().onmessage, null);
    assert.equal(time.timers.size, 0);
    assert.equal(connection.state, "closed");
  });

  for (const [code, said, expected] of /** @type {[number, string, string][]} */ ([
    [1001, "", "The server has stopped."],
    [1008, "Not from there.", "The server turned this page away. It says: Not from there."],
    [1013, "", "The server is busy or restarting."],
  ])) {
    it(`says why it was closed with ${code}`, () => {
      newest().onopen?.({});
      newest().onclose?.({ code, reason: said });
      assert.equal(connection.reason, expected);
    });
  }
});
