import assert from "node:assert/strict";
import { busyBetween } from "../../bench/busy.ts";

Deno.test("busy cores are those that did not idle between two readings", () => {
  const start = { user: 100, nice: 0, sys: 50, idle: 1000, irq: 0 };
  const half = { user: 130, nice: 10, sys: 55, idle: 1050, irq: 5 };
  const resting = { ...start, idle: 1100 };
  assert.equal(busyBetween([start, start], [half, resting]), 0.5);
  assert.equal(busyBetween([start], [start]), 0);
});
