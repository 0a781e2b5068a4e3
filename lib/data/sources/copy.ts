import { join } from "node:path";
import { readVerified } from "../verify.ts";
import type { Source } from "./source.ts";

/** An existing copy of the stored files (plain or .gz) in a folder. */
export function copySource(name: string, folder: string): Source {
  return async function* (files) {
    for (const file of files) {
      yield await Promise.resolve({
        file,
        bytes: readVerified(name, file, folder),
        from: join(folder, file),
      });
    }
  };
}
