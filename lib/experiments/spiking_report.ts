import { Buffer } from "node:buffer";
import type { BatchSource } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import { type Between } from "../learning/evaluate.ts";
import type { SpikingLife } from "../learning/rule.ts";
import { toTensors } from "../learning/tensors.ts";
import type { Model } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import { RateCounter } from "../spiking/rates.ts";
import { ShareCounter } from "../spiking/readout.ts";
import type { Example, Raster, SpikingReport } from "./record.ts";

const EXAMPLES = 16;
const RASTER_NEURONS = 40;

/** The images that a report is made on, and how long they are simulated. */
export interface ReportOptions {
  split: Split;
  /** The split's images in order, as the network sees them. */
  source: BatchSource;
  timeSteps: number;
}

/** Simulates the trained SNN once over `timeSteps` on all evaluation images and reads it out after every step. */
export async function spikingReport<ModelType extends Model>(
  model: ModelType,
  spiking: SpikingLife<ModelType>,
  { split, source, timeSteps }: ReportOptions,
  between: Between,
): Promise<SpikingReport> {
  const counters = Array.from({ length: timeSteps }, () => new ShareCounter());
  const rates = new RateCounter();
  let neurons: ReadonlyMap<string, number> = new Map();
  for (let step = 0; step < source.steps; step++) {
    const host = source.batch(1, step);
    tf.tidy(() => {
      const { images } = toTensors(host, source.shape, model.classes);
      const simulation = spiking.simulate(model, images, { T: counters.length });
      rates.add(simulation, spiking.T);
      neurons = simulation.neurons;
      const counts = tf.cumsum(simulation.outputs, 0).dataSync() as Float32Array;
      const size = counts.length / counters.length;
      counters.forEach((counter, t) => counter.add(counts.subarray(t * size, (t + 1) * size), host.labels));
    });
    await between(step + 1, source.steps);
  }
  return {
    overTime: counters.map((counter, index) => ({ t: index + 1, ...counter.shares() })),
    rates: rates.rates(),
    neurons: Object.fromEntries(neurons),
    examples: showExamples(model, spiking, split, source),
    raster: drawRaster(model, spiking, split, source),
  };
}

/** The first `count` images as a tensor; at most a batch. */
function firstImages(source: BatchSource, count: number, classes: number): tf.Tensor4D {
  const { images } = toTensors(source.batch(1, 0), source.shape, classes);
  return tf.slice(images, 0, count);
}

function showExamples<ModelType extends Model>(
  model: ModelType,
  spiking: SpikingLife<ModelType>,
  split: Split,
  source: BatchSource,
): Example[] {
  const pixels = product(source.shape);
  const shown = Math.min(EXAMPLES, split.count);
  const classes = model.classes;
  const counts = tf.tidy(() =>
    Array.from(spiking.simulate(model, firstImages(source, shown, classes)).counts.dataSync())
  );
  return Array.from({ length: shown }, (_, index) => ({
    index,
    label: split.labels[index] as number,
    counts: counts.slice(index * classes, (index + 1) * classes),
    pixels: Buffer.from(split.images.subarray(index * pixels, (index + 1) * pixels)).toString("base64"),
  }));
}

function drawRaster<ModelType extends Model>(
  model: ModelType,
  spiking: SpikingLife<ModelType>,
  split: Split,
  source: BatchSource,
): Raster {
  const layers: Raster["layers"] = [];
  tf.tidy(() => {
    spiking.simulate(model, firstImages(source, 1, model.classes), {
      onSpikes(name, spikes) {
        const fired = spikes.dataSync();
        const size = fired.length / spiking.T;
        const neurons = spread(size, RASTER_NEURONS);
        const train = (neuron: number) =>
          Array.from({ length: spiking.T }, (_, t) => fired[t * size + neuron]).join("");
        layers.push({ name, neurons, spikes: neurons.map(train) });
      },
    });
  });
  return { index: 0, label: split.labels[0] as number, T: spiking.T, layers };
}

/** At most `shown` of `count` indices, evenly spread. */
function spread(count: number, shown: number): number[] {
  if (count <= shown) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: shown }, (_, index) => Math.floor((index + 0.5) * count / shown));
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, axis) => result * axis, 1);
}
