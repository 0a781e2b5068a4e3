import { UsageError } from "../errors.ts";
import { type Layer, nameLayers, type NetworkSpec, type WeightedLayer } from "../models/network.ts";
import { type Network, networkOfValues } from "../models/parameters.ts";
import { noResidual, walk } from "../models/walk.ts";
import { foldOwned } from "../models/weighted_input.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Scales } from "./activation_scales.ts";

/**
 * A trained ANN as weights for IF neurons of threshold 1: norms are folded, and every layer's kernel is multiplied by
 * lambda[l - 1] / lambda[l] and its bias by 1 / lambda[l], so that no activation exceeds one spike per step where lambda
 * is the maximum. Images count as they are (lambda[0] = 1). As an ANN the result computes the logits over the last
 * lambda. Gated pooling has the rate that the ANN's max pooling stands for; the maximum of spikes at every step
 * has a higher one, however many steps. Its variables are its own, also where layers of the ANN use one kernel: norms and
 * scales are each layer's. Source: Rueckauer et al., Frontiers in Neuroscience 11 (2017) 682.
 */
export function convertNetwork(network: Network, scales: Scales): Network {
  const spec = convertedSpec(network.spec);
  const values = tf.tidy(() => Object.fromEntries(normalisedWeights(network, scales)));
  const converted = networkOfValues(spec, new Map(Object.entries(values)));
  tf.dispose(values);
  return converted;
}

/** The layers of a network once it is converted: biases in place of norms, nothing shared. */
export function convertedSpec(spec: NetworkSpec): NetworkSpec {
  const names = nameLayers(spec).map(({ name }) => name);
  return {
    ...spec,
    layers: spec.layers.map((layer, index) => convertedLayer(layer, names[index] as string)),
  };
}

function normalisedWeights(network: Network, scales: Scales): ReadonlyMap<string, tf.Tensor> {
  const values = new Map<string, tf.Tensor>();
  const normalise = (layer: WeightedLayer, scaleBelow: number) => {
    const scale = scaleOf(scales, layer);
    const { kernel, bias } = foldOwned(network, layer, "ann");
    values.set(`${layer.name}.kernel`, tf.mul(kernel, scaleBelow / scale));
    if (bias !== undefined) values.set(`${layer.name}.bias`, tf.mul(bias, 1 / scale));
    return scale;
  };
  walk(network.layers, {
    first: (layer) => normalise(layer, 1),
    pool: (_, scaleBelow) => scaleBelow,
    weighted: normalise,
    join: noResidual("Converting to an SNN"),
  });
  return values;
}

function unsupported(name: string, type: string): UsageError {
  return new UsageError(
    `Converting to an SNN: the layer ${name} is of type "${type}", for which there is no spiking counterpart; supported ` +
      `are conv and linear (with or without batch norm) and maxpool, with ReLU between them.`,
  );
}

function scaleOf(scales: Scales, { name }: WeightedLayer): number {
  const scale = scales.get(name);
  if (scale === undefined) throw new Error(`The scales have none for the layer "${name}".`);
  return scale;
}

function convertedLayer(layer: Layer, name: string): Layer {
  if (layer.type === "maxpool") return layer;
  if (layer.type !== "conv" && layer.type !== "linear") throw unsupported(name, layer.type);
  const { owner: _owner, ...own } = layer;
  return own.norm ? { ...own, norm: false, bias: true } : own;
}
