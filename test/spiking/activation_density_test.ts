import assert from "node:assert/strict";
import { COUNTED } from "../counted_spec.ts";
import { createNetwork } from "../../lib/models/parameters.ts";
import { annForward } from "../../lib/models/ann.ts";
import { fans } from "../../lib/models/fan_out.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import { activationDensity } from "../../lib/spiking/activation_density.ts";

const SPEC = { ...COUNTED, layers: [...COUNTED.layers, { type: "linear", units: 2 }] as const };

Deno.test("activationDensity: shares of what is not zero, of the image, behind ReLU and behind pooling, as counted by hand", () => {
  const network = createNetwork(SPEC, 1);
  const before = tf.memory().numTensors;
  const images = tf.tensor4d(Array.from({ length: 32 }, (_, at) => at % 4 === 0 ? 0 : (at % 7) / 7), [
    2,
    4,
    4,
    1,
  ]);
  const pixels = [...images.dataSync()];
  const density = activationDensity(network, images);
  assert.equal(density["image"], Number((pixels.filter((pixel) => pixel !== 0).length / 32).toFixed(6)));
  const z = new Map<string, number[]>();
  tf.tidy(() =>
    void annForward(network, images, "frozen", (layer, values) => z.set(layer, [...values.dataSync()]))
  );
  for (const [layer, values] of z) {
    assert.equal(
      density[layer],
      Number((values.filter((value) => value > 0).length / values.length).toFixed(6)),
      layer,
    );
  }
  const conv = z.get("conv1") as number[]; // [2, 4, 4, 2]
  const at = (n: number, y: number, x: number, c: number) => conv[((n * 4 + y) * 4 + x) * 2 + c] as number;
  const windows = [0, 1].flatMap((n) =>
    [0, 2].flatMap((y) =>
      [0, 2].flatMap((x) =>
        [0, 1].map((c) =>
          [[0, 0], [0, 1], [1, 0], [1, 1]].some(([dy, dx]) =>
            at(n, y + (dy as number), x + (dx as number), c) > 0
          )
        )
      )
    )
  );
  assert.equal(density["maxpool1"], windows.filter(Boolean).length / windows.length);
  for (const { input } of fans(SPEC)) assert.ok((input ?? "image") in density);
  images.dispose();
  assert.equal(tf.memory().numTensors, before);
});
