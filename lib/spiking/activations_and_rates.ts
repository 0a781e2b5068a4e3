import { annForward } from "../models/ann.ts";
import type { Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";

/** Gives every layer's spikes [T, N, ...] for these images. */
export type Simulate = (images: tf.Tensor4D, onSpikes: (layer: string, spikes: tf.Tensor) => void) => void;

/** The same neurons of all images in both lives. */
export interface ActivationsAndRates {
  /** The ANN's, after ReLU. */
  activations: Float32Array;
  /** Spikes a time step. */
  rates: Float32Array;
}

/** Both lives of images [N, H, W, C], layer by layer, with frozen norms. */
export function activationsAndRates(
  network: Network,
  simulate: Simulate,
  images: tf.Tensor4D,
): Map<string, ActivationsAndRates> {
  const activations = new Map<string, Float32Array>();
  const rates = new Map<string, Float32Array>();
  tf.tidy(() => {
    annForward(network, images, "frozen", (layer, z) => {
      activations.set(layer, tf.relu(z).dataSync() as Float32Array);
    });
    simulate(images, (layer, spikes) => rates.set(layer, tf.mean(spikes, 0).dataSync() as Float32Array));
  });
  return new Map(
    [...rates].map(([layer, rate]) => [
      layer,
      { activations: activations.get(layer) as Float32Array, rates: rate },
    ]),
  );
}
