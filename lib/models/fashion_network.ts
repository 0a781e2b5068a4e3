import { layersOf } from "./layer_notation.ts";
import type { NetworkSpec } from "./network.ts";

/**
 * The seven-layer Fashion-MNIST network of proxy learning's released code: 19,599,744 parameters at width 1. `width`
 * multiplies every hidden layer.
 */
export function fashionNetwork(width = 1): NetworkSpec {
  return { input: [28, 28, 1], layers: layersOf("128C3-128C3-P2-128C3-P2-2560-1152-256-10", { width }) };
}

/**
 * A smaller Fashion-MNIST network, 6,984,064 parameters at width 1. Its layers are inferred from a third party's
 * re-implementation of proxy learning (code sheiksadique/proxy-learning), which has sum pooling, no padding and no
 * norm. Here: max pooling, padding that keeps the size, and batch norm after each convolution, as in the released code.
 */
export function fashionSixLayerNetwork(width = 1): NetworkSpec {
  return { input: [28, 28, 1], layers: layersOf("128C3-128C3-P2-128C3-P2-1024-256-10", { width }) };
}
