import type { tf } from "../ops/tensorflow.ts";
import type { Model } from "./model.ts";
import { layerParameters, type NamedLayer, nameLayers, type NetworkSpec } from "./network.ts";
import { fans } from "./fan_out.ts";

/** A layer in words and numbers, for a table. */
export type LayerRow = {
  Layer: string;
  /**
   * "3 × 3 × 1 → 8" of a convolution, "392 → 64" of a linear layer, "2 × 2 maximum" of pooling,
   * "5 × 5, one for each of 64 channels" of a depthwise convolution; with "of conv2" where the kernel is
   * that layer's, and with "summed over 7 × 7" where positions are added up first.
   */
  Weights: string;
  /** Of one image, e.g. "28 × 28 × 8". */
  Output: string;
  "Batch norm": string;
  /** Trainable: norm, and kernel and bias where they are the layer's own. */
  Parameters: number;
  /** Multiply-accumulate operations for one image; nothing for pooling. */
  MACs: number | null;
};

/**
 * The layers of a network, in order: what both lives are made of. Throws a UsageError where shapes do not meet.
 *
 * ```ts
 * import { describeLayers, fashionNetwork } from "weightshare/models";
 *
 * console.log(describeLayers(fashionNetwork()).reduce((sum, row) => sum + row.Parameters, 0)); // 19599744
 * ```
 */
export function describeLayers(spec: NetworkSpec): LayerRow[] {
  const macs = new Map(fans(spec).map((fan) => [fan.name, fan.macs]));
  return nameLayers(spec).map((layer) => ({
    Layer: layer.name,
    Weights: weightsText(layer),
    Output: layer.output.join(" × "),
    "Batch norm": layer.type !== "maxpool" && layer.norm ? "yes" : "–",
    Parameters: layerParameters(layer),
    MACs: macs.get(layer.name) ?? null,
  }));
}

function weightsText(layer: NamedLayer): string {
  if (layer.type === "maxpool") return `${layer.size} × ${layer.size} maximum`;
  const sizes = [...layer.kernel] as number[];
  const whose = layer.owner === layer.name ? "" : `, of ${layer.owner}`;
  const positions = layer.type === "linear" && layer.summed
    ? `, summed over ${layer.input.slice(0, -1).join(" × ")}`
    : "";
  if (layer.type === "depthwise") {
    const residual = layer.residual ? ", with residual" : "";
    return `${sizes[0]} × ${sizes[1]}, one for each of ${sizes.at(-1)} channels${whose}${residual}`;
  }
  return `${sizes.slice(0, -1).join(" × ")} → ${sizes.at(-1)}${whose}${positions}`;
}

/** Parameters of one kind: those whose names differ in a number alone, as blocks do. */
export type ParameterRow = {
  /** E.g. "blocks.*.pointwise.kernel", or "shared.pointwise.kernel". */
  Parameter: string;
  /** E.g. "1 × 1 × 64 × 64"; where they differ, the first one's and the last one's. */
  Shape: string;
  /** How many there are. */
  Tensors: number;
  /** Scalars of all of them. */
  Parameters: number;
};

/**
 * The parameters of a model by kind, in the order of their making; the numbers add up to `countParameters`.
 *
 * ```ts
 * import { convMixer, createClassifier, describeParameters } from "weightshare/models";
 *
 * const options = { dim: 64, depth: 8, kernel: 5, patch: 4, classes: 10, image: [32, 32, 3] } as const;
 * const shared = createClassifier(convMixer({ ...options, sharing: "all" }), 1);
 * console.log(describeParameters(shared).map((row) => `${row.Parameter} (${row.Tensors})`).join(", "));
 * ```
 */
export function describeParameters(model: Model): ParameterRow[] {
  const kinds = new Map<string, tf.Tensor[]>();
  for (const { name, value } of model.parameters.values()) {
    const kind = name.replace(/\.\d+(?=\.)/g, ".*");
    kinds.set(kind, [...kinds.get(kind) ?? [], value]);
  }
  return [...kinds].map(([kind, tensors]) => {
    const shapes = [...new Set(tensors.map(({ shape }) => shape.join(" × ")))];
    return {
      Parameter: kind,
      Shape: shapes.length === 1 ? `${shapes[0]}` : `${shapes[0]} to ${shapes.at(-1)}`,
      Tensors: tensors.length,
      Parameters: tensors.reduce((sum, { size }) => sum + size, 0),
    };
  });
}
