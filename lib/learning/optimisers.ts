import { z } from "zod";
import { kindOf, type NamedSchema, namedSchema, type SettingsOf } from "../choice.ts";
import { decayRate, MOST, notNegative, positive, upTo } from "../numbers.ts";
import type { Optimiser } from "./optimiser.ts";

/** What an optimiser is to a configuration. Reports read it too, so nothing of TensorFlow is imported before `make`. */
export interface OptimiserEntry<Name extends string = string, Own extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: Name;
  readonly schema: NamedSchema<Name, typeof rate & Own>;
  /** The optimiser with these settings, without state yet. */
  make(settings: SettingsOf<Name, typeof rate & Own>): Promise<Optimiser>;
}

/** Settings of the learning rate, which all optimisers have. */
const rate = {
  learningRate: positive,
  /** "constant"; "cosine" from learningRate to finalLearningRate, step by step; "multistep"; "piecewise-linear". */
  schedule: z.enum(["constant", "cosine", "multistep", "piecewise-linear"]),
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
  /** "piecewise-linear": shares of the run from 0 to 1, in order, and what the rate is multiplied with at each. */
  points: z.array(z.tuple([z.number().min(0).max(1), notNegative])).min(2).max(1_000)
    .refine((points) => goUpFrom0To1(points.map(([share]) => share)), {
      message: "must have shares that go up from 0 to 1",
      when: ({ value }) => Array.isArray(value) && value.every(Array.isArray),
    })
    .optional(),
};

function goUpFrom0To1(shares: readonly number[]): boolean {
  const ascending = shares.every((share, index) => index === 0 || share > (shares[index - 1] as number));
  return ascending && shares[0] === 0 && shares.at(-1) === 1;
}

const adamSettings = { beta1: decayRate, beta2: decayRate, epsilon: positive };

/** `weightDecay` is L2: added to the gradient of every parameter. */
const adam = optimiserEntry({
  name: "adam",
  settings: { ...adamSettings, weightDecay: notNegative },
  make: async (settings) => new (await import("./adam.ts")).Adam(settings),
});

/**
 * `weightDecay` is decoupled and spares tensors of one dimension unless they decay as well, as they do in `torch.optim.AdamW`;
 * gradients are clipped to a global norm, where one is given.
 */
const adamw = optimiserEntry({
  name: "adamw",
  settings: {
    ...{ ...adamSettings, weightDecay: notNegative, clipNorm: positive.optional() },
    decayVectors: z.literal(true).optional(),
  },
  make: async (settings) => new (await import("./adam.ts")).Adam({ ...settings, decoupled: true }),
});

/** `weightDecay` is L2 on every parameter. */
const sgd = optimiserEntry({
  name: "sgd",
  settings: { momentum: decayRate, weightDecay: notNegative },
  make: async (settings) => new (await import("./sgd.ts")).Sgd(settings),
});

/** Every optimiser. */
export const OPTIMISERS = [adam, adamw, sgd] as const;

/** The name of an optimiser. */
export type OptimiserName = typeof OPTIMISERS[number]["name"];

/** The entry of the optimiser that these settings belong to. */
export function optimiserOf({ name }: { name: OptimiserName }): OptimiserEntry {
  return kindOf(OPTIMISERS, name) as unknown as OptimiserEntry;
}

/** An entry by what is its own: settings beside those of the learning rate, and the rest of the entry. */
function optimiserEntry<const Name extends string, Own extends z.ZodRawShape>(
  { settings, ...entry }: { settings: Own } & Omit<OptimiserEntry<Name, Own>, "schema">,
): OptimiserEntry<Name, Own> {
  return { ...entry, schema: namedSchema(entry.name, { ...rate, ...settings }) } as OptimiserEntry<Name, Own>;
}
