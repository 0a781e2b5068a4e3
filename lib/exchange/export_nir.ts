import { UsageError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import { ruleOf, type RuleSettings } from "../learning/rules/all.ts";
import { nameLayers, type NetworkSpec, type WeightedLayer } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { foldNorms, type Weights } from "../models/weighted_input.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Hdf5 } from "./hdf5.ts";
import type { KnownNetwork } from "./known_network.ts";
import { ifNeurons, nextDown, node, packNir, whole, wholes } from "./nir_graph.ts";
import { kernelKey, toPyTorch } from "./pytorch_layout.ts";

/** NIR's poolings; an importer knows one of them. */
export const NIR_POOLINGS = ["sum", "average"] as const;

type Pooling = typeof NIR_POOLINGS[number];

export interface NirOptions {
  /** What stands for pooling, where there is any: "sum" (Norse, sinabs) or "average" (SpikingJelly, snnTorch). */
  pool?: Pooling | undefined;
  /** Whose neurons, where the network was not trained as an SNN or other neurons are wanted. */
  rule?: RuleSettings | undefined;
}

/**
 * Writes the spiking life as a graph of NIR (HDF5): norms folded, IF neurons with r = 1 for a step of dt = 1, hard reset. NIR fires
 * where v > threshold and we at v >= theta: the next smaller single-precision number is written. The maximum of spikes at a step
 * is their sum (or mean) into neurons that fire for one spike or more and are then reset. The image is the input at every step.
 * Source: Pedersen et al., Nature Communications 15 (2024) 8122; package nir 1.0.8.
 */
export function exportNir(network: KnownNetwork, output: string, options: NirOptions): string[] {
  const { architecture, model, about } = network;
  const { threshold, T } = neuronOf(network, options.rule);
  const spec = architecture as NetworkSpec;
  const pool = poolingOf(network.name, spec, options.pool);
  const nodes = new Map<string, Hdf5>();
  tf.tidy(() => addNodes(nodes, spec, foldNorms(model as Network, "snn"), threshold, pool));
  const metadata = {
    ...about,
    timeSteps: String(T),
    input: "the image at every step, [C, H, W], bytes / 255",
  };
  writeWhole(output, packNir(nodes, metadata));
  return [output];
}

/** The neurons of a network, where NIR can say what they do; what it cannot is refused. */
function neuronOf({ name, architecture, config }: KnownNetwork, asked: RuleSettings | undefined) {
  const refuse = (why: string) => new UsageError(`Exporting ${name} to NIR: ${why}.`);
  if (!("layers" in architecture)) {
    throw refuse(`a ${architecture.network.name} has no spiking life; export it with --to pytorch`);
  }
  const rule = asked ?? config?.rule;
  if (rule === undefined || !("T" in rule)) {
    throw refuse(
      "it was not trained as an SNN; say with --rule which neurons it gets, e.g. --rule proxy T=15 threshold=2",
    );
  }
  if (rule.reset !== "hard") {
    throw refuse(
      `its neurons' reset is "${rule.reset}", which NIR has no word for, and importers would reset to 0; train with reset=hard, or export ` +
        `with --to pytorch`,
    );
  }
  if (rule.initialMembrane !== 0) {
    throw refuse(
      `its membranes start at ${rule.initialMembrane}, for which NIR has no field; train with initialMembrane=0`,
    );
  }
  if (ruleOf(rule).linearReadout?.(rule) === true) {
    throw refuse("its output layer is read by currents, without neurons; export it with --to pytorch");
  }
  if (rule.name === "conversion" && rule.pooling === "gated") {
    throw refuse('its pooling is "gated", which NIR has no node for; convert with pooling=or');
  }
  if (asked?.name === "conversion") {
    throw refuse(
      "a rule that converts needs a converted network; train a row of that rule and export its run",
    );
  }
  return { threshold: "threshold" in rule ? rule.threshold : 1, T: rule.T };
}

/** Which pooling is written cannot be guessed: each importer refuses the other. */
function poolingOf(name: string, { layers }: NetworkSpec, pool: Pooling | undefined): Pooling {
  if (pool !== undefined) return pool;
  if (layers.every(({ type }) => type !== "maxpool")) return "sum";
  throw new UsageError(
    `Exporting ${name} to NIR: it pools, and importers know one of NIR's two poolings; say --pool average (SpikingJelly, snnTorch) or ` +
      `--pool sum (Norse, sinabs).`,
  );
}

function addNodes(
  nodes: Map<string, Hdf5>,
  spec: NetworkSpec,
  folded: ReadonlyMap<string, Weights>,
  threshold: number,
  pool: Pooling,
): void {
  nodes.set("input", node("Input", { shape: wholes(chw(spec.input)) }));
  let input: readonly number[] = spec.input;
  for (const layer of nameLayers(spec)) {
    if (layer.type === "maxpool") {
      const sides = wholes([layer.size, layer.size]);
      const kind = pool === "sum" ? "SumPool2d" : "AvgPool2d";
      nodes.set(layer.name, node(kind, { kernel_size: sides, stride: sides, padding: wholes([0, 0]) }));
      // One spike in the window or more, and no membrane is left: the maximum at every step.
      nodes.set(
        `${layer.name}_if`,
        ifNeurons(chw(layer.output), pool === "sum" ? 0.5 : 0.5 / layer.size ** 2),
      );
    } else {
      if (layer.type === "linear" && input.length === 3) {
        const flat = { input_type: wholes(chw(input)), start_dim: whole(0), end_dim: whole(-1) };
        nodes.set("flatten", node("Flatten", flat));
      }
      nodes.set(layer.name, weighted(layer, folded.get(layer.name) as Weights, input));
      nodes.set(`${layer.name}_if`, ifNeurons(chw(layer.output), nextDown(threshold)));
    }
    input = layer.output;
  }
  nodes.set("output", node("Output", { shape: wholes(chw(input)) }));
}

/** Graphs share nothing: a kernel that several layers use is written in each node, with that layer's norm inside. */
function weighted(layer: WeightedLayer, { kernel, bias }: Weights, input: readonly number[]): Hdf5 {
  const key = kernelKey({ ...layer, ...(layer.type === "linear" ? { summed: false } : {}) }, layer.name);
  const weight = toPyTorch({ shape: kernel.shape, values: kernel.dataSync() as Float32Array }, key);
  const units = layer.output.at(-1) as number;
  const shift = { shape: [units], values: (bias?.dataSync() ?? new Float32Array(units)) as Float32Array };
  // Zeros where there is no bias: sinabs 3.1.3 imports no Linear.
  if (layer.type === "linear") return node("Affine", { weight, bias: shift });
  const side = (layer.kernel[0] - 1) / 2;
  return node("Conv2d", {
    ...{ input_shape: wholes(input.slice(0, 2)), weight, bias: shift, groups: whole(1) },
    ...{ stride: wholes([1, 1]), padding: wholes([side, side]), dilation: wholes([1, 1]) },
  });
}

/** [H, W, C] -> [C, H, W]; [units] as it is. */
function chw(shape: readonly number[]): number[] {
  const [height, width, channels] = shape;
  return shape.length === 3 ? [channels as number, height as number, width as number] : [...shape];
}
