import type { SurrogateNeuron } from "../lib/ops/surrogate_if.ts";
import { tf } from "../lib/ops/tensorflow.ts";

/** One step of IF neurons out of plain operations, to be differentiated by TensorFlow.js itself. */
export function unrolledStep(
  current: tf.Tensor,
  membrane: tf.Tensor,
  surrogate: SurrogateNeuron,
): { spikes: tf.Tensor; membrane: tf.Tensor } {
  const { threshold, reset } = surrogate.neuron;
  const charged = tf.add(membrane, current);
  const spikes = spike(charged, surrogate);
  const resetting = surrogate.detachReset ? detached(spikes) : spikes;
  return {
    spikes,
    membrane: reset === "hard"
      ? tf.mul(charged, tf.sub(1, resetting))
      : tf.sub(charged, tf.mul(resetting, threshold)),
  };
}

/** The step function with the ATan surrogate derivative. */
function spike(charged: tf.Tensor, { neuron, alpha }: SurrogateNeuron): tf.Tensor {
  const fire = tf.customGrad<tf.Tensor>((...inputs) => {
    const [h, save] = inputs as [tf.Tensor, (kept: tf.Tensor[]) => void];
    save([h]);
    return {
      value: tf.cast(tf.greaterEqual(h, neuron.threshold), "float32"),
      gradFunc: (gradient, [saved]) => {
        const x = tf.mul(tf.sub(saved as tf.Tensor, neuron.threshold), Math.PI * alpha / 2);
        return tf.mul(gradient, tf.div(alpha / 2, tf.add(tf.mul(x, x), 1)));
      },
    };
  });
  return fire(charged);
}

function detached(tensor: tf.Tensor): tf.Tensor {
  return tf.tensor(tensor.dataSync(), tensor.shape);
}
