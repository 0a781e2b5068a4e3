import { UsageError } from "../errors.ts";
import type { NamedLayer, PoolingLayer, WeightedLayer } from "./network.ts";

/** What happens at each kind of layer: what leaves it, from what enters it. */
export interface Visitor<Value> {
  /** The first layer, which has weights and receives the image. */
  first(layer: WeightedLayer): Value;
  pool(layer: PoolingLayer, value: Value): Value;
  /** Every later layer with weights. */
  weighted(layer: WeightedLayer, value: Value): Value;
  /** Behind a layer with a residual: what it received, and what leaves its neurons. */
  join(received: Value, own: Value): Value;
}

/** Goes through a network's layers in order; gives what leaves the last one. */
export function walk<Value>(layers: readonly NamedLayer[], visitor: Visitor<Value>): Value {
  const [first, ...later] = layers;
  return later.reduce((value, layer) => visit(layer, value, visitor), visitor.first(requireWeights(first)));
}

function visit<Value>(layer: NamedLayer, value: Value, { pool, weighted, join }: Visitor<Value>): Value {
  switch (layer.type) {
    case "maxpool":
      return pool(layer, value);
    case "depthwise": {
      const own = weighted(layer, value);
      return layer.residual ? join(value, own) : own;
    }
    case "conv":
    case "patches":
    case "linear":
      return weighted(layer, value);
  }
}

/** Joins nothing: for what is neither published nor known here for networks with residuals. */
export function noResidual(doing: string): () => never {
  return () => {
    throw new UsageError(
      `${doing}: the network has residuals, which are known to ANNs, proxy learning and surrogate gradients; choose one of these rules.`,
    );
  };
}

/** Whether a layer has weights; its activation is then a neuron. */
export function hasWeights(layer: NamedLayer): layer is WeightedLayer {
  return "kernel" in layer;
}

/** The layer that sees the images: it has been checked to have weights. */
export function firstLayer({ layers }: { layers: readonly NamedLayer[] }): WeightedLayer {
  return requireWeights(layers[0]);
}

function requireWeights(layer: NamedLayer | undefined): WeightedLayer {
  if (layer === undefined || !hasWeights(layer)) throw new Error("The first layer must be conv or linear.");
  return layer;
}
