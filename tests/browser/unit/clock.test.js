// @ts-check
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Clock } from "../../../client-web/clock.js";
import { Pinger } from "../../../client-web/pinger.js";
import { FakeTime } from "./fake-time.js";

const NOW_MS = 1_732_368_000_500;
const HOUR_MS = 3_600_000;

describe("The clock, before anything was measured,", () => {
  const clock = new Clock(() => 0, () => NOW_MS);

  /** @param {number} ageMs */
  const capturedUs = (ageMs) => (NOW_MS - ageMs) * 1000;

  it("takes this machine's wall clock for the server's", () => {
    assert.equal(clock.plausibleAgeMs(capturedUs(42)), 42);
    assert.equal(clock.errorMs, null);
  });

  it("forgives what cutting off milliseconds does", () => {
    assert.equal(clock.plausibleAgeMs(capturedUs(-2)), 0);
  });

  it("has no age to give when the clocks differ", () => {
    assert.equal(clock.plausibleAgeMs(capturedUs(-6)), null);
    assert.equal(clock.plausibleAgeMs(capturedUs(60_001)), null);
  });
});

describe("The clock", () => {
  /** True time, which neither side knows; both clocks run with it and are set differently. */
  let trueMs = 0;
  let ourErrorMs = 0;
  let serverErrorMs = 0;
  /** @type {Clock} */ let clock;

  beforeEach(() => {
    trueMs = NOW_MS;
    ourErrorMs = -5 * HOUR_MS;
    serverErrorMs = HOUR_MS;
    clock = new Clock(
      () => trueMs + ourErrorMs,
      () => assert.fail("the wall clock was asked"),
    );
  });

  const serverUs = () => (trueMs + serverErrorMs) * 1000;

  /** One ping and its pong. @param {{ thereMs: number, backMs: number, heldMs?: number }} trip */
  function exchange({ thereMs, backMs, heldMs = 0 }) {
    const client_time_us = clock.nowUs();
    trueMs += thereMs;
    const received_us = serverUs();
    trueMs += heldMs;
    const sent_us = serverUs();
    trueMs += backMs;
    clock.learn({ client_time_us, received_us, sent_us });
  }

  /** Of a picture that is 100 ms old in truth. */
  const measuredAgeMs = () => clock.ageMs(serverUs() - 100_000);
  const errorOfAgeMs = () => Math.abs(measuredAgeMs() - 100);

  /** @param {number} actual @param {number} expected */
  const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 0.01, `${actual}`);

  it("gives the true age, however the clocks are set, when both ways take the same time", () => {
    exchange({ thereMs: 30, backMs: 30, heldMs: 500 });
    near(measuredAgeMs(), 100);
    near(clock.errorMs ?? NaN, 30.1);
  });

  it("is off by half of what the two ways differ, which its bound covers", () => {
    exchange({ thereMs: 5, backMs: 45 });
    near(errorOfAgeMs(), 20);
    near(clock.errorMs ?? NaN, 25.1);
  });

  it("believes the shortest trip of the last minute", () => {
    exchange({ thereMs: 2, backMs: 80 });
    exchange({ thereMs: 3, backMs: 3 });
    exchange({ thereMs: 90, backMs: 2 });
    assert.ok(errorOfAgeMs() < 0.01);
    assert.ok((clock.errorMs ?? NaN) < 4);
    trueMs += 61_000;
    exchange({ thereMs: 10, backMs: 50 });
    near(errorOfAgeMs(), 20);
    near(clock.errorMs ?? NaN, 30.1);
  });

  it("trusts a reading less as the clocks drift apart", () => {
    exchange({ thereMs: 3, backMs: 3 });
    trueMs += 50_000;
    near(clock.errorMs ?? NaN, 3.1 + 5);
    exchange({ thereMs: 4, backMs: 4 });
    near(clock.errorMs ?? NaN, 4.1);
  });

  it("drops what it knew when one pong proves that the server's clock was set", () => {
    exchange({ thereMs: 1, backMs: 1 });
    serverErrorMs -= 400;
    assert.equal(clock.plausibleAgeMs(serverUs()) !== null, true);
    exchange({ thereMs: 20, backMs: 20 });
    near(measuredAgeMs(), 100);
  });

  it("has no age to give when it was left behind by a machine's sleep, until the next pong", () => {
    exchange({ thereMs: 1, backMs: 1 });
    ourErrorMs -= 10_000;
    assert.equal(clock.plausibleAgeMs(serverUs()), null);
    exchange({ thereMs: 20, backMs: 20 });
    near(clock.plausibleAgeMs(serverUs() - 100_000) ?? NaN, 100);
  });

  it("keeps a picture's true age when it is great, for it was measured", () => {
    exchange({ thereMs: 1, backMs: 1 });
    near(clock.plausibleAgeMs(serverUs() - 90_000_000) ?? NaN, 90_000);
  });

  it("forgives an age below nothing only within its bound", () => {
    exchange({ thereMs: 20, backMs: 20 });
    assert.equal(clock.plausibleAgeMs(serverUs() + 24_000), 0);
    assert.equal(clock.plausibleAgeMs(serverUs() + 26_000), null);
  });

  it("never claims less than nothing as its bound, whatever a server says", () => {
    const client_time_us = clock.nowUs();
    clock.learn({ client_time_us, received_us: 0, sent_us: 1e9 });
    assert.ok((clock.errorMs ?? NaN) > 0);
  });

  it("keeps within its bound, whatever the trips and the drift are", () => {
    let seed = 20_251_123;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let i = 0; i < 5_000; i += 1) {
      exchange({ thereMs: random() ** 4 * 900, backMs: random() ** 4 * 900, heldMs: random() });
      const bound = (clock.errorMs ?? NaN) + 0.01;
      assert.ok(errorOfAgeMs() <= bound, `exchange ${i}: ${errorOfAgeMs()} > ${bound}`);
      const restMs = 10_000 * random();
      trueMs += restMs;
      ourErrorMs += restMs * 100e-6 * (2 * random() - 1);
    }
  });

  it("says that it knows nothing after it was told to forget", () => {
    exchange({ thereMs: 1, backMs: 1 });
    clock.forget();
    assert.equal(clock.errorMs, null);
  });
});

describe("The pings", () => {
  it("come five times within two seconds, and every ten seconds from then on", () => {
    const time = new FakeTime();
    /** @type {number[]} */
    const sentAtMs = [];
    const pinger = new Pinger(() => sentAtMs.push(time.nowMs), time.timerFunctions);
    pinger.start();
    time.pass(32_000);
    assert.deepEqual(sentAtMs, [0, 400, 800, 1200, 1600, 11_600, 21_600, 31_600]);
    pinger.start();
    time.pass(500);
    assert.deepEqual(sentAtMs.slice(8), [32_000, 32_400]);
    pinger.stop();
    assert.equal(time.timers.size, 0);
  });
});
