import type { BatchSource } from "../../data/batches.ts";
import { annForward } from "../../models/ann.ts";
import { type Network } from "../../models/parameters.ts";
import type { Reset } from "../../ops/if_neuron.ts";
import { tf } from "../../ops/tensorflow.ts";
import { ActivationScales, type Scales } from "../../spiking/activation_scales.ts";
import { checkSpiking } from "../../spiking/check_spiking.ts";
import type { READOUTS } from "../../spiking/choices.ts";
import { convertNetwork } from "../../spiking/convert.ts";
import { checkPercentile } from "../../spiking/percentile.ts";
import { simulateLinearReadout } from "../../spiking/linear_readout.ts";
import { simulate } from "../../spiking/simulate.ts";
import type { SPIKE_POOLING } from "../../spiking/simulation.ts";
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
  /** What pooling does with spikes; "gated" makes its rate that of the most active neuron, as the ANN's pooling asks for. */
  pooling: typeof SPIKE_POOLING[number];
  /** Where the output is read: the last layer's spikes, which cannot be negative, or its mean current, without neurons there. */
  readout: typeof READOUTS[number];
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
  /** How a network is read that was converted before, whose last layer has this scale. */
  readerOf(outputScale: number): Reader;
}

/**
 * Conversion: the ANN alone is trained; each layer's weights are then normalised by its activations on training images
 * and its ReLU becomes IF neurons, whose firing rates stand for the activations. With soft reset, gated pooling and the current
 * as read-out the outputs approach the ANN's with more steps.
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
      return {
        network: convertNetwork(network, scales),
        scales,
        reader: readerOf(outputScaleOf(scales), options),
      };
    },
    readerOf: (outputScale) => readerOf(outputScale, options),
  };
}

/** The scale of the last layer: what makes a converted network's outputs those of the ANN. */
export function outputScaleOf(scales: Scales): number {
  return [...scales.values()].at(-1) as number;
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

/** How a converted network is read: its rates or mean currents, and its outputs as an ANN, times the last layer's scale. */
function readerOf(scale: number, options: ConversionOptions): Reader {
  const { T, pooling } = options;
  const simulateOutput = options.readout === "current" ? simulateLinearReadout : simulate;
  return {
    name: "conversion",
    lives: ["snn", "ann"],
    loss: crossEntropy,
    outputs: (network, images) => tf.mul(annForward(network, images, "frozen"), scale),
    spiking: {
      T,
      simulate: (network, images, changes) =>
        simulateOutput(network, images, {
          ...{ T, neuron: neuronOf(options), mode: "frozen", pooling },
          ...changes,
        }),
      output: ({ counts, outputs }) => tf.mul(counts, scale / outputs.shape[0]),
    },
  };
}
