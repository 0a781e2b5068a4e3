import {
  fields,
  finite,
  flag,
  listOf,
  mapOf,
  natural,
  nullable,
  oneOf,
  optional,
  type Shape,
  text,
  value,
} from "../json.ts";
import { hashConfig, type RunConfig } from "./config.ts";
import { PROFILES } from "./profile.ts";
import type { RunRecord } from "./record.ts";

const share = value<number>(
  "a share from 0 to 1",
  (value) => typeof value === "number" && value >= 0 && value <= 1,
);
const SHARES = { argmax: share, tieInclusive: share, tied: share, silent: share };
/** The loss of a run that diverged is no number, which JSON writes as null. */
const loss = nullable(finite);
const SCORE = fields({ loss, ...SHARES });
const LINE = fields({
  epoch: natural,
  learningRate: finite,
  train: fields({ loss, accuracy: share }),
  evaluation: fields({ ann: optional(SCORE), snn: optional(SCORE) }),
  rates: optional(mapOf(finite)),
  agreement: optional(share),
});

const SPIKING = fields({
  overTime: listOf(fields({ t: natural, ...SHARES })),
  forwardPasses: optional(natural),
  spikesPerStep: optional(mapOf(listOf(finite))),
  rates: mapOf(finite),
  neurons: mapOf(natural),
  examples: listOf(fields({ index: natural, label: natural, counts: listOf(finite), pixels: text })),
  raster: fields({
    ...{ index: natural, label: natural, T: natural },
    layers: listOf(fields({ name: text, neurons: listOf(natural), spikes: listOf(text) })),
  }),
  agreement: optional(
    mapOf(fields({ correlation: nullable(finite), points: listOf(listOf(finite)) })),
  ),
});

const CLASSIFIER = fields({
  training: fields({ loss, ...SHARES, images: natural }),
  filters: listOf(fields({ name: text, size: natural, channels: natural, filters: listOf(listOf(finite)) })),
});

const PROVENANCE = fields({
  ...{ weightshare: text, runtime: text, tensorflow: text, kernels: text, cpu: text, threads: natural },
  ...{ platform: text, data: mapOf(text), gitCommit: nullable(text), gitDirty: nullable(flag) },
  ...{ startedAt: text, finishedAt: text },
});

const RECORD = fields({
  hash: text,
  experiment: text,
  row: text,
  profile: oneOf(...PROFILES),
  reduced: listOf(text),
  config: mapOf((value) => value),
  status: oneOf("finished", "diverged"),
  divergence: optional(fields({ epoch: natural, step: natural, what: text, value: text })),
  evaluatedOn: oneOf("test", "validation"),
  parameters: natural,
  curve: listOf(LINE),
  last: nullable(LINE),
  best: nullable(LINE),
  spiking: optional(SPIKING),
  classifier: optional(CLASSIFIER),
  cost: fields({
    ...{ wallSeconds: finite, imagesPerSecond: finite, waitingShare: optional(finite) },
    ...{ peakMemory: nullable(finite), sessions: natural },
  }),
  provenance: PROVENANCE,
});

/** What tables and figures rely on, and that the configuration is the one the record is named after. */
export const recordShape: Shape<RunRecord> = (value) => {
  const record = RECORD(value) as unknown as RunRecord;
  const hash = hashConfig(record.config as RunConfig);
  if (hash === record.hash) return record;
  throw new Error(`its configuration has the hash ${hash}, but the record says ${record.hash}`);
};
