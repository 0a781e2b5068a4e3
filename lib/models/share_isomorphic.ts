import { differences } from "./isomorphic.ts";
import { type Layer, nameLayers, type NetworkSpec } from "./network.ts";
import { hasWeights } from "./walk.ts";

/** What the layers of a network with two lives may share: all isomorphic ones one kernel, as in KS. */
export const SHARING = ["all"] as const;

/** A way of sharing. */
export type Sharing = typeof SHARING[number];

/**
 * The network whose isomorphic layers use one kernel, that of the first of them; norms stay their own.
 * Source: KS, arXiv 2210.14151.
 *
 * ```ts
 * import { countParameters, createNetwork, fashionNetwork, shareIsomorphic } from "weightshare/models";
 *
 * const unshared = fashionNetwork(1 / 16); // whose second and third convolution are 3 x 3 x 8 -> 8
 * const parameters = (spec = unshared) => countParameters(createNetwork(spec, 1));
 * console.log(parameters() - parameters(shareIsomorphic(unshared))); // 576
 * ```
 */
export function shareIsomorphic(spec: NetworkSpec): NetworkSpec {
  const named = nameLayers(spec);
  const shared = (layer: Layer, index: number): Layer => {
    const own = named[index];
    if (layer.type === "maxpool" || own === undefined || !hasWeights(own)) return layer;
    const first = named.slice(0, index).filter(hasWeights).find((one) => differences(own, one).length === 0);
    return first === undefined ? layer : { ...layer, owner: first.name };
  };
  return { ...spec, layers: spec.layers.map(shared) };
}
