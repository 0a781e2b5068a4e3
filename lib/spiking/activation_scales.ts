import { FailureError } from "../errors.ts";
import { annForward } from "../models/ann.ts";
import { neuronLayers } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";
import { Percentile } from "./percentile.ts";

/** The scale of every layer's activations, by layer, in order. */
export type Scales = ReadonlyMap<string, number>;

/**
 * Measures the scale of every layer of a trained ANN: a percentile of ReLU(z) before pooling over all images, positions
 * and channels, zeros included; the last layer's logits, too, are measured behind a ReLU. Norm statistics are frozen.
 * Source: Diehl et al. 2015 (maximum); Rueckauer et al. 2017 (99.9th percentile).
 */
export class ActivationScales {
  readonly #network: Network;
  readonly #percentiles: ReadonlyMap<string, Percentile>;

  /** For at most `images` images. */
  constructor(network: Network, percentile: number, images: number) {
    this.#network = network;
    this.#percentiles = new Map(
      neuronLayers(network.spec).map(({ name, output }) => {
        const neurons = output.reduce((product, axis) => product * axis, 1);
        return [name, new Percentile(percentile, images * neurons)];
      }),
    );
  }

  /** Takes images [N, H, W, C]. */
  add(images: tf.Tensor4D): void {
    tf.tidy(() => {
      annForward(this.#network, images, "frozen", (layer, z) => {
        this.#percentiles.get(layer)?.add(tf.relu(z).dataSync() as Float32Array);
      });
    });
  }

  /** The scales of all images so far; one that is not above zero is refused. */
  scales(): Scales {
    return new Map([...this.#percentiles].map(([layer, percentile]) => {
      const scale = percentile.value();
      if (scale > 0 && Number.isFinite(scale)) return [layer, scale];
      throw new FailureError(
        `Measuring activations: the scale of ${layer} is ${scale}, but must be above 0; ` +
          `train the ANN until the layer is active, take a higher percentile or more images.`,
      );
    }));
  }
}
