// @ts-check
/** Runs the test files named on the command line, one after the other, and counts. */
import { run } from "node:test";
import { spec } from "node:test/reporters";

let passed = 0;
let failed = 0;
let skipped = 0;

/** @param {any} data a suite fails with its tests and is not one */
const isTest = (data) => data.details?.type !== "suite";

const stream = run({ files: process.argv.slice(2), concurrency: 1 });
stream.on("test:pass", (data) => {
  if (!isTest(data)) return;
  if (data.skip !== undefined) skipped += 1;
  else passed += 1;
});
stream.on("test:fail", (data) => {
  if (isTest(data)) failed += 1;
});
stream.on("end", () => {
  process.on("exit", () => {
    const note = skipped > 0 ? `, ${skipped} SKIPPED` : "";
    console.log(`${passed} passed, ${failed} failed${note}`);
  });
  if (failed > 0 || passed === 0) process.exitCode = 1;
});
stream.compose(new spec()).pipe(process.stdout);
