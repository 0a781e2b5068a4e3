import { UsageError } from "../errors.ts";
import { annForward } from "../models/ann.ts";
import type { Network } from "../models/parameters.ts";
import type { IfNeuron } from "../ops/if_neuron.ts";
import { tf } from "../ops/tensorflow.ts";
import { simulate } from "./simulate.ts";

/** A layer in both lives, before pooling. The caller disposes of the tensors. */
export interface LayerLives {
  /** The ANN's: after ReLU; of the last layer, which has none, its outputs. [N, ...]. */
  activations: tf.Tensor;
  /** The SNN's spikes at every step, [T, N, ...]. */
  spikes: tf.Tensor;
  /** What its neurons hold after every step's reset, in the threshold's unit, [T, N, ...]. */
  membranes: tf.Tensor;
}

/**
 * Both lives of some images [N, H, W, C] in [0, 1], with frozen statistics, by layer name: activations here, spikes and
 * membranes there. All of it is kept, so give few images. Asking for a layer that there is not throws a UsageError.
 *
 * ```ts
 * import { createNetwork, layersOf } from "weightshare/models";
 * import { tf } from "weightshare/ops";
 * import { bothLives } from "weightshare/spiking";
 *
 * const network = createNetwork({ input: [8, 8, 1], layers: layersOf("4C3-P2-10") }, 1);
 * const neuron = { threshold: 0.2, reset: "hard", initialMembrane: 0 } as const;
 * const lives = bothLives(network, tf.ones<tf.Rank.R4>([1, 8, 8, 1]), { T: 5, neuron });
 * console.log(lives("conv1").activations.shape, lives("conv1").spikes.shape); // [ 1, 8, 8, 4 ] [ 5, 1, 8, 8, 4 ]
 * ```
 */
export function bothLives(
  network: Network,
  images: tf.Tensor4D,
  { T, neuron }: { T: number; neuron: IfNeuron },
): (layer: string) => LayerLives {
  const last = network.layers.at(-1)?.name;
  const lives = new Map<string, Partial<LayerLives>>();
  const keep = (kind: keyof LayerLives) => (layer: string, values: tf.Tensor) =>
    lives.set(layer, { ...lives.get(layer), [kind]: tf.keep(values.clone()) });
  tf.tidy(() => {
    const activation = keep("activations");
    annForward(network, images, "frozen", (layer, z) => activation(layer, layer === last ? z : tf.relu(z)));
    const watch = { onSpikes: keep("spikes"), onMembranes: keep("membranes") };
    simulate(network, images, { T, neuron, mode: "frozen", ...watch });
  });
  return (layer) => {
    const found = lives.get(layer);
    if (found !== undefined) return found as LayerLives;
    throw new UsageError(
      `Looking at layer "${layer}": it is unknown; use one of ${[...lives.keys()].join(", ")}.`,
    );
  };
}
