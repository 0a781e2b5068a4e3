import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Runs a test with an empty folder as that of the data sets. */
export async function withDataFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const before = process.env["WEIGHTSHARE_DATA"];
  const folder = mkdtempSync(join(tmpdir(), "weightshare-data-"));
  process.env["WEIGHTSHARE_DATA"] = folder;
  try {
    await test(folder);
  } finally {
    if (before === undefined) delete process.env["WEIGHTSHARE_DATA"];
    else process.env["WEIGHTSHARE_DATA"] = before;
    rmSync(folder, { recursive: true });
  }
}
