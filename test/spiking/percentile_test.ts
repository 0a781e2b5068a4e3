import assert from "node:assert/strict";
import fc from "fast-check";
import { Percentile } from "../../lib/spiking/percentile.ts";
import { assertAllClose } from "../assert_all_close.ts";

/** numpy.percentile's default: linear interpolation at position p / 100 (n - 1) of the sorted numbers. */
function bySorting(numbers: Float32Array, percentile: number): number {
  const sorted = numbers.toSorted();
  const position = percentile / 100 * (numbers.length - 1);
  const low = sorted[Math.floor(position)] as number;
  return low + ((sorted[Math.ceil(position)] as number) - low) * (position - Math.floor(position));
}

Deno.test("the percentile of parts is that of all numbers, sorted", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.oneof(fc.constant(0), fc.float({ min: 0, max: 8, noNaN: true })), { maxLength: 60 }),
        { minLength: 1, maxLength: 8 },
      ),
      fc.constantFrom(100, 99.9, 99, 90, 50, 0.1),
      fc.nat(20),
      (parts, percentile, more) => {
        const all = Float32Array.from(parts.flat());
        fc.pre(all.length > 0);
        const found = new Percentile(percentile, all.length + more); // the number is an upper bound
        for (const part of parts) found.add(Float32Array.from(part));
        assertAllClose([found.value()], [bySorting(all, percentile)], { rtol: 1e-12 });
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("percentiles by hand, as numpy.percentile", () => {
  const of = (percentile: number, numbers: number[]) => {
    const found = new Percentile(percentile, numbers.length);
    found.add(Float32Array.from(numbers));
    return found.value();
  };
  assert.equal(of(100, [3, 1, 2]), 3);
  assert.equal(of(50, [4, 1, 2, 3]), 2.5);
  assertAllClose([of(99.9, Array.from({ length: 1001 }, (_, index) => index))], [999]);
  assertAllClose([of(90, [0, 10])], [9]);
});

Deno.test("NaN is not overlooked, nor a percentile that makes no sense", () => {
  const found = new Percentile(99, 1000);
  found.add(new Float32Array(999));
  found.add(Float32Array.of(NaN));
  assert.ok(Number.isNaN(found.value()));
  for (const percentile of [0, -1, 100.1, NaN, Infinity]) {
    assert.throws(
      () => new Percentile(percentile, 10),
      /the percentile is .*, but must be above 0 and at most 100/,
    );
  }
  assert.throws(
    () => new Percentile(50, 1e10),
    /needs the 5000000002 largest ones, .* take a higher percentile/,
  );
});
