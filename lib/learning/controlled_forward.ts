import { UsageError } from "../errors.ts";
import { checkImages } from "../models/check_images.ts";
import type { WeightedLayer } from "../models/network.ts";
import {
  fanInOf,
  initialWeights,
  type Network,
  normParameters,
  normStatistics,
} from "../models/parameters.ts";
import { hasWeights, noResidual, walk } from "../models/walk.ts";
import { atEveryPosition, type Products, weightedInput } from "../models/weighted_input.ts";
import { frozenNorm, type NormMode } from "../ops/batch_norm.ts";
import { maxPool } from "../ops/max_pool.ts";
import { node } from "../ops/node.ts";
import { convInputGradient, convKernelGradient } from "../ops/padded_conv.ts";
import { randomStream } from "../ops/random.ts";
import { relu } from "../ops/relu.ts";
import { tf } from "../ops/tensorflow.ts";
import { FLOAT_LAYERS } from "../spiking/layer_operations.ts";

/** What of the proxy ANN's way back is another's; each absent where it is the ANN's own. */
export interface ProxyControls {
  /** What a weight's error is multiplied with: the SNN's spikes a step instead of the ANN's activation. */
  activations?: "snn" | undefined;
  /** Where errors pass a neuron: where the SNN's fired instead of where the ANN's is above zero. */
  masks?: "snn" | undefined;
  /** What carries errors down: fixed random weights instead of the ANN's (feedback alignment, Lillicrap et al. 2016). */
  feedback?: "random" | undefined;
}

/** Spikes of every layer, [T, N, ...] before pooling, by its name. */
export type SpikesByLayer = ReadonlyMap<string, tf.Tensor>;

/** On its way a value takes with it what the weights' gradients see, and a layer's random feedback. */
interface Path {
  x: tf.Tensor;
  /** [T, N, ...]; of the image there are none. */
  spikes?: tf.Tensor | undefined;
  seen?: tf.Tensor;
  feedback?: tf.Tensor | undefined;
}

/**
 * The artificial life with parts of its way back exchanged; its values are `annForward`'s. Images [N, H, W, C] -> outputs
 * [N, classes]. `seed` is that of the feedback weights, drawn as the kernels are at their start.
 */
export function controlledForward(
  network: Network,
  images: tf.Tensor4D,
  { mode, spikes, controls, seed }: {
    mode: NormMode;
    spikes: SpikesByLayer;
    controls: ProxyControls;
    seed: number;
  },
): tf.Tensor2D {
  checkImages(network, images);
  const last = network.layers.findLast(hasWeights) as WeightedLayer;
  const weighted = weightedInput<Path>(network, "ann", mode, CONTROLLED);
  const fire = (layer: WeightedLayer, z: tf.Tensor): Path => {
    const fired = spikes.get(layer.name);
    if (layer === last) return { x: z };
    return { x: controls.masks === "snn" ? passFired(z, fired as tf.Tensor) : relu(z), spikes: fired };
  };
  return walk<Path>(network.layers, {
    first: (layer) => fire(layer, weighted(layer, { x: images })),
    pool: ({ size }, path) => ({
      x: maxPool(path.x as tf.Tensor4D, size),
      spikes: path.spikes && FLOAT_LAYERS.pool(path.spikes, size),
    }),
    weighted(layer, { x, spikes: received }) {
      const seen = controls.activations === "snn" ? tf.mean(received as tf.Tensor, 0) : x;
      const feedback = controls.feedback === "random" ? feedbackOf(network, layer, mode, seed) : undefined;
      return fire(layer, weighted(layer, { x, seen, feedback }));
    },
    join: noResidual("Controlling a proxy's way back"),
  }).x as tf.Tensor2D;
}

/** Products whose gradients see what the path says. */
const CONTROLLED: Products<Path> = {
  conv(path, filter, bias) {
    const y = product<tf.Tensor4D>(path, filter, {
      forward: (x, kernel) => tf.conv2d(x, kernel, 1, "same"),
      toInput: (dy, kernel, shape) => convInputGradient(dy, kernel, 1, shape as tf.Tensor4D["shape"]),
      toKernel: (seen, dy) => convKernelGradient(seen, dy, 1, filter),
    });
    return bias === undefined ? y : tf.add(y, bias);
  },
  depthwise: () => {
    throw new UsageError(
      "Controlling a proxy's way back: depthwise layers are not known there; choose a network without them.",
    );
  },
  linear(path, weights, bias) {
    const rows = (x: tf.Tensor) => tf.reshape(x, [x.shape[0] as number, weights.shape[0]]) as tf.Tensor2D;
    const flat = { ...path, x: rows(path.x), ...(path.seen && { seen: rows(path.seen) }) };
    const y = product<tf.Tensor2D>(flat, weights, {
      forward: (x, kernel) => tf.matMul(x, kernel),
      toInput: (dy, kernel) => tf.matMul(dy, kernel, false, true),
      toKernel: (seen, dy) => tf.matMul(seen, dy, true),
    });
    return bias === undefined ? y : tf.add(y, bias);
  },
};

interface ProductSteps<T extends tf.Tensor> {
  forward(x: T, kernel: T): T;
  toInput(dy: T, kernel: T, shape: number[]): tf.Tensor;
  toKernel(seen: T, dy: T): tf.Tensor;
}

/** The product of a path's value with a kernel; an image wants no gradient, and is seen as it is. */
function product<T extends tf.Tensor>({ x, seen, feedback }: Path, kernel: T, steps: ProductSteps<T>): T {
  const { forward, toInput, toKernel } = steps;
  if (seen === undefined) return forward(x as T, kernel);
  return node([x, kernel], {
    forward: (given: tf.Tensor, weights: tf.Tensor) => ({
      value: forward(given as T, weights as T),
      kept: [tf.clone(seen), tf.clone(feedback ?? weights)],
    }),
    backward: (dy: T, [factor, way]: [tf.Tensor, tf.Tensor]) => [
      toInput(dy, way as T, x.shape),
      toKernel(factor as T, dy),
    ],
  });
}

/** ReLU, whose gradient passes where a neuron fired at some step. */
function passFired(z: tf.Tensor, spikes: tf.Tensor): tf.Tensor {
  return node([z], {
    forward: (given: tf.Tensor) => ({ value: tf.relu(given), kept: [tf.max(spikes, 0)] }),
    backward: (dy: tf.Tensor, [fired]: [tf.Tensor]) => [tf.mul(dy, fired)],
  });
}

/** Fixed weights of a layer's shape, uniform in +-1 / sqrt(fan-in); where its norm is folded into its kernel, into them as well. */
function feedbackOf(network: Network, layer: WeightedLayer, mode: NormMode, seed: number): tf.Tensor {
  const weights = initialWeights(layer.kernel, fanInOf(layer), randomStream(seed, "feedback", layer.name));
  if (mode === "train" || !layer.norm) return atEveryPosition(layer, weights);
  const norm = `${layer.name}.norm`;
  const { scale } = frozenNorm(normParameters(network, norm), normStatistics(network, "ann", norm));
  return atEveryPosition(layer, tf.mul(weights, scale));
}
