import { gunzipSync } from "node:zlib";
import { FailureError, messageOf } from "../../errors.ts";
import type { Source } from "./source.ts";

/** A folder on the web that holds every stored file as NAME.gz. */
export function webSource(name: string, mirror: string): Source {
  return async function* (files, log) {
    for (const file of files) {
      const url = new URL(`${file}.gz`, mirror).href;
      log(`${name}: downloading ${url}`);
      yield { file, bytes: inflate(await download(url), url), from: url };
    }
  };
}

/** The bytes behind an address; a failure names it. */
export async function download(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new FailureError(`Downloading ${url}: ${messageOf(error)}${cause}.`);
  }
}

/** The content of gzipped bytes. */
export function inflate(bytes: Uint8Array, from: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new FailureError(
      `Unpacking ${from} (${bytes.length} bytes): ${messageOf(error)}; the download is damaged.`,
    );
  }
}
