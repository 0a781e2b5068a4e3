import assert from "node:assert/strict";
import { conversionRule } from "../../lib/learning/rules/conversion.ts";
import { proxyRule } from "../../lib/learning/rules/proxy.ts";
import { surrogateRule } from "../../lib/learning/rules/surrogate.ts";
import { tandemRule } from "../../lib/learning/rules/tandem.ts";
import type { IfNeuron } from "../../lib/ops/if_neuron.ts";

const NEURON: IfNeuron = { threshold: 1, reset: "subtract", initialMembrane: 0 };

Deno.test("time steps and neurons that make no sense are refused by every rule, with value and need", () => {
  const rules: ((T: number, neuron: IfNeuron) => unknown)[] = [
    (T, neuron) => proxyRule({ T, neuron, output: "count", target: 1 }),
    (T, neuron) => surrogateRule({ T, neuron, alpha: 2, detachReset: true }),
    (T, neuron) => tandemRule({ T, neuron, norms: "per-step", stopAtSaturation: false }),
  ];
  for (const rule of rules) {
    for (const T of [0, -1, 1.5, NaN, Infinity]) {
      assert.throws(() => rule(T, NEURON), /: T is .*, but must be a whole number of at least 1\.$/);
    }
    for (const threshold of [0, -1, NaN, Infinity]) {
      assert.throws(
        () => rule(5, { ...NEURON, threshold }),
        /the threshold is .*, but must be a number above 0/,
      );
    }
    for (const initialMembrane of [NaN, -Infinity, 1, 2]) {
      assert.throws(
        () => rule(5, { ...NEURON, initialMembrane }),
        /the initial membrane is .*, but must be a number below the threshold, 1\.$/,
      );
    }
    const reset = "soft" as IfNeuron["reset"];
    assert.throws(
      () => rule(5, { ...NEURON, reset }),
      /the reset is "soft", but must be one of "hard", "subtract"/,
    );
  }
});

Deno.test("the rules' own options are refused, too", () => {
  const surrogate = { T: 4, neuron: NEURON, alpha: 2, detachReset: true };
  assert.throws(() => surrogateRule({ ...surrogate, alpha: 0 }), /alpha is 0, but must be a number above 0/);
  const proxy = { T: 4, neuron: NEURON } as const;
  for (const [output, target] of [["count", 0], ["count", 5], ["rate", 1.5], ["rate", NaN]] as const) {
    assert.throws(
      () => proxyRule({ ...proxy, output, target }),
      /the target is .*, but must be above 0 and at most [14], what 4 time steps allow/,
    );
  }
  const conversion = {
    T: 4,
    reset: "hard",
    initialMembrane: 0,
    percentile: 100,
    pooling: "or",
    readout: "spikes",
  } as const;
  assert.throws(
    () => conversionRule({ ...conversion, percentile: 101 }),
    /the percentile is 101, but must be/,
  );
  assert.throws(() => conversionRule({ ...conversion, T: 0 }), /Converting to an SNN: T is 0/);
});
