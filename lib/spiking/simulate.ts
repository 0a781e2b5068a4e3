import { countClasses, type Network } from "../models/parameters.ts";
import { type NormMode, type WeightedInput, weightedInput } from "../models/weighted_input.ts";
import { tf } from "../ops/tensorflow.ts";
import { type IfNeuron, stepIf } from "./neuron.ts";

/** What happened in one time step; the tensors live until the callback returns. */
export interface TimeStep {
  /** From 1 to T. */
  t: number;
  /** Spikes of every neuron layer by name, before pooling. */
  spikes: ReadonlyMap<string, tf.Tensor>;
  /** Spike count per class so far, [N, classes]. */
  counts: tf.Tensor2D;
}

export interface SimulationOptions {
  T: number;
  neuron: IfNeuron;
  /** Batch statistics (moved once by the first layer, T times by later ones) or frozen ones. */
  mode: NormMode;
  onStep?: (step: TimeStep) => void;
}

/**
 * The spiking life: IF neurons after every layer, the output layer included. The image is the same at every step, so
 * the first layer's weighted input is computed once. Memory does not depend on T. Not differentiable.
 * Images [N, H, W, C] in [0, 1] -> spike counts after T steps, [N, classes].
 */
export function simulate(network: Network, images: tf.Tensor4D, options: SimulationOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const weighted = weightedInput(network, "snn", options.mode);
    const [first] = network.layers;
    if (first === undefined || first.type === "maxpool") {
      throw new Error("The first layer must be conv or linear.");
    }
    const constant = weighted(first, images);
    let state: State = { membranes: new Map(), counts: tf.zeros([images.shape[0], countClasses(network)]) };
    for (let t = 1; t <= options.T; t++) {
      const next = advance(network, weighted, constant, state, options, t);
      tf.dispose([...state.membranes.values(), state.counts]);
      state = next;
    }
    return state.counts;
  });
}

interface State {
  membranes: Map<string, tf.Tensor>;
  counts: tf.Tensor2D;
}

function advance(
  network: Network,
  weighted: WeightedInput,
  constant: tf.Tensor,
  state: State,
  { neuron, onStep }: SimulationOptions,
  t: number,
): State {
  const membranes = new Map<string, tf.Tensor>();
  const kept = tf.tidy(() => {
    const spikes = new Map<string, tf.Tensor>();
    let x: tf.Tensor = constant;
    network.layers.forEach((layer, index) => {
      if (layer.type === "maxpool") {
        x = tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid");
        return;
      }
      const current = index === 0 ? constant : weighted(layer, x);
      const membrane = state.membranes.get(layer.name) ?? tf.fill(current.shape, neuron.initialMembrane);
      const fired = stepIf(current, membrane, neuron);
      membranes.set(layer.name, fired.membrane);
      spikes.set(layer.name, fired.spikes);
      x = fired.spikes;
    });
    const counts = tf.add(state.counts, x) as tf.Tensor2D;
    onStep?.({ t, spikes, counts });
    return [...membranes.values(), counts];
  });
  return { membranes, counts: kept.at(-1) as tf.Tensor2D };
}
