import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Does something with results in a folder of its own, which is gone afterwards. */
export async function inResults(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-results-"));
  const before = process.env["WEIGHTSHARE_RESULTS"];
  process.env["WEIGHTSHARE_RESULTS"] = folder;
  try {
    await work(folder);
  } finally {
    if (before === undefined) delete process.env["WEIGHTSHARE_RESULTS"];
    else process.env["WEIGHTSHARE_RESULTS"] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}
