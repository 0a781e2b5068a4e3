import { createHash } from "node:crypto";
import { z } from "zod";
import { UsageError } from "../errors.ts";

const count = z.int().min(1);
const positive = z.number().positive();
const fraction = z.number().min(0).max(1);

const spiking = {
  /** Simulated time steps per image. */
  T: count,
  /** Membrane at or above which an IF neuron fires. */
  threshold: positive,
  /** After a spike the membrane becomes 0 ("hard") or loses the threshold ("subtract"). */
  reset: z.enum(["hard", "subtract"]),
  initialMembrane: z.number(),
};

const rule = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("ann") }),
  z.strictObject({
    name: z.literal("proxy"),
    ...spiking,
    /** What enters the loss: spike counts against a target of K spikes, or counts / T against 1. */
    output: z.enum(["count", "rate"]),
    /** K, the wanted spikes of the true class (1 with output "rate"). */
    target: positive,
  }),
]);

/** Everything that decides a run's numbers, apart from the machine. */
const runConfig = z.strictObject({
  data: z.strictObject({
    name: z.string(),
    /** Training images, taken from the front of the training set. */
    trainImages: count,
    /** Images held out from the end of the training set; when above 0 they are evaluated instead of test images. */
    validationImages: z.int().min(0),
    /** Test images, taken from the front of the test set. */
    testImages: count,
    augmentation: z.enum(["none", "crop26-pad1"]),
  }),
  network: z.strictObject({
    name: z.enum(["fashion-7"]),
    /** Multiplies every hidden layer's width; 1 is the published network. */
    width: positive.max(1),
  }),
  rule,
  optimiser: z.strictObject({
    name: z.literal("adam"),
    learningRate: positive,
    /** "cosine" goes from learningRate to finalLearningRate, step by step; "constant" stays. */
    schedule: z.enum(["constant", "cosine"]),
    finalLearningRate: z.number().min(0),
    beta1: fraction.max(0.999999),
    beta2: fraction.max(0.999999),
    epsilon: positive,
    /** L2 decay, added to the gradient of every parameter. */
    weightDecay: z.number().min(0),
  }),
  training: z.strictObject({
    epochs: count,
    batch: count,
    /** Batch norm uses batch statistics in the first epochs and frozen statistics from then on. */
    freezeNormAfter: z.int().min(0),
  }),
  seed: z.int().min(1),
});

export type RunConfig = z.infer<typeof runConfig>;
