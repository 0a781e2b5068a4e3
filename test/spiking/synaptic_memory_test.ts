import assert from "node:assert/strict";
import { foldedNetwork } from "../../lib/models/folded_network.ts";
import { shareIsomorphic } from "../../lib/models/share_isomorphic.ts";
import { convertedSpec } from "../../lib/spiking/convert.ts";
import { synapticMemory } from "../../lib/spiking/synaptic_memory.ts";

Deno.test("a chip holds a shared kernel once, scales and shifts of its uses, and every membrane", () => {
  const spec = foldedNetwork({ channels: 32, stages: [2, 3, 3] });
  const kernel = 9 * 32 * 32;
  const membranes = 3 * 784 * 32 + 3 * 196 * 32 + 3 * 49 * 32 + 10;
  const others = 9 * 32 + 32 * 10;
  assert.deepEqual(synapticMemory(spec), { weights: 8 * kernel + others, scales: 9 * 32, membranes });
  // The first convolution's scale lies in its own kernel.
  assert.deepEqual(synapticMemory(shareIsomorphic(spec)), {
    ...{ weights: kernel + others, scales: 32 + 8 * 2 * 32, membranes },
  });
  assert.deepEqual(synapticMemory(convertedSpec(shareIsomorphic(spec))), synapticMemory(spec));
});
