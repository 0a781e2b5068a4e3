import { layersOf, type NotationOptions } from "./layer_notation.ts";
import type { NetworkSpec } from "./network.ts";

const LAYERS = "256C3-512C3-P2-512C3-512C3-512C3-P2-256C3-1024-512-256-10";

/**
 * The ten-layer CIFAR-10 network of proxy learning, 26,887,936 parameters at width 1. Its layers are inferred from a
 * third party's re-implementation (code sheiksadique/proxy-learning), which has sum pooling, no padding and no norm.
 * What the authors used is unknown. Here: max pooling, padding that keeps the size, no biases, and batch norm after every
 * hidden layer, or, as in their released Fashion-MNIST code, after convolutions alone. `width` multiplies hidden layers.
 */
export function cifarNetwork({ width = 1, norms = "hidden" }: NotationOptions = {}): NetworkSpec {
  return { input: [32, 32, 3], layers: layersOf(LAYERS, { width, norms }) };
}
