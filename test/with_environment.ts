import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Does something with another value of an environment variable, which then has its own again; a promise is waited for. */
export function withEnvironment<Value>(name: string, value: string, action: () => Value): Value {
  const before = process.env[name];
  const restore = () => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  };
  process.env[name] = value;
  let result: Value;
  try {
    result = action();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as Value;
  restore();
  return result;
}

/** Does something with an empty folder as an environment variable's, which is gone afterwards. */
export async function withFolderAs(name: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "weightshare-test-"));
  try {
    await withEnvironment(name, folder, () => work(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
