import { Buffer } from "node:buffer";
import { type BatchSource, orderedBatches } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import { type Between } from "../learning/evaluate.ts";
import type { LearningRule } from "../learning/rule.ts";
import { toTensors } from "../learning/tensors.ts";
import { neuronLayers } from "../models/network.ts";
import { countClasses, type Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";
import { RateCounter } from "../spiking/rates.ts";
import { ShareCounter } from "../spiking/readout.ts";
import type { TimeStep } from "../spiking/simulate.ts";
import type { Example, Raster, SpikingReport } from "./record.ts";

const EXAMPLES = 16;
const RASTER_NEURONS = 40;

/** Simulates the trained SNN once over 2T steps on all evaluation images and reads it out after every step. */
export async function spikingReport(
  network: Network,
  rule: LearningRule,
  split: Split,
  source: BatchSource,
  between: Between,
): Promise<SpikingReport> {
  const T = rule.T as number;
  const counters = Array.from({ length: 2 * T }, () => new ShareCounter());
  const rates = new RateCounter();
  for (let step = 0; step < source.steps; step++) {
    const { labels } = source.batch(1, step);
    const countRates = rates.observer(T);
    watch(network, rule, source, step, 2 * T, (now) => {
      countRates(now);
      counters[now.t - 1]?.add(now.counts.dataSync() as Float32Array, labels);
    });
    await between(step + 1, source.steps);
  }
  return {
    overTime: counters.map((counter, index) => ({ t: index + 1, ...counter.shares() })),
    rates: rates.rates(),
    neurons: Object.fromEntries(
      neuronLayers(network.spec).map(({ name, output }) => [name, product(output)]),
    ),
    examples: showExamples(network, rule, split, source.shape),
    raster: drawRaster(network, rule, split, source.shape),
  };
}

function watch(
  network: Network,
  rule: LearningRule,
  source: BatchSource,
  step: number,
  T: number,
  onStep: (step: TimeStep) => void,
): void {
  tf.tidy(() => {
    const { images } = toTensors(source.batch(1, step), source.shape, countClasses(network));
    rule.outputs(network, "snn", images, { T, onStep });
  });
}

function showExamples(
  network: Network,
  rule: LearningRule,
  split: Split,
  shape: BatchSource["shape"],
): Example[] {
  const shown = Math.min(EXAMPLES, split.count);
  const classes = countClasses(network);
  let counts: number[] = [];
  watch(network, rule, orderedBatches(split, shape, shown), 0, rule.T as number, ({ t, counts: now }) => {
    if (t === rule.T) counts = Array.from(now.dataSync());
  });
  return Array.from({ length: shown }, (_, index) => ({
    index,
    label: split.labels[index] as number,
    counts: counts.slice(index * classes, (index + 1) * classes),
    pixels: Buffer.from(split.images.subarray(index * product(shape), (index + 1) * product(shape))).toString(
      "base64",
    ),
  }));
}

function drawRaster(network: Network, rule: LearningRule, split: Split, shape: BatchSource["shape"]): Raster {
  const T = rule.T as number;
  const layers = neuronLayers(network.spec).map(({ name, output }) => {
    const neurons = spread(product(output), RASTER_NEURONS);
    return { name, neurons, spikes: neurons.map(() => "") };
  });
  watch(network, rule, orderedBatches(split, shape, 1), 0, T, ({ spikes }) => {
    for (const layer of layers) {
      const fired = spikes.get(layer.name)?.dataSync() as Float32Array;
      layer.spikes = layer.neurons.map((neuron, row) =>
        layer.spikes[row] + (fired[neuron] === 1 ? "1" : "0")
      );
    }
  });
  return { index: 0, label: split.labels[0] as number, T, layers };
}

/** At most `shown` of `count` indices, evenly spread. */
function spread(count: number, shown: number): number[] {
  if (count <= shown) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: shown }, (_, index) => Math.floor((index + 0.5) * count / shown));
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, axis) => result * axis, 1);
}
