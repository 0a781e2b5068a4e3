import type { IfNeuron } from "../ops/if_neuron.ts";
import { tf } from "../ops/tensorflow.ts";
import type { Simulation } from "./simulation.ts";

/**
 * What few neurons hold after every step, in thresholds, from their currents: [T, ...], or constant ones [1, ...] ->
 * membranes after the reset [T, ...]. On the host, neuron by neuron: for the ten of an output layer operations of
 * TensorFlow would take longer. Their spikes are those of `stepIf`, bit for bit.
 */
export function membranesOverTime(currents: tf.Tensor, T: number, neuron: IfNeuron): tf.Tensor {
  const values = currents.dataSync();
  const neurons = currents.size / (currents.shape[0] as number);
  const constant = currents.shape[0] === 1;
  const threshold = Math.fround(neuron.threshold);
  const membranes = new Float32Array(T * neurons);
  for (let index = 0; index < neurons; index++) {
    let membrane = Math.fround(neuron.initialMembrane);
    for (let t = 0; t < T; t++) {
      membrane = Math.fround(membrane + (values[constant ? index : t * neurons + index] as number));
      if (membrane >= threshold) membrane = neuron.reset === "hard" ? 0 : Math.fround(membrane - threshold);
      membranes[t * neurons + index] = membrane / threshold;
    }
  }
  return tf.tensor(membranes, [T, ...currents.shape.slice(1)]);
}

/**
 * Spike counts after T steps plus what the neurons hold, in thresholds, [N, classes]: a tie of counts is broken by who is nearest
 * to the next spike. Nothing where the output has no neurons, or their membranes were not asked for.
 */
export function countsWithMembranes({ counts, membranes }: Simulation): tf.Tensor2D | undefined {
  return membranes && tf.add(counts, tf.gather(membranes, membranes.shape[0] - 1)) as tf.Tensor2D;
}

/** The same after every step, [T, N, classes]. */
export function countsWithMembranesOverTime({ outputs, membranes }: Simulation): tf.Tensor3D | undefined {
  return membranes && tf.add(tf.cumsum(outputs, 0), membranes) as tf.Tensor3D;
}
