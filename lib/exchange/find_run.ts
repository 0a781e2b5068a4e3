import { existsSync } from "node:fs";
import { basename } from "node:path";
import { FailureError, UsageError } from "../errors.ts";
import type { RunRecord } from "../runs/record.ts";
import { readRecord, recordFiles } from "../runs/store.ts";

/** A finished run: its record, and where the file of its weights is. */
export interface FoundRun {
  record: RunRecord;
  weights: string;
}

/** Whether a word can be the beginning of a run's hash. */
export function isHash(word: string): boolean {
  return /^[0-9a-f]{4,16}$/.test(word);
}

/**
 * The path of the record whose hash begins so; of several tables' one whose weights are there. Two whose weights are there and
 * differ are refused: a run that was trained here and one that was trained elsewhere have the hash of their configuration.
 */
export function recordOfHash(beginning: string): string {
  const looking = `Looking for the run ${beginning}`;
  const files = recordFiles().filter((file) => basename(file).startsWith(beginning));
  const hashes = [...new Set(files.map((file) => basename(file, ".json")))];
  if (hashes.length > 1) {
    throw new UsageError(`${looking}: it could be ${hashes.join(" or ")}; give more digits.`);
  }
  const there = files.filter((one) => existsSync(weightsBeside(one)));
  const sums = new Set(there.map((one) => readRecord(one)?.weights?.sha256));
  if (sums.size > 1) {
    throw new UsageError(`${looking}: it is ${there.join(" or ")}; give the path of the one you mean.`);
  }
  const file = there[0] ?? files[0];
  if (file !== undefined) return file;
  throw new UsageError(
    `${looking}: no record's hash begins so; "deno task runs" lists the records with their hashes.`,
  );
}

/** The run of a record's path; one that diverged, or whose weights are not there, is refused. */
export function runOfRecord(path: string): FoundRun {
  const record = readRecord(path);
  if (record === undefined) {
    throw new FailureError(
      `Reading the record ${path}: it is not there; name one that "deno task runs" lists.`,
    );
  }
  const weights = weightsBeside(path);
  const { hash, row, experiment, profile, divergence, config: { seed } } = record;
  if (divergence !== undefined) {
    throw new FailureError(
      `Opening the network of ${row} (${hash}): its training diverged (${divergence.what}), so there is none; name a run that finished.`,
    );
  }
  if (existsSync(weights)) return { record, weights };
  if (record.provenance.trainedBy !== undefined) {
    throw new FailureError(
      `Reading the weights ${weights}: they are not there; ${record.provenance.trainedBy.program} trained this run, and ` +
        `results/study/weights has the networks of some, which are read as files.`,
    );
  }
  throw new FailureError(
    `Reading the weights ${weights}: they are not there, since weights are not committed with their records; train them into ` +
      `another folder with WEIGHTSHARE_RESULTS=FOLDER deno task train ${experiment} --profile ${profile} --row ${
        row.split(" with ")[0]
      } --seed ${seed}, or name a run that has them.`,
  );
}

function weightsBeside(record: string): string {
  return record.replace(/\.json$/, ".safetensors");
}
