import { modelVariables } from "../lib/models/model.ts";
import type { Layer, NetworkSpec } from "../lib/models/network.ts";
import { nameLayers } from "../lib/models/network.ts";
import { createNetwork, type Network } from "../lib/models/parameters.ts";
import { hasWeights } from "../lib/models/walk.ts";
import { tf } from "../lib/ops/tensorflow.ts";

const CONV = { type: "conv", filters: 3, kernel: 3, norm: true, bias: true } as const;

/** A small network for `smallImages` whose convolutions, with biases, and linear layers share, over a pooling and across it. */
export const SHARED: NetworkSpec = {
  input: [6, 6, 2],
  layers: [
    CONV,
    CONV,
    { ...CONV, owner: "conv2" },
    { type: "maxpool", size: 2 },
    { ...CONV, owner: "conv3" }, // which uses conv2's
    { type: "linear", units: 6 },
    { type: "linear", units: 6, norm: true },
    { type: "linear", units: 6, owner: "linear2" },
    { type: "linear", units: 4 },
  ],
};

/** The same with the sum over all positions before its last layer, which is its only linear one. */
export const SHARED_SUM: NetworkSpec = {
  ...SHARED,
  layers: [...SHARED.layers.filter(({ type }) => type !== "linear"), {
    type: "linear",
    units: 4,
    summed: true,
  }],
};

/** The network that shares nothing, with the values of `shared` wherever that uses them. */
export function unrolled(shared: Network): Network {
  const { spec } = shared;
  const layers = spec.layers.map(({ ...layer }): Layer => {
    if ("owner" in layer) delete layer.owner;
    return layer;
  });
  const network = createNetwork({ ...spec, layers }, 1);
  const variables = modelVariables(shared);
  for (const [name, variable] of modelVariables(network)) {
    tf.tidy(() => variable.assign(tf.clone(variables.get(sourceOf(spec, name)) as tf.Tensor)));
  }
  return network;
}

/** The parameter of the shared network that one of the unrolled network stands for. */
export function sourceOf(spec: NetworkSpec, name: string): string {
  const [, layer = "", part = ""] = /^(\w+)\.(kernel|bias)$/.exec(name) ?? [];
  const owner = nameLayers(spec).filter(hasWeights).find((one) => one.name === layer)?.owner;
  return owner === undefined ? name : `${owner}.${part}`;
}
