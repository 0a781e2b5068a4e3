import { cpus } from "node:os";
import { converts, timeStepsOfRule, trainedSteps } from "../learning/rules/all.ts";
import { macsOf } from "../models/all.ts";
import { canonicalJson, type RunConfig, seenOf } from "./config/config.ts";
import type { RunRecord } from "./record.ts";
import type { RunRequest } from "./store.ts";

/** What a run will cost on one core. */
export interface Estimate {
  /** Null of a conversion, which has no epochs, and where nothing is known. */
  epochSeconds: number | null;
  /** Of the whole run; null where nothing is known. */
  seconds: number | null;
  /** Resident memory of its process, bytes. */
  memory: number;
  /** Where the seconds come from, in words. */
  source: string;
}

/** Resident memory of a training process of which no record tells, bytes. */
export const USUAL_MEMORY = 1.2e9;

/**
 * A second thread adds little to small networks: two processes of one thread train 1.75 times as much as one of two
 * threads, so that one thread takes 2 / 1.75 of the time of two. Of more threads, what Amdahl's law makes of that.
 */
const TWO_THREADS = 1.75 / 2;

/** How much longer one thread takes than so many. */
export function oneThread(threads: number): number {
  const parallel = 2 * (1 - TWO_THREADS);
  return 1 / (1 - parallel + parallel / Math.max(1, threads));
}

/**
 * Estimates runs by the records of others that were trained here: of the same configuration but the seed, else of the most similar
 * one. A GPU elsewhere tells nothing of this machine.
 */
export class Estimator {
  readonly #known: { record: RunRecord; size: Size }[];

  constructor(records: readonly RunRecord[]) {
    const finished = records.filter(({ status, cost, provenance }) =>
      status !== "diverged" && cost.wallSeconds > 0 && provenance.trainedBy === undefined
    );
    this.#known = finished.map((record) => ({ record, size: sizeOf(record.config) }));
  }

  /** What a run will cost from its beginning to its end. */
  of(request: RunRequest): Estimate {
    const size = sizeOf(request.config);
    const twins = this.#known.filter((known) => known.size.name === size.name);
    const twin = twins.find(({ record }) => record.provenance.threads === 1) ?? twins[0];
    if (twin !== undefined) return estimate(request, size, twin.record, twin.size);
    const alike = this.#known.filter(({ record, size: { conversion } }) =>
      record.config.network.name === request.config.network.name && conversion === size.conversion
    );
    const nearest = leastOf(alike, (known) => distance(request, size, known.record, known.size));
    if (nearest !== undefined) return estimate(request, size, nearest.record, nearest.size);
    return { epochSeconds: null, seconds: null, memory: USUAL_MEMORY, source: "no record to go by" };
  }
}

/** What of a configuration decides how long it takes. */
interface Size {
  /** The configuration without its seed, in canonical JSON. */
  name: string;
  conversion: boolean;
  /** Images of an epoch, or those that a conversion is evaluated on. */
  images: number;
  /** Multiply-accumulate operations of an image, counted at every time step. */
  operations: number;
}

function sizeOf(config: RunConfig): Size {
  const { network, rule, data, evaluation } = config;
  const conversion = converts(rule);
  const steps = (conversion ? timeStepsOfRule(rule) : trainedSteps(rule)) ?? 1;
  return {
    name: canonicalJson({ ...config, seed: 0 }),
    conversion,
    images: conversion
      ? data.testImages + data.validationImages + (evaluation?.heldOutImages ?? 0)
      : data.trainImages,
    operations: steps * macsOf(network, seenOf(config)),
  };
}

/**
 * Wide networks take less time an operation than narrow ones: the study's ConvMixers and SE-ResNets of several sizes, and
 * the published ConvMixer-256/16 beside the small ones, lie around this power of their operations.
 */
const POWER = 0.8;

/** How many times as long as the known one. */
function ratioOf(size: Size, known: Size): number {
  return size.images / known.images * (size.operations / known.operations) ** POWER;
}

/** Other rules compute otherwise, other experiments train otherwise; between sizes the estimate gets worse by their ratio. */
function distance(request: RunRequest, size: Size, record: RunRecord, known: Size): number {
  const otherRule = record.config.rule.name === request.config.rule.name ? 0 : 8;
  const otherExperiment = record.experiment === request.experiment ? 0 : 1;
  return otherRule + otherExperiment + Math.abs(Math.log(size.operations / known.operations)) +
    0.1 * Math.abs(Math.log(size.images / known.images));
}

function leastOf<Value>(values: readonly Value[], of: (value: Value) => number): Value | undefined {
  const rated = values.map((value) => ({ value, rating: of(value) }));
  return rated.toSorted((a, b) => a.rating - b.rating)[0]?.value;
}

function estimate({ config }: RunRequest, size: Size, record: RunRecord, known: Size): Estimate {
  const { cost, provenance: { threads } } = record;
  const parts = known.conversion ? 1 : Math.max(1, record.curve.length);
  const each = cost.wallSeconds / parts * ratioOf(size, known) * oneThread(threads);
  return {
    epochSeconds: size.conversion ? null : each,
    seconds: size.conversion ? each : each * config.training.epochs,
    memory: Number.isFinite(cost.peakMemory) && cost.peakMemory > 0 ? cost.peakMemory : USUAL_MEMORY,
    source: sourceOf(size, record, known),
  };
}

/** "record 0123456789abcdef" of the same configuration; "estimated: 12 x proxy-k1, fashion-mnist-proxy, study". */
function sourceOf(size: Size, record: RunRecord, known: Size): string {
  const { hash, row, experiment, profile, provenance: { threads, cpu } } = record;
  const what = size.name === known.name
    ? `record ${hash}`
    : `estimated: ${Number(ratioOf(size, known).toPrecision(2))} x ${row}, ${experiment}, ${profile}`;
  const counted = threads === 1 ? [] : [`${threads} threads, counted ${oneThread(threads).toFixed(2)} times`];
  const elsewhere = cpu === cpus()[0]?.model ? [] : ["other processor"];
  return [what, ...counted, ...elsewhere].join("; ");
}
