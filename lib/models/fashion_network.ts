import type { NetworkSpec } from "./network.ts";

/**
 * The seven-layer Fashion-MNIST network of proxy learning's released code: 128C3-128C3-P2-128C3-P2-2560-1152-256-10,
 * 19,599,744 parameters at width 1. `width` multiplies every hidden layer.
 */
export function fashionNetwork(width = 1): NetworkSpec {
  const scaled = (size: number) => Math.max(1, Math.round(size * width));
  const conv = { type: "conv", filters: scaled(128), kernel: 3, norm: true } as const;
  const pool = { type: "maxpool", size: 2 } as const;
  const linear = (units: number) => ({ type: "linear", units }) as const;
  return {
    input: [28, 28, 1],
    layers: [
      ...[conv, conv, pool, conv, pool],
      ...[linear(scaled(2560)), linear(scaled(1152)), linear(scaled(256)), linear(10)],
    ],
  };
}
