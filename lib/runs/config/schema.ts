import { z } from "zod";
import { CONVMIXER_SHARING } from "../../models/convmixer_sharing.ts";
import { NORMED } from "../../models/layer_notation.ts";
import { RECIPES } from "../../data/augment/recipe.ts";
import { READOUTS, TANDEM_NORMS } from "../../spiking/choices.ts";
import { SPIKE_POOLING } from "../../spiking/simulation.ts";

const count = z.int().min(1);
const upTo = (most: number) => count.max(most);

/** Smallest and largest normal numbers of single precision, in which networks are computed. */
const SINGLE = { least: 2 ** -126, most: (2 - 2 ** -23) * 2 ** 127 };
const inSingle = (number: number) =>
  number === 0 || (Math.abs(number) >= SINGLE.least && Math.abs(number) <= SINGLE.most);
const SINGLE_TEXT = `${SINGLE.least.toPrecision(3)} to ${
  SINGLE.most.toPrecision(3)
}, what single precision holds`;

/** A number that enters computations: neither infinite there nor, unless it is 0, zero. */
const number = z.number().refine(inSingle, `must be 0 or of a size of ${SINGLE_TEXT}`);
const positive = z.number().positive().refine(inSingle, `must be ${SINGLE_TEXT}`);
const notNegative = z.number().min(0).refine(inSingle, `must be 0 or ${SINGLE_TEXT}`);
/** The largest number below 1 in single precision: 1 minus a rate is a divisor. */
const decayRate = z.number().min(0).lt(1).max(1 - 2 ** -24);

/** Bounds of what a run may be asked for: many times what is published. */
export const MOST = { timeSteps: 10_000, epochs: 100_000, blocks: 1_000, channels: 16_384 };

const data = z.strictObject({
  name: z.string(),
  /** Training images, taken from the front of the training set. */
  trainImages: count,
  /** Images held out from the end of the training set; above 0 they are evaluated and test images never seen. */
  validationImages: z.int().min(0),
  /** Test images, taken from the front of the test set. */
  testImages: count,
  /** What happens to training images; a recipe also normalises, test images as well. */
  augmentation: z.enum(["none", "crop26-pad1", ...Object.keys(RECIPES) as (keyof typeof RECIPES)[]]),
});

/** Multiplies every hidden layer's width; 1 is the published network. At the least one, 128 filters become one. */
const width = z.number().min(1 / 128).max(1);

const networks = [
  z.strictObject({ name: z.literal("fashion-7"), width }),
  z.strictObject({ name: z.literal("fashion-6"), width }),
  z.strictObject({ name: z.literal("cifar-10-layer"), width, norms: z.enum(NORMED) }),
  z.strictObject({
    name: z.literal("convmixer"),
    dim: upTo(MOST.channels),
    depth: upTo(MOST.blocks),
    kernel: upTo(63),
    patch: upTo(32),
    sharing: z.enum(CONVMIXER_SHARING),
  }),
  z.strictObject({
    name: z.literal("se-resnet"),
    n: upTo(MOST.blocks),
    stem: upTo(MOST.channels),
    widths: z.array(upTo(MOST.channels)).min(1).max(6),
    /** Stages, from 1. */
    sharedStages: z.array(count),
    reduction: upTo(MOST.channels),
  }),
] as const;

const neuron = {
  /** After a spike the membrane becomes 0 ("hard") or loses the threshold ("subtract"). */
  reset: z.enum(["hard", "subtract"]),
  /** Membrane before the first step; of a converted network in thresholds. */
  initialMembrane: number,
};

const spiking = {
  /** Simulated time steps per image. */
  T: upTo(MOST.timeSteps),
  /** The membrane at or above which an IF neuron fires. */
  threshold: positive,
  ...neuron,
};

const counted = {
  /** What enters the loss: spike counts against a target of K spikes, or counts / T against a rate. */
  output: z.enum(["count", "rate"]),
  /** Wanted output of the true class: K spikes, or a rate. */
  target: positive,
};

const rules = [
  z.strictObject({ name: z.literal("ann") }),
  z.strictObject({ name: z.literal("proxy"), ...spiking, ...counted }),
  /** The control of proxy learning: the same loss on the ANN's own output. */
  z.strictObject({ name: z.literal("no-replacement"), ...spiking, ...counted }),
  z.strictObject({
    name: z.literal("surrogate"),
    ...spiking,
    /** Steepness of the ATan surrogate. */
    alpha: positive,
    /** Whether gradients stop at the reset. */
    detachReset: z.boolean(),
  }),
  z.strictObject({
    name: z.literal("tandem"),
    ...spiking,
    /** Whether gradients stop at neurons that should fire more often than T times. */
    stopAtSaturation: z.boolean(),
    /** What norms act on: a layer's response to counts, as published, or every step's current; "per-step" where absent. */
    norms: z.enum(TANDEM_NORMS).optional(),
    /** Share of the newest batch in the norms' running statistics; 0.1 where absent, 0.9 in the released code. */
    normMomentum: positive.max(1).optional(),
    /** Norms' scales start with this standard deviation around 0, 2 in the released code; at 1 where absent. */
    scaleDeviation: positive.optional(),
  }),
  z.strictObject({
    name: z.literal("conversion"),
    T: upTo(MOST.timeSteps),
    ...neuron,
    /** Of the activations, taken as every layer's scale: 100 is the maximum. */
    percentile: positive.max(100),
    /** What pooling does with spikes: the maximum at every step ("or", where absent), or that of the most active neuron. */
    pooling: z.enum(SPIKE_POOLING).optional(),
    /** Where the output is read: the last layer's spikes (where absent), or its mean current, without neurons there. */
    readout: z.enum(READOUTS).optional(),
    /** Training images, from the front, on which activations are measured. */
    calibrationImages: count,
  }),
] as const;

const adamOptions = { beta1: decayRate, beta2: decayRate, epsilon: positive };

const rate = {
  learningRate: positive,
  /** "constant"; "cosine" from learningRate to finalLearningRate, step by step; "multistep". */
  schedule: z.enum(["constant", "cosine", "multistep"]),
  finalLearningRate: notNegative,
  /** "multistep": finished epochs, in order, after which the rate is multiplied by `factor`. */
  milestones: z.array(upTo(MOST.epochs)).min(1).max(1_000)
    .refine(
      (epochs) => epochs.every((epoch, index) => index === 0 || epoch >= (epochs[index - 1] as number)),
      {
        message: "must be epochs in order, the earliest first",
        when: ({ value }) => Array.isArray(value),
      },
    )
    .optional(),
  factor: positive.optional(),
};

const optimisers = [
  /** `weightDecay` is L2: added to the gradient of every parameter. */
  z.strictObject({ name: z.literal("adam"), ...rate, ...adamOptions, weightDecay: notNegative }),
  /** `weightDecay` is decoupled and spares tensors of one dimension; gradients are clipped to a global norm. */
  z.strictObject({
    name: z.literal("adamw"),
    ...rate,
    ...adamOptions,
    weightDecay: notNegative,
    clipNorm: positive,
  }),
  /** `weightDecay` is L2 on every parameter. */
  z.strictObject({ name: z.literal("sgd"), ...rate, momentum: decayRate, weightDecay: notNegative }),
] as const;

/** Everything that decides a run's numbers, apart from the machine. */
export const runConfig = z.strictObject({
  data,
  network: z.discriminatedUnion("name", networks),
  rule: z.discriminatedUnion("name", rules),
  optimiser: z.discriminatedUnion("name", optimisers),
  training: z.strictObject({
    epochs: upTo(MOST.epochs),
    batch: count,
    /** Batch norm uses batch statistics in so many first epochs, and frozen statistics from then on. */
    freezeNormAfter: z.int().min(0).max(MOST.epochs),
    /** The last epoch is evaluated, and every so many epochs one; every epoch where it is not given. */
    evaluateEvery: upTo(MOST.epochs).optional(),
  }),
  /** A trained SNN is read out after every time step up to this; 2T where it is not given. */
  evaluation: z.strictObject({ timeSteps: upTo(MOST.timeSteps) }).optional(),
  seed: count,
});

export type RunConfig = z.infer<typeof runConfig>;

/** The choices of every part that has several. */
export const CHOICES: Record<string, string[]> = {
  network: networks.map(({ shape }) => shape.name.value),
  rule: rules.map(({ shape }) => shape.name.value),
  optimiser: optimisers.map(({ shape }) => shape.name.value),
};
