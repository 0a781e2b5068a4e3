import { Buffer } from "node:buffer";
import type { BatchSource, HostBatch } from "../../data/batches.ts";
import type { Split } from "../../data/dataset.ts";
import type { Between } from "../../learning/evaluate.ts";
import type { Reader, SpikingLife } from "../../learning/rule.ts";
import { toTensors } from "../../learning/tensors.ts";
import type { Model } from "../../models/model.ts";
import type { Network } from "../../models/parameters.ts";
import { tf } from "../../ops/tensorflow.ts";
import { activationDensity } from "../../spiking/activation_density.ts";
import type { Simulate } from "../../spiking/activations_and_rates.ts";
import { compareLives, spread } from "../../spiking/life_agreement.ts";
import { countsWithMembranesOverTime } from "../../spiking/output_membranes.ts";
import { RateCounter } from "../../spiking/rates.ts";
import { ShareCounter } from "../../spiking/readout.ts";
import type { Simulation } from "../../spiking/simulation.ts";
import { COMPARED_NEURONS, COMPARED_STEPS, EXAMPLES } from "./examples.ts";
import type { Example, Raster, SpikingReport, TimeStepScore } from "../record.ts";

const RASTER_NEURONS = 40;
/** A raster of more steps cannot be read. */
const RASTER_STEPS = 32;
/** Digits of mean spikes. */
const DIGITS = 3;

/** The images that a report is made on. */
export interface ReportOptions {
  split: Split;
  /** The split's images in order, as the network sees them. */
  source: BatchSource;
}

/** What is seen of every image's simulation, whoever simulates it. */
export class SpikingWatch {
  readonly #counters: ShareCounter[];
  readonly #held: ShareCounter[];
  readonly #rates = new RateCounter();
  readonly #spikes = new SpikeCounter();
  readonly #T: number;
  #neurons: ReadonlyMap<string, number> = new Map();
  /** What `simulate` is to be told. */
  readonly options: { T: number; membranes: true; onPooled: (layer: string, totals: number[]) => void };

  /** Watches `timeSteps` steps; firing rates are those of the first `T`. */
  constructor(timeSteps: number, T: number) {
    const counters = (what: string) => Array.from({ length: timeSteps }, () => new ShareCounter(what));
    this.#counters = counters("SNN's output");
    this.#held = counters("SNN's output with membranes");
    this.#T = T;
    const onPooled = (layer: string, totals: number[]) => this.#spikes.add(layer, totals);
    this.options = { T: timeSteps, membranes: true, onPooled };
  }

  /** Takes in the simulation of a batch. */
  see(simulation: Simulation, { labels, size }: HostBatch): void {
    this.#rates.add(simulation, this.#T);
    simulation.totals.forEach((totals, layer) => this.#spikes.add(layer, totals));
    this.#spikes.simulated(size);
    this.#neurons = simulation.neurons;
    tf.tidy(() => {
      addSteps(this.#counters, tf.cumsum(simulation.outputs, 0), labels);
      const held = countsWithMembranesOverTime(simulation);
      if (held !== undefined) addSteps(this.#held, held, labels);
    });
  }

  #withMembrane(index: number): Pick<TimeStepScore, "withMembrane"> {
    const counter = this.#held[index];
    return counter === undefined || counter.images === 0 ? {} : { withMembrane: counter.shares().argmax };
  }

  /** The score after every step. */
  overTime(): TimeStepScore[] {
    return this.#counters.map((counter, index) => ({
      t: index + 1,
      ...counter.shares(),
      ...this.#withMembrane(index),
    }));
  }

  /** What was seen, of `images` images. */
  found(images: number) {
    return {
      overTime: this.overTime(),
      forwardPasses: this.#spikes.images / images,
      spikesPerStep: this.#spikes.means(),
      rates: this.#rates.rates(),
      neurons: Object.fromEntries(this.#neurons),
    };
  }
}

/** Reads outputs [T, N, classes] step by step. */
function addSteps(counters: readonly ShareCounter[], outputs: tf.Tensor, labels: ArrayLike<number>): void {
  const values = outputs.dataSync() as Float32Array;
  const step = values.length / counters.length;
  counters.forEach((counter, t) => counter.add(values.subarray(t * step, (t + 1) * step), labels));
}

/** A report on the trained SNN; `watch` has seen the simulations of all evaluation images, `choosing` those of held-out ones. */
export function spikingReport(
  model: Model,
  { spiking, lives }: Pick<Reader<Model>, "spiking" | "lives">,
  { split, source }: ReportOptions,
  watch: SpikingWatch,
  choosing?: SpikingWatch,
): SpikingReport {
  if (spiking === undefined) throw new Error("There is no spiking life to report on.");
  return {
    ...watch.found(split.count),
    ...(choosing === undefined ? {} : { heldOutOverTime: choosing.overTime() }),
    examples: showExamples(model, spiking, split, source),
    raster: drawRaster(model, spiking, split, source),
    ...(lives.includes("ann")
      ? {
        agreement: compare(model as Network, spiking, source),
        density: measureDensity(model as Network, source),
      }
      : {}),
  };
}

/** Simulates the trained SNN once over `timeSteps` on all evaluation images, under a watch. */
export async function watchAll(
  model: Model,
  spiking: SpikingLife<Model>,
  source: BatchSource,
  timeSteps: number,
  between: Between,
): Promise<SpikingWatch> {
  const watch = new SpikingWatch(timeSteps, spiking.T);
  for (let step = 0; step < source.steps; step++) {
    const host = source.batch(1, step);
    tf.tidy(() => {
      const { images } = toTensors(host, source.shape, model.classes);
      watch.see(spiking.simulate(model, images, watch.options), host);
    });
    await between(step + 1, source.steps);
  }
  return watch;
}

/** Adds up spikes of layers and behind pooling layers, step by step. */
class SpikeCounter {
  readonly #sums = new Map<string, number[]>();
  images = 0;

  add(layer: string, totals: readonly number[]): void {
    const sums = this.#sums.get(layer) ?? totals.map(() => 0);
    this.#sums.set(layer, sums.map((sum, t) => sum + (totals[t] as number)));
  }

  simulated(images: number): void {
    this.images += images;
  }

  /** Mean spikes of an image at each step, by layer. */
  means(): Record<string, number[]> {
    const mean = (sum: number) => Number((sum / this.images).toFixed(DIGITS));
    return Object.fromEntries([...this.#sums].map(([layer, sums]) => [layer, sums.map(mean)]));
  }
}

/** Both lives of the first images over the trained time steps. */
function compare(network: Network, spiking: SpikingLife<Model>, source: BatchSource) {
  const images = tf.tidy(() => firstImages(source, EXAMPLES, network.classes));
  const T = Math.min(spiking.T, COMPARED_STEPS);
  const simulate: Simulate = (some, onSpikes) => spiking.simulate(network, some, { T, onSpikes });
  const agreement = compareLives(network, simulate, images, COMPARED_NEURONS);
  images.dispose();
  return agreement;
}

/** How dense the ANN's activations are on the first batch of images. */
function measureDensity(network: Network, source: BatchSource): Record<string, number> {
  return tf.tidy(() => {
    const { images } = toTensors(source.batch(1, 0), source.shape, network.classes);
    return activationDensity(network, images);
  });
}

/** The first `count` images as a tensor; at most a batch. */
function firstImages(source: BatchSource, count: number, classes: number): tf.Tensor4D {
  const { images } = toTensors(source.batch(1, 0), source.shape, classes);
  return tf.slice(images, 0, count);
}

function showExamples(
  model: Model,
  spiking: SpikingLife<Model>,
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

function drawRaster(
  model: Model,
  spiking: SpikingLife<Model>,
  split: Split,
  source: BatchSource,
): Raster {
  const layers: Raster["layers"] = [];
  const T = Math.min(spiking.T, RASTER_STEPS);
  tf.tidy(() => {
    spiking.simulate(model, firstImages(source, 1, model.classes), {
      T,
      onSpikes(name, spikes) {
        const fired = spikes.dataSync();
        const size = fired.length / T;
        const neurons = spread(size, RASTER_NEURONS);
        const train = (neuron: number) =>
          Array.from({ length: T }, (_, t) => fired[t * size + neuron]).join("");
        layers.push({ name, neurons, spikes: neurons.map(train) });
      },
    });
  });
  return { index: 0, label: split.labels[0] as number, T, layers };
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, axis) => result * axis, 1);
}
