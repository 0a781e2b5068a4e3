import { FailureError, messageOf } from "../errors.ts";
import { readBytes } from "../files.ts";
import { fields, listOf, mapOf, natural, parseJson, type Shape, text } from "../json.ts";

/** Float32 values with their shape. */
export interface HostTensor {
  shape: number[];
  values: Float32Array;
}

/** A file's tensors, and the texts that it says about itself. */
export interface Safetensors {
  tensors: Map<string, HostTensor>;
  metadata: Record<string, string>;
}

interface Entry {
  dtype: string;
  shape: number[];
  /** From and to, counted from the end of the header. */
  data_offsets: number[];
}

const METADATA = "__metadata__";
const ENTRY: Shape<Entry> = fields({ dtype: text, shape: listOf(natural), data_offsets: listOf(natural) });

/** The format's own bound on the header, bytes. */
const LONGEST_HEADER = 100_000_000;

/** Packs float32 tensors in the safetensors format: 8 bytes header length, JSON header, values (little-endian). */
export function packSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [[METADATA, metadata]];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    requirePackable(name, shape, values);
    entries.push([name, { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] }]);
    offset += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = 8 + Math.ceil(json.length / 8) * 8; // values start at a multiple of 8, as the format asks
  const bytes = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let position = start;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

function requirePackable(name: string, shape: readonly number[], values: Float32Array): void {
  if (name !== METADATA && sizeOf(shape) === values.length) return;
  throw new Error(`The tensor "${name}" of shape [${shape}] with ${values.length} values cannot be packed.`);
}

/** Which tensors of a file are left out by their names, whatever their type. */
export type LeftOut = (name: string) => boolean;

/** Reads a safetensors file of float32 tensors; `fix` closes the sentence of an error. */
export function readSafetensors(path: string, fix: string): Safetensors {
  return parseSafetensors(readBytes(path, { what: "tensors from", fix }), path, fix);
}

/** The tensors in the bytes of a safetensors file. `source` names it in errors. */
export function unpackSafetensors(bytes: Uint8Array, source: string): Map<string, HostTensor> {
  return parseSafetensors(bytes, source, "give an undamaged file").tensors;
}

/**
 * Reads the bytes of a safetensors file from `source` and checks all that the format asks for: nothing of the file is
 * unaccounted for, and nothing is said twice.
 */
export function parseSafetensors(
  bytes: Uint8Array,
  source: string,
  fix: string,
  leftOut: LeftOut = () => false,
): Safetensors {
  try {
    return parse(bytes, leftOut);
  } catch (error) {
    throw new FailureError(`Reading ${source}: ${messageOf(error)}; ${fix}.`);
  }
}

function parse(bytes: Uint8Array, leftOut: LeftOut): Safetensors {
  const start = headerEnd(bytes);
  const header = bytes.subarray(8, start);
  if (header[0] !== 0x7b) {
    throw new Error("it is no safetensors file (its header does not begin with a brace)");
  }
  const { [METADATA]: metadata = {}, ...entries } = mapOf((value) => value)(headerOf(header));
  refuseRepeats(header);
  const tensors = Object.entries(entries).map(([name, entry]) =>
    [name, entryOf(name, entry, leftOut(name))] as const
  );
  requireTiling(tensors, bytes.length - start);
  return {
    metadata: checkedAs(METADATA, mapOf(text), metadata),
    tensors: new Map(
      tensors.filter(([name]) => !leftOut(name)).map((
        [name, entry],
      ) => [name, valuesOf(bytes, start, entry)]),
    ),
  };
}

function headerEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length >= 8 ? 8 + Number(view.getBigUint64(0, true)) : Infinity;
  if (end > bytes.length) {
    throw new Error(
      `it is cut short or no safetensors file (${bytes.length} bytes, its header alone needs more)`,
    );
  }
  if (end - 8 > LONGEST_HEADER) {
    throw new Error(`its header has ${end - 8} bytes, more than ${LONGEST_HEADER}`);
  }
  return end;
}

function headerOf(header: Uint8Array): unknown {
  try {
    return parseJson(header);
  } catch (error) {
    throw new Error(`its header is damaged (${messageOf(error)})`);
  }
}

/** JSON.parse takes the last of several values of one name. */
function refuseRepeats(header: Uint8Array): void {
  const seen = new Set<string>();
  let depth = 0;
  for (
    const [token, name] of new TextDecoder().decode(header).matchAll(/("(?:[^"\\]|\\.)*")\s*:?|[{}[\]]/g)
  ) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && name !== undefined) {
      const key: string = JSON.parse(name);
      if (seen.has(key)) throw new Error(`it has two tensors "${key}"`);
      seen.add(key);
    }
  }
}

function checkedAs<T>(name: string, shape: Shape<T>, value: unknown): T {
  try {
    return shape(value);
  } catch (error) {
    throw new Error(`the header of "${name}" is damaged (${messageOf(error)})`);
  }
}

function entryOf(name: string, value: unknown, ofAnyType: boolean): Entry {
  const entry = checkedAs(name, ENTRY, value);
  const { dtype, shape, data_offsets: [from, to, ...more] } = entry;
  if (dtype !== "F32" && !ofAnyType) throw new Error(`"${name}" is of type ${dtype}, and only F32 is read`);
  if (from === undefined || to === undefined || more.length > 0 || to < from) {
    throw new Error(`"${name}" has the offsets [${entry.data_offsets}] instead of where it begins and ends`);
  }
  if (to - from !== 4 * sizeOf(shape) && !ofAnyType) {
    throw new Error(`"${name}" of shape [${shape}] has ${to - from} bytes instead of ${4 * sizeOf(shape)}`);
  }
  return entry;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The tensors' bytes follow each other without holes or overlaps from the header to the end of the file. */
function requireTiling(tensors: readonly (readonly [string, Entry])[], length: number): void {
  const ranges = tensors.map(([name, { data_offsets: [from = 0, to = 0] }]) => ({ name, from, to }));
  let end = 0;
  for (const { name, from, to } of ranges.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw new Error(`"${name}" begins at ${from} instead of ${end}`);
    end = to;
  }
  if (end > length) throw new Error(`it is cut short (${length} bytes of values instead of ${end})`);
  if (end < length) throw new Error(`it has ${length - end} bytes behind the last tensor`);
}

/** A copy is aligned, which a view into the file need not be. */
function valuesOf(
  bytes: Uint8Array,
  start: number,
  { shape, data_offsets: [from = 0, to = 0] }: Entry,
): HostTensor {
  return { shape, values: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer) };
}
