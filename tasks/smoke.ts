/**
 * Every notebook at the smoke profile on both kernels at once, trained anew on each with one thread. Both must give the same
 * numbers, and those must be the committed reference's.
 */
import { deepStrictEqual } from "node:assert";
import { rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Attempts } from "../lib/attempts.ts";
import { FailureError, messageOf } from "../lib/errors.ts";
import type { RunRecord } from "../lib/runs/record.ts";
import { listRecords } from "../lib/runs/store.ts";
import { writeWhole } from "../lib/files.ts";
import { resultsFolder, ROOT } from "../lib/paths.ts";
import { KERNEL_NAMES } from "../setup/steps/kernelspecs.ts";
import { executeNotebook, projectNotebooks } from "./execute.ts";
import { requireFile, requireWritableFile, requireWritableFolder } from "./files.ts";
import {
  differences,
  readReference,
  type Reference,
  referenceOf,
  sameMachine,
  toleranceInWords,
} from "./smoke_reference.ts";
import { defineTask, runTask } from "./task.ts";

const REFERENCE = join(ROOT, "test", "smoke", "reference.json");
const SHOWN = relative(ROOT, REFERENCE);
const RENEW = 'if that is meant, "deno task smoke --renew" makes today\'s numbers the reference';

interface Plan {
  /** The folder of each kernel's records and notebooks, which is emptied. */
  folders: Record<string, string>;
  renew: boolean;
}

/** `deno task smoke`. */
export const smokeTask = defineTask({
  name: "smoke",
  description:
    "Trains and runs every notebook at the smoke profile on both kernels, which must give the same numbers: those of " +
    `${SHOWN}, bit for bit on an equal machine, else within a tolerance.`,
  declare: (command) =>
    command.option("--renew", "make the numbers the reference instead of comparing them with it"),
  plan({ renew = false }: { renew?: boolean }): Plan {
    const folder = join(resultsFolder(), "smoke-check");
    requireWritableFolder(folder);
    if (renew) requireWritableFile(REFERENCE);
    else requireFile("Reading", REFERENCE, "the reference, which git has");
    return { folders: Object.fromEntries(KERNEL_NAMES.map((name) => [name, join(folder, name)])), renew };
  },
  act: smoke,
});

async function smoke({ folders, renew }: Plan): Promise<void> {
  const attempts = new Attempts("Running the notebooks", KERNEL_NAMES.length);
  const runs = Object.entries(folders).map(([kernel, folder]) =>
    attempts.make(kernel, () => runAll(kernel, folder))
  );
  await Promise.all(runs);
  attempts.end();
  const records = Object.values(folders).map(recordsIn);
  compareKernels(records);
  const found = referenceOf(records[0] as RunRecord[]);
  if (renew) writeReference(found);
  else compareWithReference(found);
}

/** One thread on every machine, as their number enters the bits; and so two kernels share two cores. */
async function runAll(kernel: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  for (const notebook of projectNotebooks()) {
    const { seconds } = await executeNotebook({
      notebook,
      kernel,
      profile: "smoke",
      output: join(folder, "notebooks", basename(notebook)),
      environment: { WEIGHTSHARE_RESULTS: folder, TF_NUM_INTRAOP_THREADS: "1" },
      log: (line) => console.log(`  ${kernel}: ${line}`),
    });
    console.log(`${basename(notebook)} on ${kernel}: ${seconds.toFixed(1)} s`);
  }
}

function recordsIn(folder: string): RunRecord[] {
  const records = listRecords({ profile: "smoke" }, folder);
  if (records.length === 0) throw new FailureError(`Looking for records in ${folder}: there is none.`);
  return records;
}

/** Records of all kernels, apart from cost and provenance, are equal bit for bit. */
function compareKernels(records: RunRecord[][]): void {
  const [first, ...others] = records.map((some) =>
    some.map(({ cost: _cost, provenance: _provenance, ...metrics }) => metrics)
  );
  for (const other of others) {
    try {
      deepStrictEqual(other, first);
    } catch (error) {
      throw new FailureError(`Comparing the kernels' records: they differ.\n${messageOf(error)}`);
    }
  }
  console.log(`${first?.length} records, the same on ${KERNEL_NAMES.join(" and ")}`);
}

function writeReference(found: Reference): void {
  writeWhole(REFERENCE, JSON.stringify(found, null, 2) + "\n");
  console.log(`${SHOWN} now holds ${Object.keys(found.runs).length} runs of this machine`);
}

/** How many differences are told. */
const TOLD = 20;

function compareWithReference(found: Reference): void {
  const reference = readReference(REFERENCE);
  const how = sameMachine(found, reference)
    ? "bit for bit"
    : `within a tolerance (${toleranceInWords()}), as it comes from another machine: ${
      otherMachine(found, reference)
    }`;
  const lines = differences(found, reference);
  if (lines.length > 0) {
    const told = [...lines.slice(0, TOLD), ...(lines.length > TOLD ? ["..."] : [])].join("\n  ");
    throw new FailureError(
      `Comparing with ${SHOWN}, ${how}: ${lines.length} differences; ${RENEW}.\n  ${told}`,
    );
  }
  console.log(`${Object.keys(found.runs).length} runs give the numbers of ${SHOWN}, ${how}`);
}

/** What differs between the machines. */
function otherMachine({ machine: here }: Reference, { machine: there }: Reference): string {
  const keys = (Object.keys(here) as (keyof typeof here)[]).filter((key) =>
    !isDeepStrictEqual(here[key], there[key])
  );
  return keys.map((key) => `${key} ${JSON.stringify(there[key])} there, ${JSON.stringify(here[key])} here`)
    .join("; ");
}

if (import.meta.main) await runTask(smokeTask);
