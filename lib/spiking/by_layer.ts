import { neuronLayers, type WeightedLayer } from "../models/network.ts";
import { type Network, normParameters, normStatistics } from "../models/parameters.ts";
import { firstLayer, walk } from "../models/walk.ts";
import { foldedWeights, FORWARD, weightedInput, type Weights, weightsOf } from "../models/weighted_input.ts";
import { batchNormTrain, moveStatisticsOverTime } from "../ops/batch_norm.ts";
import { gatedPool } from "../ops/gated_pool.ts";
import { fireOverTime, type IfNeuron } from "../ops/if_neuron.ts";
import { spikeConvFire, spikeConvNormFire } from "../ops/spike_conv.ts";
import { spikeLinear, spikeLinearFire } from "../ops/spike_linear.ts";
import { spikeDepthwise, spikeDepthwiseFire } from "../ops/spike_depthwise.ts";
import {
  countSpikes,
  filterOfTrains,
  type Fired,
  joinSpikes,
  type PackedSpikes,
  poolSpikes,
  unpackSpikes,
} from "../ops/spikes.ts";
import { tf } from "../ops/tensorflow.ts";
import { membranesOverTime } from "./output_membranes.ts";
import type { Outputs, SimulationOptions } from "./simulation.ts";

/** Image-steps simulated at once: enough to share weights over, and it bounds the memory of spikes whatever T is. */
const IMAGE_STEPS = 1536;

/**
 * Simulates layer after layer, each over all T steps in one native pass; equal to step after step because a layer's
 * spikes depend on earlier layers only. With frozen norm statistics a few images at a time where T is large; batch statistics
 * are those of all images.
 */
export function simulateByLayer(network: Network, images: tf.Tensor4D, options: SimulationOptions): Outputs {
  const { mode } = options;
  const folded = foldedWeights(network, "snn", mode, options.biasSteps);
  const constant = weightedInput(network, "snn", mode, FORWARD, folded)(firstLayer(network), images); // [N, ..., F]
  const size = mode === "train" ? images.shape[0] : Math.max(1, Math.floor(IMAGE_STEPS / options.T));
  const totals = new Map(
    neuronLayers(network.spec).map(({ name }) => [name, new Array<number>(options.T).fill(0)]),
  );
  const pooled = new Map<string, number[]>();
  const seen = new Map<string, tf.Tensor[]>();
  const parts: LastLayer[] = [];
  for (let from = 0; from < images.shape[0]; from += size) {
    const count = Math.min(size, images.shape[0] - from);
    parts.push(tf.tidy(() => {
      const currents = tf.slice(constant, [from], [count]);
      return runLayers(network, folded, currents, options, {
        onFired({ name }, { spikes, totals: fired }) {
          addTo(totals, name, fired);
          if (options.onSpikes === undefined) return;
          const floats = tf.keep(unpackSpikes(spikes));
          seen.set(name, [...seen.get(name) ?? [], floats]);
        },
        onPooled(name, spikes) {
          if (options.onPooled !== undefined) addTo(pooled, name, countSpikes(spikes));
        },
      });
    }));
  }
  for (const [layer, sums] of pooled) options.onPooled?.(layer, sums);
  for (const [layer, floats] of seen) {
    tf.tidy(() => options.onSpikes?.(layer, tf.concat(floats, 1)));
    tf.dispose(floats);
  }
  const membranes = parts.flatMap((part) => part.membranes ?? []);
  return {
    outputs: tf.concat(parts.map(({ outputs }) => outputs), 1) as tf.Tensor3D,
    ...(membranes.length === 0 ? {} : { membranes: tf.concat(membranes, 1) as tf.Tensor3D }),
    totals,
  };
}

function addTo(totals: Map<string, number[]>, layer: string, spikes: ArrayLike<number>): void {
  const sums = totals.get(layer) ?? new Array<number>(spikes.length).fill(0);
  totals.set(layer, sums.map((sum, t) => sum + (spikes[t] as number)));
}

interface Watcher {
  onFired(layer: WeightedLayer, fired: Fired): void;
  onPooled(layer: string, spikes: PackedSpikes): void;
}

/** Spikes of the last layer, and what its neurons hold where it is wanted; both [T, n, classes]. */
interface LastLayer extends tf.TensorContainerObject {
  outputs: tf.Tensor;
  membranes?: tf.Tensor;
}

/** The first layer's constant currents [n, ..., F] -> what the last layer did. */
function runLayers(
  network: Network,
  folded: ReadonlyMap<string, Weights> | undefined,
  constant: tf.Tensor,
  { T, neuron, pooling, membranes: wanted }: SimulationOptions,
  watcher: Watcher,
): LastLayer {
  const last = network.layers.at(-1);
  let membranes: tf.Tensor | undefined;
  const fired = (layer: WeightedLayer, found: Fired, currents: () => tf.Tensor) => {
    watcher.onFired(layer, found);
    if (layer === last && wanted === true) membranes = membranesOverTime(currents(), T, neuron);
    return found.spikes;
  };
  const { spikes } = walk<Passed>(network.layers, {
    first(layer) {
      const currents = tf.expandDims(constant);
      const spikes = fired(layer, fireOverTime(currents, T, neuron), () => currents);
      return { spikes, periodic: firesPeriodically(neuron) };
    },
    pool({ name, size }, { spikes }) {
      const pooled = poolOverTime(spikes, size, pooling);
      watcher.onPooled(name, pooled);
      return { spikes: pooled, periodic: false };
    },
    join: (received, own) => ({ spikes: joinSpikes(received.spikes, own.spikes), periodic: false }),
    weighted(layer, { spikes, periodic }) {
      const weights = folded?.get(layer.name) ?? weightsOf(network, layer);
      const found = folded === undefined && layer.norm
        ? fireNormedLayer(network, layer, weights, spikes, neuron, periodic)
        : fireLayer(layer, weights, spikes, neuron, periodic);
      return { spikes: fired(layer, found, () => linearCurrents(weights, spikes)), periodic: false };
    },
  });
  const outputs = unpackSpikes(spikes);
  return membranes === undefined ? { outputs } : { outputs, membranes };
}

/** What one layer passes to the next; `periodic` as in `spikeConvFire`. */
interface Passed {
  spikes: PackedSpikes;
  periodic: boolean;
}

/** Currents of a linear layer, [T, n, units]. */
function linearCurrents({ kernel, bias }: Weights, spikes: PackedSpikes): tf.Tensor3D {
  return spikeLinear(spikes, kernel as tf.Tensor2D, bias ?? tf.zeros([kernel.shape.at(-1) as number]));
}

function poolOverTime(
  spikes: PackedSpikes,
  size: number,
  pooling: SimulationOptions["pooling"],
): PackedSpikes {
  return pooling === "gated" ? gatedPool(spikes, size).pooled : poolSpikes(spikes, size);
}

/** Under a constant current a membrane that starts at its reset value fires at equal intervals. */
function firesPeriodically({ reset, initialMembrane }: IfNeuron): boolean {
  return reset === "hard" && initialMembrane === 0;
}

/** A layer's weights and neurons over all T steps; `periodic` as in `spikeConvFire`. */
export function fireLayer(
  layer: WeightedLayer,
  { kernel, bias = tf.zeros([kernel.shape.at(-1) as number]) }: Weights,
  spikes: PackedSpikes,
  neuron: IfNeuron,
  periodic: boolean,
): Fired {
  if (layer.type === "linear") return spikeLinearFire(spikes, kernel as tf.Tensor2D, bias, neuron);
  if (layer.type === "depthwise") return spikeDepthwiseFire(spikes, kernel as tf.Tensor4D, bias, neuron);
  const filter = filterOfTrains(kernel as tf.Tensor4D, spikes.channels);
  return spikeConvFire(spikes, filter, bias, neuron, { stride: 1, padding: "same", periodic });
}

/** The same with the batch's own norm statistics at every step, by which the running ones move T times. */
function fireNormedLayer(
  network: Network,
  layer: WeightedLayer,
  weights: Weights,
  spikes: PackedSpikes,
  neuron: IfNeuron,
  periodic: boolean,
): Fired {
  const { kernel, bias = tf.zeros([kernel.shape.at(-1) as number]) } = weights;
  const norm = normParameters(network, `${layer.name}.norm`);
  const statistics = normStatistics(network, "snn", `${layer.name}.norm`);
  if (layer.type !== "conv") {
    const found = layer.type === "linear"
      ? linearCurrents(weights, spikes)
      : spikeDepthwise(unpackSpikes(spikes) as tf.Tensor5D, kernel as tf.Tensor4D, bias);
    const steps = tf.unstack(found) as tf.Tensor2D[];
    const currents = tf.stack(steps.map((step) => batchNormTrain(step, norm, statistics)));
    return fireOverTime(currents, steps.length, neuron);
  }
  const window = { stride: 1, padding: "same", periodic } as const;
  const filter = filterOfTrains(kernel as tf.Tensor4D, spikes.channels);
  const fired = spikeConvNormFire(spikes, filter, bias, norm, neuron, window);
  const [, images, height, width] = spikes.bits.shape as number[];
  moveStatisticsOverTime(statistics, fired, (images as number) * (height as number) * (width as number));
  return fired;
}
