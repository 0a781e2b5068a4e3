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
  sha256Text,
  type Shape,
  text,
  value,
} from "../json.ts";
import { hashConfig, type RunConfig } from "./config/config.ts";
import { PROFILES } from "./profile.ts";
import type { EpochLine, RunRecord, TrainingSession } from "./record.ts";
import { requireSeal } from "./seal.ts";

const share = value<number>(
  "a share from 0 to 1",
  (value) => typeof value === "number" && value >= 0 && value <= 1,
);
const SHARES = { argmax: share, tieInclusive: share, tied: share, silent: share };
/** The loss of a run that diverged is no number, which JSON writes as null. */
const loss = nullable(finite);
const SCORE = fields({ loss, ...SHARES });
const EVALUATION = fields({ ann: optional(SCORE), snn: optional(SCORE) });
const LINE = {
  epoch: natural,
  learningRate: finite,
  train: fields({ loss, accuracy: share }),
  rates: optional(mapOf(finite)),
  agreement: optional(share),
};
const EVALUATED = fields({ ...LINE, evaluation: EVALUATION });

/** One line of a curve. */
export const epochShape = fields({ ...LINE, evaluation: optional(EVALUATION) }) as Shape<EpochLine>;

const OVER_TIME = listOf(fields({ t: natural, ...SHARES }));

const SPIKING = fields({
  overTime: OVER_TIME,
  heldOutOverTime: optional(OVER_TIME),
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
  density: optional(mapOf(share)),
});

const CLASSIFIER = fields({
  training: fields({ loss, ...SHARES, images: natural }),
  filters: listOf(fields({ name: text, size: natural, channels: natural, filters: listOf(listOf(finite)) })),
});

const SESSION = {
  ...{ runtime: text, tensorflow: text, kernels: text, cpu: text, threads: natural },
  ...{ gitCommit: nullable(text), gitDirty: nullable(flag), startedAt: text },
};

/** One process of a run. */
export const sessionShape = fields({ ...SESSION, epochs: natural }) as Shape<TrainingSession>;

const PROVENANCE = fields({
  ...SESSION,
  ...{ weightshare: text, platform: text, data: mapOf(text), finishedAt: text },
  trainedBy: optional(fields({ program: text, device: text, precision: text })),
  sessions: optional(listOf(sessionShape)),
  sum: optional(sha256Text),
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
  curve: listOf(epochShape),
  last: nullable(EVALUATED),
  best: nullable(EVALUATED),
  correct: optional(fields({ ann: optional(text), snn: optional(text) })),
  spiking: optional(SPIKING),
  classifier: optional(CLASSIFIER),
  weights: optional(fields({ bytes: natural, sha256: sha256Text })),
  cost: fields({
    ...{ wallSeconds: finite, imagesPerSecond: finite, waitingShare: optional(finite) },
    ...{ peakMemory: nullable(finite), sessions: natural },
  }),
  provenance: PROVENANCE,
});

/** What tables and figures rely on, the hash of the configuration, and the sum of the whole. */
export const recordShape: Shape<RunRecord> = (value) => {
  const record = RECORD(value) as unknown as RunRecord;
  const hash = hashConfig(record.config as RunConfig);
  if (hash !== record.hash) {
    throw new Error(`its configuration has the hash ${hash}, but the record says ${record.hash}`);
  }
  requireSeal(record);
  return record;
};
