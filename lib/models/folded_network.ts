import { UsageError } from "../errors.ts";
import { checkWhole } from "./check_numbers.ts";
import { layersOf } from "./layer_notation.ts";
import type { NetworkSpec } from "./network.ts";

export interface FoldedOptions {
  /** Filters of every convolution. */
  channels: number;
  /** Isomorphic convolutions of each stage; a maximum over 2 x 2 pixels stands between stages. */
  stages: readonly number[];
}

/**
 * A network for Fashion-MNIST of as many isomorphic convolutions as possible, all 3 x 3 with as many filters as they receive:
 * 32C3-32C3-32C3-P2-32C3-32C3-32C3-P2-32C3-32C3-32C3-sum-10 with 32 channels and stages 2, 3 and 3. The first convolution has another
 * input; the sum over all positions leaves few weights to the last layer. With one kernel for all (`shareIsomorphic`) it is folded:
 * 10,400 parameters instead of 74,912. Ours, from both papers: KS, arXiv 2210.14151; PL, arXiv 2109.13208.
 *
 * ```ts
 * import { countParameters, createNetwork, foldedNetwork, shareIsomorphic } from "weightshare/models";
 *
 * const spec = foldedNetwork({ channels: 32, stages: [2, 3, 3] });
 * console.log(countParameters(createNetwork(shareIsomorphic(spec), 1))); // 10400
 * ```
 */
export function foldedNetwork({ channels, stages }: FoldedOptions): NetworkSpec {
  const building = "Building a folded network";
  checkWhole(building, { channels, ...Object.fromEntries(stages.map((one, i) => [`stages[${i}]`, one])) });
  if (stages.length === 0) {
    throw new UsageError(`${building}: it has no stages; give the convolutions of each, e.g. [2, 3, 3].`);
  }
  const stage = (convolutions: number) => new Array<string>(convolutions).fill(`${channels}C3`).join("-");
  const notation = [`${channels}C3`, stages.map(stage).join("-P2-"), "sum", "10"].join("-");
  return { input: [28, 28, 1], layers: layersOf(notation) };
}
