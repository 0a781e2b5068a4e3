/** Every notebook at the smoke profile on both kernels, trained anew on each; both must give the same numbers. */
import { deepStrictEqual } from "node:assert";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import type { RunRecord } from "../lib/experiments/record.ts";
import { FailureError } from "../lib/errors.ts";
import { resultsFolder } from "../lib/paths.ts";
import { KERNEL_NAMES } from "../setup/steps/kernelspecs.ts";
import { executeNotebook, projectNotebooks } from "./execute.ts";
import { run } from "./main.ts";

await run(async () => {
  const results = resultsFolder();
  const folders = KERNEL_NAMES.map((kernel) => join(results, "smoke-check", kernel));
  for (const [index, kernel] of KERNEL_NAMES.entries()) {
    const folder = folders[index] as string;
    rmSync(folder, { recursive: true, force: true });
    process.env["WEIGHTSHARE_RESULTS"] = folder;
    for (const notebook of projectNotebooks()) await smoke(notebook, kernel);
  }
  compare(folders);
});

async function smoke(notebook: string, kernel: string): Promise<void> {
  const { seconds } = await executeNotebook({
    notebook,
    kernel,
    profile: "smoke",
    log: (line) => console.log(`  ${line}`),
  });
  console.log(`${basename(notebook)} on ${kernel}: ${seconds.toFixed(1)} s`);
}

/** Records of all kernels, apart from cost and provenance, are equal bit for bit. */
function compare(folders: string[]): void {
  const [first, ...others] = folders.map(metricsIn);
  for (const other of others) {
    try {
      deepStrictEqual(other, first);
    } catch (error) {
      throw new FailureError(`Comparing the kernels' records: they differ.\n${(error as Error).message}`);
    }
  }
  console.log(`${Object.keys(first ?? {}).length} records, the same on ${KERNEL_NAMES.join(" and ")}`);
}

function metricsIn(folder: string): Record<string, unknown> {
  const files = readdirSync(folder, { recursive: true }).map(String).filter((file) =>
    /[0-9a-f]{16}\.json$/.test(file)
  );
  if (files.length === 0) throw new FailureError(`Looking for records in ${folder}: there is none.`);
  return Object.fromEntries(
    files.sort().map((file) => {
      const { cost: _cost, provenance: _provenance, ...metrics }: RunRecord = JSON.parse(
        readFileSync(join(folder, file), "utf8"),
      );
      return [basename(file), metrics];
    }),
  );
}
