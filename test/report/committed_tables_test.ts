import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../lib/paths.ts";
import { exportReport } from "../../lib/report/export.ts";
import { reportsOf } from "../../tasks/figures.ts";

// The committed results are those of the checkout, wherever this shell keeps its own.
delete process.env["WEIGHTSHARE_RESULTS"];

Deno.test("the committed tables are what today's code makes of the committed records, byte for byte", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-tables-"));
  try {
    const tables = reportsOf({ profile: "study" }).flatMap(([, report]) => report().tables);
    await exportReport({ tables, figures: [] }, folder);
    const [made, committed] = [join(folder, "tables"), join(ROOT, "results", "study", "tables")];
    assert.deepEqual(readdirSync(committed).toSorted(), readdirSync(made).toSorted());
    for (const file of readdirSync(made)) {
      const fix = `results/study/tables/${file} differs: see why, then "deno task figures --profile study"`;
      const [ours, theirs] = [made, committed].map((at) => readFileSync(join(at, file), "utf8"));
      if (theirs !== ours) assert.fail(`${fix}\n${firstDifference(theirs as string, ours as string)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function firstDifference(committed: string, made: string): string {
  const [theirs, ours] = [committed.split("\n"), made.split("\n")];
  const longer = theirs.length < ours.length ? ours : theirs;
  const at = longer.findIndex((_, index) => theirs[index] !== ours[index]);
  return `line ${at + 1}\n  committed: ${theirs[at]}\n  made:      ${ours[at]}`;
}
