import { runKernel, usesNativeKernels } from "./kernels.ts";
import { node } from "./node.ts";
import { execute, tf } from "./tensorflow.ts";

/** Added to the variance, as in PyTorch. */
export const NORM_EPSILON = 1e-5;
/** Share of the newest batch in the running statistics, as in PyTorch. */
export const NORM_MOMENTUM = 0.1;

/** Scale and shift that a batch norm learns; shape [C]. */
export interface NormParameters {
  gamma: tf.Tensor1D;
  beta: tf.Tensor1D;
}

/** Running mean and (unbiased) variance of a batch norm; shape [C]. */
export interface NormStatistics {
  mean: tf.Variable<tf.Rank.R1>;
  variance: tf.Variable<tf.Rank.R1>;
}

/** A batch norm: what it learns and its running statistics. */
export interface Norm extends NormParameters, NormStatistics {}

/** Whether batch norm uses (and moves) the batch's statistics or the frozen running ones. */
export type NormMode = "train" | "frozen";

const FLOAT_TYPES = ["T", "U"];
const TRAINING = { epsilon: NORM_EPSILON, data_format: "NHWC", is_training: true };

/**
 * Batch norm of x [N, H, W, C] or [N, C] by the batch's own mean and biased variance; the gradient goes through both.
 * Moves the running statistics, where they are given: r = 0.9 r + 0.1 batch, the batch's variance being the unbiased one.
 */
export function batchNormTrain<T extends tf.Tensor>(
  x: T,
  norm: NormParameters,
  statistics?: NormStatistics,
): T {
  if (x.rank === 4) return normaliseImages(x as tf.Tensor as tf.Tensor4D, norm, statistics) as tf.Tensor as T;
  const [N, C] = x.shape as [number, number];
  return tf.reshape(normaliseImages(tf.reshape(x, [N, 1, 1, C]), norm, statistics), [N, C]) as tf.Tensor as T;
}

function normaliseImages(
  x: tf.Tensor4D,
  norm: NormParameters,
  statistics: NormStatistics | undefined,
): tf.Tensor4D {
  return node([x, norm.gamma, norm.beta], {
    forward(x, gamma, beta) {
      const unused = tf.tensor1d([]);
      const [value, mean, variance, ...reserved] = execute(
        "FusedBatchNormV3",
        [x, gamma, beta, unused, unused],
        6,
        TRAINING,
        FLOAT_TYPES,
      ) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, ...tf.Tensor[]];
      if (statistics !== undefined) moveStatistics(statistics, mean, variance);
      return { value, kept: [x, gamma, ...reserved] };
    },
    backward: (dy, kept: tf.Tensor[]) =>
      execute("FusedBatchNormGradV3", [dy, ...kept], 5, TRAINING, FLOAT_TYPES).slice(0, 3),
  });
}

/** Moves the running statistics towards a batch's mean and unbiased variance, by a share of the way. */
export function moveStatistics(
  statistics: NormStatistics,
  mean: tf.Tensor,
  variance: tf.Tensor,
  momentum: number = NORM_MOMENTUM,
): void {
  move(statistics.mean, mean, momentum);
  move(statistics.variance, variance, momentum);
}

/**
 * The same once for every step in turn; mean and variance (biased, over `rows` rows) are [T, C]. On the host, which takes a
 * hundredth of the time of as many operations on a few numbers, and has their bits.
 */
export function moveStatisticsOverTime(
  statistics: NormStatistics,
  { mean, variance }: { mean: tf.Tensor2D; variance: tf.Tensor2D },
  rows: number,
): void {
  const unbiased = Math.fround(rows / Math.max(rows - 1, 1));
  const variances = Float32Array.from(variance.dataSync(), (value) => value * unbiased);
  moveOverTime(statistics.mean, mean.dataSync() as Float32Array);
  moveOverTime(statistics.variance, variances);
}

function moveOverTime(running: tf.Variable, steps: Float32Array): void {
  const values = Float32Array.from(running.dataSync());
  const [share, rest] = [Math.fround(NORM_MOMENTUM), Math.fround(1 - NORM_MOMENTUM)];
  steps.forEach((batch, index) => {
    const channel = index % values.length;
    values[channel] = normalOrZero((values[channel] as number) * rest) + normalOrZero(batch * share);
  });
  tf.tidy(() => running.assign(tf.tensor(values, running.shape)));
}

const SMALLEST_NORMAL = 2 ** -126;

/** A float32, or zero where it would be a denormal: TensorFlow takes those as zero. */
function normalOrZero(value: number): number {
  return Math.abs(value) < SMALLEST_NORMAL ? 0 : Math.fround(value);
}

function move(running: tf.Variable, batch: tf.Tensor, momentum: number): void {
  tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))));
}

/** Mean and biased variance of every channel of x [..., C]; not differentiable. */
export function batchMoments(x: tf.Tensor): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  if (usesNativeKernels()) {
    const [mean, variance] = runKernel("NormMoments", [x], 2) as [tf.Tensor1D, tf.Tensor1D];
    return { mean, variance };
  }
  const { mean, variance } = tf.moments(x, x.shape.slice(0, -1).map((_, axis) => axis));
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/** The map x -> x * scale + shift that a batch norm with frozen statistics is; both [C], differentiable. */
export function frozenNorm(
  norm: NormParameters,
  statistics: { mean: tf.Tensor1D; variance: tf.Tensor1D },
): { scale: tf.Tensor1D; shift: tf.Tensor1D } {
  const scale = tf.mul(norm.gamma, tf.rsqrt(tf.add(statistics.variance, NORM_EPSILON))) as tf.Tensor1D;
  return { scale, shift: tf.sub(norm.beta, tf.mul(statistics.mean, scale)) as tf.Tensor1D };
}

/** Batch norm of x [..., C] by frozen statistics. */
export function batchNormFrozen<T extends tf.Tensor>(
  x: T,
  norm: NormParameters,
  statistics: NormStatistics,
): T {
  const { scale, shift } = frozenNorm(norm, statistics);
  return tf.add(tf.mul(x, scale), shift) as T;
}

/** What a batch norm learns, and its running statistics: where there are none, none move. */
export type NormOfBatch = NormParameters & Partial<NormStatistics>;

/** The running statistics of a norm, or undefined where it has none. */
export function statisticsOf({ mean, variance }: NormOfBatch): NormStatistics | undefined {
  return mean === undefined || variance === undefined ? undefined : { mean, variance };
}

/** The same of a norm in mode "frozen", which has some. */
export function frozenStatistics(norm: NormOfBatch): NormStatistics {
  const statistics = statisticsOf(norm);
  if (statistics === undefined) throw new Error("A frozen norm has running statistics.");
  return statistics;
}

/** Batch norm of x [N, H, W, C]. */
export function batchNorm(x: tf.Tensor4D, norm: NormOfBatch, mode: NormMode): tf.Tensor4D {
  if (mode === "train") return batchNormTrain(x, norm, statisticsOf(norm));
  return batchNormFrozen(x, norm, frozenStatistics(norm));
}
