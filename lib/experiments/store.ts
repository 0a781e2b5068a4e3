import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FailureError } from "../errors.ts";
import { resultsFolder } from "../paths.ts";
import { hashConfig, type RunConfig } from "./config.ts";
import { type Profile, PROFILES } from "./profile.ts";
import { RECORD_FORMAT, type RunRecord } from "./record.ts";

/** One run that is asked for. */
export interface RunRequest {
  experiment: string;
  /** The row of the experiment's table. */
  row: string;
  profile: Profile;
  /** What the profile reduces against the published recipe. */
  reduced: string[];
  config: RunConfig;
}

/** Where a run's files are. */
export interface RunPaths {
  hash: string;
  record: string;
  /** The trained network, beside the record; not committed. */
  weights: string;
  /** Checkpoints and epoch lines while the run is under way; gone once it has finished. */
  work: string;
  lock: string;
}

/** The files of a run, named by its configuration's hash. */
export function runPaths(
  { experiment, profile, config }: Pick<RunRequest, "experiment" | "profile" | "config">,
): RunPaths {
  const hash = hashConfig(config);
  const folder = join(resultsFolder(), profile, experiment);
  return {
    hash,
    record: join(folder, `${hash}.json`),
    weights: join(folder, `${hash}.safetensors`),
    work: join(folder, "work", hash),
    lock: join(folder, "work", `${hash}.lock`),
  };
}

/** Reads a record, or undefined if there is none. */
export function readRecord(path: string): RunRecord | undefined {
  if (!existsSync(path)) return undefined;
  const record = parse(path);
  if (record.format > RECORD_FORMAT) {
    throw new FailureError(
      `Reading the record ${path}: it has format ${record.format}, written by a newer weightshare; this one reads up to ` +
        `${RECORD_FORMAT}: update weightshare, or move the record away to run again.`,
    );
  }
  return record;
}

function parse(path: string): RunRecord {
  let record: Partial<RunRecord> | null;
  try {
    record = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new FailureError(`Reading the record ${path}: it is not valid JSON; remove it to run again.`);
  }
  if (isRecord(record)) return record;
  throw new FailureError(`Reading the record ${path}: it is not a run's record; remove it to run again.`);
}

/** Whether it has what every record has had since the first format. */
function isRecord(value: Partial<RunRecord> | null): value is RunRecord {
  const texts = [value?.experiment, value?.row, value?.profile, value?.hash];
  return typeof value?.format === "number" && texts.every((text) => typeof text === "string") &&
    [value.reduced, value.curve].every(Array.isArray) &&
    [value.config, value.config?.rule, value.config?.data, value.cost].every((part) =>
      part instanceof Object
    );
}

/** Which records; all of them where nothing is named. */
export interface RecordFilter {
  profile?: Profile;
  experiment?: string;
}

/** All records, of one profile and experiment if given, by experiment, row and seed. */
export function listRecords(filter: RecordFilter = {}, results: string = resultsFolder()): RunRecord[] {
  return inOrder(recordFiles(filter, results).flatMap((file) => readRecord(file) ?? []));
}

/** The paths of records. */
export function recordFiles(filter: RecordFilter = {}, results: string = resultsFolder()): string[] {
  const profiles = PROFILES.filter((profile) => filter.profile === undefined || filter.profile === profile);
  const folders = profiles.flatMap((profile) => subfolders(join(results, profile)));
  const chosen = folders.filter(({ name }) => filter.experiment === undefined || name === filter.experiment);
  return chosen.flatMap(({ path }) =>
    readdirSync(path).filter((file) => /^[0-9a-f]{16}\.json$/.test(file)).map((file) => join(path, file))
  );
}

/** By experiment, row and seed. */
export function inOrder(records: readonly RunRecord[]): RunRecord[] {
  const key = (record: RunRecord) =>
    `${record.experiment} ${record.row} ${String(record.config.seed).padStart(9, "0")}`;
  return records.toSorted((a, b) => key(a) < key(b) ? -1 : 1);
}

function subfolders(path: string): { name: string; path: string }[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => ({ name, path: join(path, name) }));
}
