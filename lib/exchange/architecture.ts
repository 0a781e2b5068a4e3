import { z } from "zod";
import { anyOf } from "../choice.ts";
import { messageOf, UsageError } from "../errors.ts";
import { converts } from "../learning/rules/all.ts";
import { checkLayers } from "../models/check_layers.ts";
import { classifierOf, CLASSIFIERS, type ClassifierSettings, networkOf } from "../models/all.ts";
import { createClassifier } from "../models/classifier.ts";
import type { Seen } from "../models/entry.ts";
import { zeroFill } from "../models/maker.ts";
import type { Model } from "../models/model.ts";
import { nameLayers, type NetworkSpec } from "../models/network.ts";
import { createNetwork } from "../models/parameters.ts";
import { count, MOST, upTo } from "../numbers.ts";
import { type RunConfig, seenOf } from "../runs/config/config.ts";
import { convertedSpec } from "../spiking/convert.ts";

/** A classifier with one life: its settings, and the images and classes that it is made for. */
export interface ClassifierArchitecture extends Seen {
  network: ClassifierSettings;
}

/** What a network is, apart from its values: a classifier, or the layers that two lives are made of. */
export type Architecture = ClassifierArchitecture | NetworkSpec;

const side = upTo(MOST.channels);
const image = z.tuple([side, side, side]);
const bias = z.boolean().optional();
const owner = z.string().max(20).optional();
const layer = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("conv"),
    filters: side,
    kernel: upTo(63),
    norm: z.boolean(),
    bias,
    owner,
  }),
  z.strictObject({ type: z.literal("patches"), filters: side, size: upTo(32), norm: z.boolean(), owner }),
  z.strictObject({
    ...{ type: z.literal("depthwise"), kernel: upTo(63), norm: z.boolean() },
    ...{ residual: z.boolean().optional(), owner },
  }),
  z.strictObject({ type: z.literal("maxpool"), size: side }),
  z.strictObject({
    ...{ type: z.literal("linear"), units: side, norm: z.boolean().optional(), bias },
    ...{ summed: z.boolean().optional(), owner },
  }),
]);
const schema = z.union([
  z.strictObject({ network: anyOf(CLASSIFIERS), image, classes: count.max(256) }),
  z.strictObject({ input: image, layers: z.array(layer).min(1).max(MOST.blocks) }),
]);

/** Checks what is said to be an architecture; the error names what is wrong. */
export function parseArchitecture(value: unknown): Architecture {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new UsageError(
      `Reading the architecture ${
        JSON.stringify(value)?.slice(0, 200)
      }: it is none; give {"network": {"name": "convmixer" or "se-resnet", ...}, "image": [H, W, C], "classes": n} or ` +
        `{"input": [H, W, C], "layers": [...]}.`,
    );
  }
  const architecture = parsed.data as Architecture;
  if ("layers" in architecture) {
    checkLayers(architecture);
    nameLayers(architecture);
  }
  return architecture;
}

/** The same from JSON text. */
export function readArchitecture(text: string): Architecture {
  try {
    return parseArchitecture(JSON.parse(text));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `Reading the architecture ${text.slice(0, 200)}: it is not JSON (${messageOf(error)}).`,
    );
  }
}

/** The network that a run of this configuration leaves; after a conversion it has biases in place of norms. */
export function architectureOf(config: RunConfig): Architecture {
  const { network, rule } = config;
  const entry = networkOf(network);
  if (entry.lives === 1) return { network, ...seenOf(config) } as ClassifierArchitecture;
  const spec = entry.spec(network);
  return converts(rule) ? convertedSpec(spec) : spec;
}

/** Whether its two lives have running statistics of their own; without norms, as after a conversion, they have all in common. */
export function hasStatisticsOfLives(architecture: Architecture): boolean {
  return "layers" in architecture &&
    architecture.layers.some((layer) => "norm" in layer && layer.norm === true);
}

/** A model of the architecture, its values still to be given. */
export async function emptyModel(architecture: Architecture): Promise<Model> {
  if ("layers" in architecture) return createNetwork(architecture, 1);
  const { network, image, classes } = architecture;
  return createClassifier(await classifierOf(network).build(network, { image, classes }), zeroFill);
}

/** What an architecture is called in errors. */
export function architectureName(architecture: Architecture): string {
  return "layers" in architecture
    ? `a network of ${architecture.layers.length} layers`
    : `a ${architecture.network.name}`;
}
