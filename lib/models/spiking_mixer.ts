import { checkSize, checkWhole } from "./check_numbers.ts";
import { layersOf } from "./layer_notation.ts";
import type { NetworkSpec } from "./network.ts";

export interface SpikingMixerOptions {
  /** Channels everywhere. */
  dim: number;
  /** Number of blocks. */
  depth: number;
  /** Side of the depthwise filters, odd. */
  kernel: number;
  /** Side of the patches that are embedded. */
  patch: number;
}

/**
 * A ConvMixer with two lives for CIFAR-10, 64C2/2-D5+-64C1-...-sum-10: patch embedding, then `depth` times [depthwise convolution with
 * residual, pointwise convolution], then a linear layer of the sum over all positions. Ours, from both papers (KS, arXiv 2210.14151; PL,
 * arXiv 2109.13208) and Trockman and Kolter, arXiv 2201.09792, from which it differs: IF neurons (ReLU in the ANN) stand in the place
 * of GELU and behind the norm, the residual is a second train of spikes, no layer has a bias, and the head sums instead of averaging.
 *
 * ```ts
 * import { countParameters, createNetwork, shareIsomorphic, spikingMixer } from "weightshare/models";
 *
 * const spec = spikingMixer({ dim: 64, depth: 4, kernel: 5, patch: 2 });
 * console.log(countParameters(createNetwork(spec, 1)), countParameters(createNetwork(shareIsomorphic(spec), 1))); // 25344 8256
 * ```
 */
export function spikingMixer({ dim, depth, kernel, patch }: SpikingMixerOptions): NetworkSpec {
  const building = "Building a spiking ConvMixer";
  const input = [32, 32, 3] as const;
  checkWhole(building, { dim, depth, kernel, patch });
  checkSize(building, "patch", patch, input);
  const blocks = Array.from({ length: depth }, () => `D${kernel}+-${dim}C1`);
  return { input, layers: layersOf([`${dim}C${patch}/${patch}`, ...blocks, "sum", "10"].join("-")) };
}
