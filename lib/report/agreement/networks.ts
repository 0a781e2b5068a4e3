import { join } from "node:path";
import {
  fields,
  finite,
  listOf,
  mapOf,
  natural,
  oneOf,
  optional,
  readJson,
  type Shape,
  text,
} from "../../json.ts";
import { ROOT } from "../../paths.ts";
import { type Framework, FRAMEWORKS, type Way, WAYS } from "./ways.ts";

/** A trained network's logits, ours and PyTorch's. */
export interface LogitAgreement {
  /** "ConvMixer, all", of which run. */
  network: string;
  hash: string;
  parameters: number;
  images: number;
  /** The largest logit, by its absolute value. */
  largest: number;
  /** The largest difference of a logit. */
  apart: number;
  /** Images of which both give the same class. */
  sameClass: number;
}

/** A trained network's spike counts in a framework, against ours. */
export interface CountAgreement {
  framework: Framework;
  way: Way;
  /** What a network that was built by hand computes in. */
  precision?: "single" | "double" | undefined;
  /** What stands for max pooling in the graph of NIR. */
  pooling?: "sum" | "average" | undefined;
  /** What the framework said where it could not run the network. */
  problem?: string | undefined;
  /** Counts that are ours, and images all of whose counts are. */
  equal?: number | undefined;
  equalImages?: number | undefined;
  /** The largest difference of a count. */
  largest?: number | undefined;
  /** Mean of all counts. */
  mean?: number | undefined;
  /** Images of which both give the same class, ties to the first. */
  sameClass?: number | undefined;
}

/** The frameworks' counts of neurons with this threshold. */
export interface CountRun {
  threshold: number;
  /** Mean of our counts. */
  mean: number;
  counts: CountAgreement[];
}

/** What `deno task agreement` found of trained networks. */
export interface NetworkAgreement {
  versions: Record<string, string>;
  logits: LogitAgreement[];
  spiking: {
    network: string;
    hash: string;
    images: number;
    classes: number;
    T: number;
    /** At the threshold that it was trained with, and at one at which it fires more. */
    runs: CountRun[];
  };
}

const COUNTS = fields({
  ...{ framework: oneOf(...FRAMEWORKS), way: oneOf(...WAYS), pooling: optional(oneOf("sum", "average")) },
  ...{ problem: optional(text), equal: optional(natural), equalImages: optional(natural) },
  ...{ largest: optional(natural), mean: optional(finite), sameClass: optional(natural) },
  precision: optional(oneOf("single", "double")),
});
const SHAPE = fields({
  versions: mapOf(text),
  logits: listOf(fields({
    ...{ network: text, hash: text, parameters: natural, images: natural },
    ...{ largest: finite, apart: finite, sameClass: natural },
  })),
  spiking: fields({
    ...{ network: text, hash: text, images: natural, classes: natural, T: natural },
    runs: listOf(fields({ threshold: finite, mean: finite, counts: listOf(COUNTS) })),
  }),
}) as Shape<NetworkAgreement>;

/** What is committed with the code. */
export function committedNetworks(
  path: string = join(ROOT, "results", "study", "agreement", "networks.json"),
): NetworkAgreement {
  const fix = 'make it with "deno task agreement", or restore it from git';
  return readJson(path, { what: "the agreement of networks", shape: SHAPE, fix });
}
