import { createHash } from "node:crypto";
import { z } from "zod";
import { UsageError } from "../errors.ts";

const count = z.int().min(1);
const positive = z.number().positive();
const decayRate = z.number().min(0).lt(1);

const spiking = {
  /** Simulated time steps per image. */
  T: count,
  /** The membrane at or above which an IF neuron fires. */
  threshold: positive,
  /** After a spike the membrane becomes 0 ("hard") or loses the threshold ("subtract"). */
  reset: z.enum(["hard", "subtract"]),
  initialMembrane: z.number(),
};

/** The learning rules there are. */
export const RULES = ["ann", "proxy"] as const;

const rule = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("ann") }),
  z.strictObject({
    name: z.literal("proxy"),
    ...spiking,
    /** What enters the loss: spike counts against a target of K spikes, or counts / T against a rate. */
    output: z.enum(["count", "rate"]),
    /** Wanted output of the true class: K spikes, or a rate. */
    target: positive,
  }),
]);

/** Everything that decides a run's numbers, apart from the machine. */
const runConfig = z.strictObject({
  data: z.strictObject({
    name: z.string(),
    /** Training images, taken from the front of the training set. */
    trainImages: count,
    /** Images held out from the end of the training set; above 0 they are evaluated and test images never seen. */
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
    /** "constant", or "cosine" from learningRate to finalLearningRate, step by step. */
    schedule: z.enum(["constant", "cosine"]),
    finalLearningRate: z.number().min(0),
    beta1: decayRate,
    beta2: decayRate,
    epsilon: positive,
    /** L2 decay, added to the gradient of every parameter. */
    weightDecay: z.number().min(0),
  }),
  training: z.strictObject({
    epochs: count,
    batch: count,
    /** Batch norm uses batch statistics in so many first epochs, and frozen statistics from then on. */
    freezeNormAfter: z.int().min(0),
  }),
  seed: count,
});

export type RunConfig = z.infer<typeof runConfig>;

/** Checks a configuration; the error names the bad field, its value and what is allowed. */
export function parseConfig(value: unknown): RunConfig {
  const parsed = runConfig.safeParse(value);
  if (!parsed.success) {
    throw new UsageError(
      `Configuring the run: ${parsed.error.issues.map((issue) => describe(value, issue)).join("; ")}.`,
    );
  }
  const { data: { trainImages }, training: { batch } } = parsed.data;
  if (batch > trainImages) {
    throw new UsageError(
      `Configuring the run: training.batch is ${batch}, but there are only ${trainImages} training images ` +
        `(data.trainImages); choose a batch of at most ${trainImages}.`,
    );
  }
  return parsed.data;
}

function describe(value: unknown, issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") return `${path || "a run"} has no setting ${issue.keys.join(", ")}`;
  const found = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown>)?.[key],
    value,
  );
  return `${path} is ${JSON.stringify(found)}, but ${allowed(issue)}`;
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `a ${issue.expected}`}`;
    case "invalid_union":
      return `must be one of ${RULES.join(", ")}`;
    default:
      return issue.message;
  }
}

/** JSON with sorted keys: equal configurations give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}

/** The name of a run: the first 16 hexadecimal digits of its configuration's SHA-256. */
export function hashConfig(config: RunConfig): string {
  return createHash("sha256").update(canonicalJson(config)).digest("hex").slice(0, 16);
}

/** Sets one field, named by its path ("rule.T") or, where that is unique, by its last part ("T"). */
export function setField(config: RunConfig, key: string, value: unknown): RunConfig {
  const paths = fieldPaths(config).filter((path) => path === key || path.endsWith(`.${key}`));
  const [path] = paths;
  if (path === undefined || paths.length > 1) {
    const known = paths.length > 1 ? paths : fieldPaths(config);
    const what = paths.length > 1 ? "could be several settings" : "is not a setting of this run";
    throw new UsageError(`Setting ${key}: it ${what}; use one of ${known.join(", ")}.`);
  }
  return replaceAt(config, path.split("."), value) as RunConfig;
}

function fieldPaths(value: unknown, prefix = ""): string[] {
  if (value === null || typeof value !== "object") return [prefix];
  return Object.entries(value).flatMap(([key, inner]) =>
    fieldPaths(inner, prefix === "" ? key : `${prefix}.${key}`)
  );
}

function replaceAt(value: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const object = value as Record<string, unknown>;
  return { ...object, [key]: replaceAt(object[key], rest, replacement) };
}
