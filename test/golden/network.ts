import type { Layer, NetworkSpec } from "../../lib/models/network.ts";
import { createNetwork, type Network } from "../../lib/models/parameters.ts";
import { modelVariables } from "../../lib/models/model.ts";
import { tf } from "../../lib/ops/tensorflow.ts";
import type { IfNeuron, Reset } from "../../lib/ops/if_neuron.ts";
import type { Results } from "./compare.ts";
import { type Fixture, tensorOf } from "./fixture.ts";

/** The network of a fixture, with its parameters and, where given, its norm statistics. */
export function networkOf(fixture: Fixture): Network {
  const { image, layers } = fixture.config as { image: [number, number, number]; layers: Layer[] };
  const spec: NetworkSpec = { input: image, layers };
  const network = createNetwork(spec, 1);
  for (const [name, variable] of modelVariables(network)) {
    if (!(name in fixture.inputs) && !(name in fixture.parameters)) continue;
    tf.tidy(() => variable.assign(tensorOf(fixture, name)));
  }
  return network;
}

/** T and the neuron of a fixture. */
export function spikingOf({ config }: Fixture): { T: number; neuron: IfNeuron } {
  const { T, theta, reset, initial_membrane } = config as Record<string, number> & { reset: Reset };
  return {
    T: T as number,
    neuron: { threshold: theta as number, reset, initialMembrane: initial_membrane as number },
  };
}

/** Labels [N] as one-hot rows [N, classes]. */
export function oneHotOf(fixture: Fixture, classes: number): tf.Tensor2D {
  return tf.cast(
    tf.oneHot(tf.cast(tensorOf<tf.Tensor1D>(fixture, "labels"), "int32"), classes),
    "float32",
  ) as tf.Tensor2D;
}

/** Results under their names with a prefix. */
export function prefixed(prefix: string, entries: [string, ArrayLike<number> | number][]): Results {
  return Object.fromEntries(entries.map(([name, value]) => [prefix + name, value]));
}
