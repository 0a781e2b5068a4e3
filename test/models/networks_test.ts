import assert from "node:assert/strict";
import { cifarNetwork } from "../../lib/models/cifar_network.ts";
import { fashionNetwork, fashionSixLayerNetwork } from "../../lib/models/fashion_network.ts";
import { nameLayers, type NetworkSpec } from "../../lib/models/network.ts";
import { createNetwork } from "../../lib/models/parameters.ts";
import { countParameters, disposeModel } from "../../lib/models/model.ts";

/** Parameters of the variables that are really made. */
function parametersOf(spec: NetworkSpec): number {
  const network = createNetwork(spec, 1);
  const count = countParameters(network);
  disposeModel(network);
  return count;
}

Deno.test("the published networks have the parameters that their layers add up to", () => {
  const fashionConvolutions = 9 * 128 + 2 * 9 * 128 * 128 + 3 * 2 * 128;
  // The released network's count is also in its authors' code.
  assert.equal(parametersOf(fashionNetwork()), 19_599_744);
  assert.equal(
    parametersOf(fashionSixLayerNetwork()),
    fashionConvolutions + 6272 * 1024 + 1024 * 256 + 256 * 10,
  );
  const cifar = 9 * (3 * 256 + 256 * 512 + 3 * 512 * 512 + 512 * 256) + 2 * (256 + 4 * 512 + 256) +
    (8 * 8 * 256) * 1024 + 1024 * 512 + 512 * 256 + 256 * 10;
  assert.equal(parametersOf(cifarNetwork({ norms: "convolutions" })), cifar);
  assert.equal(parametersOf(cifarNetwork()), cifar + 2 * (1024 + 512 + 256));
});

Deno.test("width multiplies every hidden layer, never the classes", () => {
  const cifar = (width?: number) => cifarNetwork(width === undefined ? {} : { width });
  for (const network of [fashionNetwork, fashionSixLayerNetwork, cifar]) {
    const [full, quarter] = [nameLayers(network()), nameLayers(network(1 / 4))];
    full.slice(0, -1).forEach(({ output }, index) =>
      assert.equal(quarter[index]?.output.at(-1), (output.at(-1) as number) / 4)
    );
    assert.deepEqual(quarter.at(-1)?.output, [10]);
    assert.equal(nameLayers(network(1e-9)).at(0)?.output.at(-1), 1);
  }
});

Deno.test("the CIFAR-10 network: names, shapes, same padding, two poolings", () => {
  const shapes = nameLayers(cifarNetwork()).map(({ name, output }) => `${name} ${output.join("x")}`);
  assert.deepEqual(shapes, [
    ...["conv1 32x32x256", "conv2 32x32x512", "maxpool1 16x16x512"],
    ...["conv3 16x16x512", "conv4 16x16x512", "conv5 16x16x512", "maxpool2 8x8x512", "conv6 8x8x256"],
    ...["linear1 1024", "linear2 512", "linear3 256", "linear4 10"],
  ]);
});
