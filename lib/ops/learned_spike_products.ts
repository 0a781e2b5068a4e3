import { node } from "./node.ts";
import { convInputGradient } from "./padded_conv.ts";
import { spikeConv, spikeFilterGradient } from "./spike_conv.ts";
import { type PackedSpikes, packSpikes } from "./spikes.ts";
import { spikeLinear } from "./spike_linear.ts";
import { tf } from "./tensorflow.ts";

/**
 * Convolution of spikes that is learned through: by events forward and for the filter; the gradient for the spikes, which
 * is dense, by TensorFlow. Of the spikes, bits are kept. Spikes as floats [N, H, W, C], filter [k, k, C, F], bias [F]
 * -> [N, H, W, F]; stride 1, "same".
 */
export function learnedSpikeConv(spikes: tf.Tensor4D, filter: tf.Tensor4D, bias?: tf.Tensor1D): tf.Tensor4D {
  const shape = spikes.shape;
  return learned<tf.Tensor4D>([spikes, filter, bias], {
    forward: (packed, filter, bias) =>
      tf.squeeze(spikeConv(oneStep(packed), filter as tf.Tensor4D, bias), [0]),
    spikeGradient: (dy, filter) => convInputGradient(dy, filter as tf.Tensor4D, 1, shape),
    weightGradient: (packed, dy, filter) =>
      spikeFilterGradient(oneStep(packed), tf.expandDims(dy) as tf.Tensor5D, filter as tf.Tensor4D),
  });
}

/** Matrix product of spikes that is learned through, likewise. Spikes [N, C], weights [C, F], bias [F] -> [N, F]. */
export function learnedSpikeLinear(
  spikes: tf.Tensor2D,
  weights: tf.Tensor2D,
  bias?: tf.Tensor1D,
): tf.Tensor2D {
  const [inputs, outputs] = weights.shape;
  return learned<tf.Tensor2D>([spikes, weights, bias], {
    forward: (packed, weights, bias) =>
      tf.squeeze(spikeLinear(oneStep(packed), weights as tf.Tensor2D, bias), [0]),
    spikeGradient: (dy, weights) => tf.matMul(dy, weights as tf.Tensor2D, false, true),
    weightGradient({ bits, channels }, dy) {
      const [N, words] = bits.shape as [number, number];
      const pixels = { bits: tf.reshape(bits, [1, N, 1, 1, words]), channels };
      const filter = tf.reshape(weights, [1, 1, inputs, outputs]) as tf.Tensor4D;
      const gradient = spikeFilterGradient(pixels, tf.reshape(dy, [1, N, 1, 1, outputs]), filter);
      return tf.reshape(gradient, [inputs, outputs]);
    },
  });
}

interface Product<Currents extends tf.Tensor> {
  forward(packed: PackedSpikes, weights: tf.Tensor, bias: tf.Tensor1D): Currents;
  spikeGradient(dy: Currents, weights: tf.Tensor): tf.Tensor;
  weightGradient(packed: PackedSpikes, dy: Currents, weights: tf.Tensor): tf.Tensor;
}

/** A product as one node of the tape. */
function learned<Currents extends tf.Tensor>(
  [spikes, weights, bias]: [tf.Tensor, tf.Tensor, tf.Tensor1D | undefined],
  { forward, spikeGradient, weightGradient }: Product<Currents>,
): Currents {
  const outputs = weights.shape.at(-1) as number;
  const channels = spikes.shape.at(-1) as number;
  const inputs: [tf.Tensor, tf.Tensor, ...tf.Tensor1D[]] = [
    spikes,
    weights,
    ...(bias === undefined ? [] : [bias]),
  ];
  return node(inputs, {
    forward(spikes, weights, bias = tf.zeros([outputs])) {
      const packed = packSpikes(spikes);
      return { value: forward(packed, weights, bias), kept: [packed.bits, weights] };
    },
    backward(dy, [bits, weights]: [tf.Tensor, tf.Tensor]) {
      const dSpikes = spikeGradient(dy, weights);
      const dWeights = weightGradient({ bits, channels }, dy, weights);
      const dBias = bias === undefined ? [] : [tf.sum(tf.reshape(dy, [-1, outputs]), 0)];
      return [dSpikes, dWeights, ...dBias];
    },
  });
}

function oneStep({ bits, channels }: PackedSpikes): PackedSpikes {
  return { bits: tf.expandDims(bits), channels };
}
