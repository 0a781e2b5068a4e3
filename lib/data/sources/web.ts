import { gunzipSync } from "node:zlib";
import { FailureError, messageOf } from "../../errors.ts";
import { keepLoopbackDirect } from "../../loopback.ts";
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

/** A server that is silent for so long is given up. */
const ANSWER_MILLISECONDS = 20_000;
const BODY_MILLISECONDS = 1_800_000;

/** The bytes behind an address; a failure names it. */
export async function download(url: string, patience: number = ANSWER_MILLISECONDS): Promise<Uint8Array> {
  keepLoopbackDirect();
  const answer = new AbortController();
  const timer = setTimeout(() => answer.abort(new Error(`no answer in ${patience / 1000} s`)), patience);
  try {
    const signal = AbortSignal.any([answer.signal, AbortSignal.timeout(BODY_MILLISECONDS)]);
    const response = await fetch(url, { signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new FailureError(`Downloading ${url}: ${messageOf(error)}${cause}.`);
  } finally {
    clearTimeout(timer);
  }
}

/** The content of gzipped bytes. A server that calls them encoded, not packed, has had them unpacked on the way. */
export function inflate(bytes: Uint8Array, from: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new FailureError(
      `Unpacking ${from} (${bytes.length} bytes): ${messageOf(error)}; the download is damaged.`,
    );
  }
}
