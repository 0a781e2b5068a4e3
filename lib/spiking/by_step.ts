import type { PoolingLayer, WeightedLayer } from "../models/network.ts";
import type { Network } from "../models/parameters.ts";
import { firstLayer, walk } from "../models/walk.ts";
import { DENSE, foldedWeights, weightedInput } from "../models/weighted_input.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Outputs, SimulationOptions } from "./simulation.ts";
import type { SpikeOperations } from "./spike_operations.ts";

/**
 * Simulates step after step, every layer within a step: the reference of simulating layer by layer.
 * Only membranes, and the counts of gated pooling, live from step to step.
 */
export function simulateByStep<Spikes>(
  network: Network,
  images: tf.Tensor4D,
  options: SimulationOptions,
  operations: SpikeOperations<Spikes>,
): Outputs {
  const first = firstLayer(network);
  const { neuron, mode, onSpikes, onMembranes } = options;
  const folded = foldedWeights(network, "snn", mode, options.biasSteps);
  const constant = weightedInput(network, "snn", mode, DENSE, folded)(first, images);
  const weighted = weightedInput(network, "snn", mode, operations.products, folded);
  const totals = new Map<string, number[]>();
  const pooled = new Map<string, number[]>();
  const seen = new Map<string, tf.Tensor[]>();
  const held = new Map<string, tf.Tensor[]>();
  const outputs: tf.Tensor[] = [];
  const membranes: tf.Tensor[] = [];
  let states = new Map<string, tf.Tensor>();
  for (let t = 1; t <= options.T; t++) {
    const next = new Map<string, tf.Tensor>();
    const pool = ({ name, size }: PoolingLayer, spikes: Spikes) => {
      if (options.pooling !== "gated") return operations.pool(spikes, size);
      const { pooled, counts } = operations.gatedPool(spikes, size, states.get(name));
      next.set(name, counts);
      return pooled;
    };
    const fire = ({ name }: WeightedLayer, current: tf.Tensor) => {
      const membrane = states.get(name) ?? tf.fill(current.shape, neuron.initialMembrane);
      const fired = operations.fire(current, membrane, neuron);
      next.set(name, fired.membrane);
      append(totals, name, fired.total);
      if (onSpikes !== undefined) append(seen, name, tf.keep(tf.clone(operations.floats(fired.spikes))));
      if (onMembranes !== undefined) append(held, name, tf.keep(tf.clone(fired.membrane)));
      return fired.spikes;
    };
    const output = keeping(next, () => {
      const spikes = walk<Spikes>(network.layers, {
        first: (layer) => fire(layer, constant),
        pool(layer, spikes) {
          const left = pool(layer, spikes);
          if (options.onPooled !== undefined) append(pooled, layer.name, operations.count(left));
          return left;
        },
        weighted: (layer, spikes) => fire(layer, weighted(layer, spikes)),
        join: operations.join,
      });
      return operations.floats(spikes);
    });
    tf.dispose([...states.values()]);
    states = next;
    outputs.push(output);
    if (options.membranes === true) {
      membranes.push(tf.div(next.get(network.layers.at(-1)?.name as string) as tf.Tensor, neuron.threshold));
    }
  }
  for (const [layer, sums] of pooled) options.onPooled?.(layer, sums);
  show(seen, onSpikes);
  show(held, onMembranes);
  return {
    outputs: tf.stack(outputs) as tf.Tensor3D,
    ...(membranes.length === 0 ? {} : { membranes: tf.stack(membranes) as tf.Tensor3D }),
    totals,
  };
}

/** Hands over what was kept of every layer, step upon step, and lets it go. */
function show(
  kept: ReadonlyMap<string, tf.Tensor[]>,
  see: (layer: string, steps: tf.Tensor) => void = () => {},
): void {
  for (const [layer, steps] of kept) {
    tf.tidy(() => see(layer, tf.stack(steps)));
    tf.dispose(steps);
  }
}

/** Runs `body` in a tidy of its own that spares what it returns and what it puts into `kept`. */
function keeping(kept: ReadonlyMap<string, tf.Tensor>, body: () => tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const output = body();
    return [output, ...kept.values()];
  })[0] as tf.Tensor;
}

function append<Value>(lists: Map<string, Value[]>, name: string, value: Value): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}
