import type { BatchSource } from "../../data/batches.ts";
import { annForward } from "../../models/ann.ts";
import { type Network } from "../../models/parameters.ts";
import type { Reset } from "../../ops/if_neuron.ts";
import { tf } from "../../ops/tensorflow.ts";
import { ActivationScales, type Scales } from "../../spiking/activation_scales.ts";
import { checkSpiking } from "../../spiking/check_spiking.ts";
import { convertNetwork } from "../../spiking/convert.ts";
import { checkPercentile } from "../../spiking/percentile.ts";
import { simulate } from "../../spiking/simulate.ts";
import type { Between } from "../evaluate.ts";
import { crossEntropy } from "../losses.ts";
import type { LearningRule, Reader } from "../rule.ts";
import { toTensors } from "../tensors.ts";
import { annRule } from "./ann.ts";

export interface ConversionOptions {
  /** Time steps of the converted network. */
  T: number;
  reset: Reset;
  /** Membrane before the first step, in thresholds: 0, or 0.5 against rounding down. */
  initialMembrane: number;
  /** Of the activations, taken as every layer's scale: 100 is the maximum. */
  percentile: number;
}

/** An ANN that has become an SNN of threshold 1. */
export interface Converted {
  network: Network;
  scales: Scales;
  /** Both lives of `network`, in units of the ANN's logits. */
  reader: Reader;
}

/** Trains an ANN the usual way; afterwards it is converted. */
export interface ConversionRule extends LearningRule {
  /** Measures activations on one pass over `calibration` and converts; the caller disposes of the new network. */
  convert(network: Network, calibration: BatchSource, between?: Between): Promise<Converted>;
}

/**
 * Conversion: the ANN alone is trained; each layer's weights are then normalised by its activations on training images
 * and its ReLU becomes IF neurons, whose firing rates stand for the activations.
 * Source: Diehl et al., IJCNN 2015; Rueckauer et al., Frontiers in Neuroscience 11 (2017) 682.
 */
export function conversionRule(options: ConversionOptions): ConversionRule {
  checkSpiking("Converting to an SNN", options.T, neuronOf(options));
  checkPercentile(options.percentile);
  return {
    ...annRule(annForward),
    name: "conversion",
    async convert(network, calibration, between = () => {}) {
      const scales = await measure(network, calibration, options.percentile, between);
      return { network: convertNetwork(network, scales), scales, reader: readerOf(scales, options) };
    },
  };
}

function neuronOf({ reset, initialMembrane }: ConversionOptions) {
  return { threshold: 1, reset, initialMembrane };
}

async function measure(network: Network, source: BatchSource, percentile: number, between: Between) {
  const activations = new ActivationScales(network, percentile, source.steps * source.batchSize);
  for (let step = 0; step < source.steps; step++) {
    tf.tidy(() => activations.add(toTensors(source.batch(1, step), source.shape, network.classes).images));
    await between(step + 1, source.steps);
  }
  return activations.scales();
}

/** The converted network's rates and outputs, times the last layer's scale. */
function readerOf(scales: Scales, options: ConversionOptions): Reader {
  const scale = [...scales.values()].at(-1) as number;
  const { T } = options;
  return {
    name: "conversion",
    lives: ["snn", "ann"],
    loss: crossEntropy,
    outputs: (network, images) => tf.mul(annForward(network, images, "frozen"), scale),
    spiking: {
      T,
      simulate: (network, images, changes) =>
        simulate(network, images, { T, neuron: neuronOf(options), mode: "frozen", ...changes }),
      output: ({ counts, outputs }) => tf.mul(counts, scale / outputs.shape[0]),
    },
  };
}
