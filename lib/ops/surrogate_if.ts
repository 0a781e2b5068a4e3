import { fireCharged, type IfNeuron, neuronAttributes } from "./if_neuron.ts";
import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import { integer, tf } from "./tensorflow.ts";

/** IF neurons that can be learned through: where their spikes have no derivative, a surrogate stands in. */
export interface SurrogateNeuron {
  neuron: IfNeuron;
  /** Steepness of the surrogate derivative. */
  alpha: number;
  /** Whether gradients stop at the reset, or go through the spike that resets. */
  detachReset: boolean;
}

/**
 * T steps of IF neurons, differentiable: back-propagation through time with the ATan surrogate derivative.
 * Currents [T, ...], or constant ones [1, ...] whose gradient is the sum over T -> spikes [T, ...].
 * Source: Fang et al., arXiv 2007.05785; SpikingJelly's `surrogate.ATan`.
 */
export function surrogateIf(currents: tf.Tensor, T: number, surrogate: SurrogateNeuron): tf.Tensor {
  return usesNativeKernels()
    ? surrogateIfNative(currents, T, surrogate)
    : surrogateIfReference(currents, T, surrogate);
}

/** The same in one native pass each way, keeping the currents alone. */
export function surrogateIfNative(currents: tf.Tensor, T: number, surrogate: SurrogateNeuron): tf.Tensor {
  return node([currents], {
    forward(currents) {
      const attributes = { T: integer(T), ...neuronAttributes(surrogate.neuron) };
      return { value: runKernel("SurrogateIf", [currents], 1, attributes)[0] as tf.Tensor, kept: [currents] };
    },
    backward(dSpikes, [currents]: [tf.Tensor]) {
      const [gradient, sums] = surrogateIfGradients(dSpikes, currents, surrogate);
      sums.dispose();
      return [gradient];
    },
  });
}

/**
 * Gradient of the currents [T, ..., C], or constant ones [1, ..., C], from that of the spikes [T, ..., C], and its sum over all
 * axes but the last; by the native kernel.
 */
export function surrogateIfGradients(
  dSpikes: tf.Tensor,
  currents: tf.Tensor,
  { neuron, alpha, detachReset }: SurrogateNeuron,
): [dCurrents: tf.Tensor, dBias: tf.Tensor1D] {
  const attributes = { alpha, detach_reset: detachReset, ...neuronAttributes(neuron) };
  return runKernel("SurrogateIfGradient", [dSpikes, currents], 2, attributes) as [tf.Tensor, tf.Tensor1D];
}

/** The same in TensorFlow.js. */
export function surrogateIfReference(currents: tf.Tensor, T: number, surrogate: SurrogateNeuron): tf.Tensor {
  const constant = currents.shape[0] === 1 && T > 1;
  return node([currents], {
    forward(currents) {
      const { spikes, charged } = fireOverTimeReference(currents, T, surrogate.neuron);
      return { value: spikes, kept: [charged] };
    },
    backward(dSpikes, [charged]: [tf.Tensor]) {
      const gradient = backThroughTime(dSpikes, charged, surrogate);
      return [constant ? tf.sum(gradient, 0, true) : gradient];
    },
  });
}

/** T steps of IF neurons in TensorFlow.js operations: spikes, and membranes before the reset; both [T, ...]. */
export function fireOverTimeReference(
  currents: tf.Tensor,
  T: number,
  neuron: IfNeuron,
): { spikes: tf.Tensor; charged: tf.Tensor } {
  return tf.tidy(() => {
    let membrane: tf.Tensor = tf.fill(currents.shape.slice(1), neuron.initialMembrane);
    const charged: tf.Tensor[] = [];
    const spikes: tf.Tensor[] = [];
    for (let t = 0; t < T; t++) {
      const before = membrane;
      const state = tf.tidy(() => {
        const h = tf.add(before, stepOf(currents, t));
        return { charged: h, ...fireCharged(h, neuron) };
      });
      before.dispose();
      membrane = state.membrane;
      charged.push(state.charged);
      spikes.push(state.spikes);
    }
    return { spikes: tf.stack(spikes), charged: tf.stack(charged) };
  });
}

/** Step t of [T, ...]; of [1, ...] always the same. */
function stepOf(series: tf.Tensor, t: number): tf.Tensor {
  return tf.squeeze(tf.slice(series, [series.shape[0] === 1 ? 0 : t], [1]), [0]);
}

/**
 * dL/dcurrents out of dL/dspikes and the charged membranes h, from the last step to the first:
 * dL/dh[t] = dL/ds[t] f(h[t] - threshold) + dL/dv[t] dv/dh[t]; dL/dI[t] = dL/dv[t - 1] = dL/dh[t]. All [T, ...].
 */
function backThroughTime(dSpikes: tf.Tensor, charged: tf.Tensor, surrogate: SurrogateNeuron): tf.Tensor {
  return tf.tidy(() => {
    const gradients: tf.Tensor[] = [];
    let dMembrane: tf.Tensor = tf.zeros(dSpikes.shape.slice(1));
    for (let t = dSpikes.shape[0] as number - 1; t >= 0; t--) {
      const later = dMembrane;
      dMembrane = tf.tidy(() => {
        const h = stepOf(charged, t);
        const slope = atanSlope(tf.sub(h, surrogate.neuron.threshold), surrogate.alpha);
        const throughSpike = tf.mul(stepOf(dSpikes, t), slope);
        return tf.add(throughSpike, tf.mul(later, resetSlope(h, slope, surrogate)));
      });
      gradients.unshift(dMembrane);
    }
    return tf.stack(gradients);
  });
}

/** f(x) = (alpha / 2) / (1 + (pi / 2 alpha x)^2), the derivative of atan(pi / 2 alpha x) / pi. */
function atanSlope(x: tf.Tensor, alpha: number): tf.Tensor {
  return tf.div(alpha / 2, tf.add(1, tf.square(tf.mul(x, Math.PI / 2 * alpha))));
}

/** dv/dh of the reset: v = h (1 - s), or v = h - threshold s; s is a constant where the reset is detached. */
function resetSlope(h: tf.Tensor, slope: tf.Tensor, { neuron, detachReset }: SurrogateNeuron): tf.Tensor {
  const { threshold, reset } = neuron;
  if (reset === "subtract") {
    return detachReset ? tf.onesLike(h) : tf.sub(1, tf.mul(slope, threshold));
  }
  const silent = tf.cast(tf.less(h, threshold), "float32");
  return detachReset ? silent : tf.sub(silent, tf.mul(h, slope));
}
