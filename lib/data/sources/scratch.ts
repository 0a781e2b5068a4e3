import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { datasetFolder } from "../verify.ts";

/** Lends an empty folder beside a data set's files, removed afterwards. */
export async function withScratch<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(datasetFolder(name), { recursive: true });
  const work = mkdtempSync(join(datasetFolder(name), ".scratch-"));
  try {
    return await use(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
