import { execute, tf } from "../ops/tensorflow.ts";

/** What a membrane becomes after its spike: zero, or itself less the threshold. */
export type Reset = "hard" | "subtract";

/** Constants of an integrate-and-fire neuron without leak. */
export interface IfNeuron {
  /** The membrane potential at or above which the neuron fires. */
  threshold: number;
  reset: Reset;
  /** Membrane potential before the first step. */
  initialMembrane: number;
}

export interface IfState {
  /** 1 where the neuron fired, else 0; the current's shape. */
  spikes: tf.Tensor;
  /** Membrane potential after the reset. */
  membrane: tf.Tensor;
}

/**
 * One time step of integrate-and-fire neurons, elementwise and without state of its own.
 * Source: PL section II; released code (`v += i; spike = v >= theta; v = 0 where spike`).
 */
export function stepIf(current: tf.Tensor, membrane: tf.Tensor, neuron: IfNeuron): IfState {
  const charged = tf.add(membrane, current);
  const fires = tf.greaterEqual(charged, neuron.threshold);
  const spikes = tf.cast(fires, "float32");
  return { spikes, membrane: reset(charged, fires, spikes, neuron) };
}

function reset(charged: tf.Tensor, fires: tf.Tensor, spikes: tf.Tensor, neuron: IfNeuron): tf.Tensor {
  if (neuron.reset === "subtract") return tf.sub(charged, tf.mul(spikes, neuron.threshold));
  return execute("SelectV2", [fires, tf.scalar(0), charged], 1)[0] as tf.Tensor;
}
