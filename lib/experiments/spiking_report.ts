import { Buffer } from "node:buffer";
import { type BatchSource, orderedBatches } from "../data/batches.ts";
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

/** Simulates the trained SNN once over 2T steps on all evaluation images and reads it out after every step. */
export async function spikingReport<ModelType extends Model>(
  model: ModelType,
  spiking: SpikingLife<ModelType>,
  split: Split,
  source: BatchSource,
  between: Between,
): Promise<SpikingReport> {
  const counters = Array.from({ length: 2 * spiking.T }, () => new ShareCounter());
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
    examples: showExamples(model, spiking, split, source.shape),
    raster: drawRaster(model, spiking, split, source.shape),
  };
}

/** The first `count` images as a tensor. */
function firstImages(split: Split, shape: BatchSource["shape"], count: number, classes: number): tf.Tensor4D {
  return toTensors(orderedBatches(split, shape, count).batch(1, 0), shape, classes).images;
}

function showExamples<ModelType extends Model>(
  model: ModelType,
  spiking: SpikingLife<ModelType>,
  split: Split,
  shape: BatchSource["shape"],
): Example[] {
  const shown = Math.min(EXAMPLES, split.count);
  const classes = model.classes;
  const counts = tf.tidy(() =>
    Array.from(spiking.simulate(model, firstImages(split, shape, shown, classes)).counts.dataSync())
  );
  return Array.from({ length: shown }, (_, index) => ({
    index,
    label: split.labels[index] as number,
    counts: counts.slice(index * classes, (index + 1) * classes),
    pixels: Buffer.from(split.images.subarray(index * product(shape), (index + 1) * product(shape))).toString(
      "base64",
    ),
  }));
}

function drawRaster<ModelType extends Model>(
  model: ModelType,
  spiking: SpikingLife<ModelType>,
  split: Split,
  shape: BatchSource["shape"],
): Raster {
  const layers: Raster["layers"] = [];
  tf.tidy(() => {
    spiking.simulate(model, firstImages(split, shape, 1, model.classes), {
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
