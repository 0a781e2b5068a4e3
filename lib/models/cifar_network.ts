import { layersOf } from "./layer_notation.ts";
import type { NetworkSpec } from "./network.ts";

const LAYERS = "256C3-512C3-P2-512C3-512C3-512C3-P2-256C3-1024-512-256-10";

/**
 * The ten-layer Cifar10 network of proxy learning, 26,884,352 parameters at width 1. Its layers are inferred from a
 * third party's re-implementation (code sheiksadique/proxy-learning), which has sum pooling, no padding and no norm.
 * What the authors used is unknown. Here: max pooling, padding that keeps the size, batch norm after each convolution
 * and no biases, as in their released Fashion-MNIST code. `width` multiplies every hidden layer.
 */
export function cifarNetwork(width = 1): NetworkSpec {
  return { input: [32, 32, 3], layers: layersOf(LAYERS, width) };
}
