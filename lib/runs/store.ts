import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { writeWhole } from "../files.ts";
import { fields, natural, readJson } from "../json.ts";
import { resultsFolder } from "../paths.ts";
import { hashConfig, type RunConfig } from "./config/config.ts";
import { type Profile, PROFILES } from "./profile.ts";
import { RECORD_FORMAT, type RunRecord } from "./record.ts";
import { recordShape } from "./record_shape.ts";
import { sealed } from "./seal.ts";

/** One run that is asked for. */
export interface RunRequest {
  experiment: string;
  /** The row of the experiment's table. */
  row: string;
  profile: Profile;
  /** What the profile reduces against the published recipe. */
  reduced: string[];
  config: RunConfig;
  /** Where it is not trained here: how to come by its record, in words that end a sentence. */
  elsewhere?: string;
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
  /** Why the run failed when it was last tried; gone once it is tried again. */
  failure: string;
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
    failure: join(folder, "work", `${hash}.failed`),
  };
}

const FIX = "remove it to run again, or restore it from a copy";
const FORMAT = fields({ format: natural });

/** Reads a record, or undefined if there is none. */
export function readRecord(path: string): RunRecord | undefined {
  if (!existsSync(path)) return undefined;
  const shape = (value: unknown) => recordNamed(basename(path, ".json"), value);
  return readJson(path, { what: "the record", shape, fix: FIX });
}

/** Writes a record whole, with its sum, and returns it so. */
export function writeRecord(path: string, record: RunRecord): RunRecord {
  const written = sealed(record);
  writeWhole(path, JSON.stringify(written, refuseNonFinite, 1) + "\n");
  return written;
}

/** JSON has no NaN and would say null: a run with such a number has diverged, and was to be seen as such before. */
function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new Error(`The record's "${key}" is ${value}.`);
}

/** The record, if it is that of the file's name. One of a newer layout need not have the shape that this version knows. */
function recordNamed(name: string, value: unknown): RunRecord {
  const { format } = FORMAT(value);
  const record = format <= RECORD_FORMAT ? recordShape(value) : undefined;
  if (record?.hash === name) return record;
  if (record !== undefined) throw new Error(`it is the record of ${record.hash}, not of ${name}`);
  throw new Error(
    `it has format ${format}, written by a newer weightshare; this one reads up to ${RECORD_FORMAT}, so update weightshare`,
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
