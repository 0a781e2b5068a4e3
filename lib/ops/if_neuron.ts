import { runKernel } from "./kernels.ts";
import type { Fired, PackedSpikes } from "./spikes.ts";
import { type AttributeValue, execute, integer, tf } from "./tensorflow.ts";

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
  return fireCharged(tf.add(membrane, current), neuron);
}

/** Fires and resets a membrane that has taken its current. */
export function fireCharged(charged: tf.Tensor, neuron: IfNeuron): IfState {
  const fires = tf.greaterEqual(charged, neuron.threshold);
  const spikes = tf.cast(fires, "float32");
  return { spikes, membrane: reset(charged, fires, spikes, neuron) };
}

function reset(charged: tf.Tensor, fires: tf.Tensor, spikes: tf.Tensor, neuron: IfNeuron): tf.Tensor {
  if (neuron.reset === "subtract") return tf.sub(charged, tf.mul(spikes, neuron.threshold));
  return execute("SelectV2", [fires, tf.scalar(0), charged], 1)[0] as tf.Tensor;
}

/** The neuron's constants as attributes of the native kernels. */
export function neuronAttributes(
  { threshold, reset, initialMembrane }: IfNeuron,
): Record<string, AttributeValue> {
  return { threshold, subtract: reset === "subtract", initial_membrane: initialMembrane };
}

/**
 * T steps of IF neurons in one native pass; equals `stepIf` T times, bit for bit.
 * Currents [T, ..., C], or constant ones [1, ..., C] -> spikes [T, ..., C].
 */
export function fireOverTime(currents: tf.Tensor, T: number, neuron: IfNeuron): Fired {
  const [bits, , totals] = integrateFire(currents, tf.tensor1d([]), T, false, neuron);
  return firedOf(bits, totals, currents.shape.at(-1) as number);
}

/** One step of IF neurons in one native pass; equals `stepIf`. Current and membrane [..., C]. */
export function fireOnce(
  current: tf.Tensor,
  membrane: tf.Tensor,
  neuron: IfNeuron,
): { spikes: PackedSpikes; membrane: tf.Tensor; total: number } {
  const [bits, after, totals] = integrateFire(tf.expandDims(current), membrane, 1, true, neuron);
  const { spikes: { channels }, totals: [total] } = firedOf(bits, totals, current.shape.at(-1) as number);
  return { spikes: { bits: tf.squeeze(bits, [0]), channels }, membrane: after, total: total as number };
}

function integrateFire(
  currents: tf.Tensor,
  membrane: tf.Tensor,
  T: number,
  keepMembrane: boolean,
  neuron: IfNeuron,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  return runKernel("IntegrateFire", [currents, membrane], 3, {
    T: integer(T),
    keep_membrane: keepMembrane,
    ...neuronAttributes(neuron),
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
}

/** The outputs of a native kernel with neurons. */
export function firedOf(bits: tf.Tensor, totals: tf.Tensor, channels: number): Fired {
  return { spikes: { bits, channels }, totals: totals.dataSync() as Int32Array };
}
