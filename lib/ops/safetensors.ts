import { FailureError } from "../errors.ts";

/** Float32 values with their shape. */
export interface HostTensor {
  shape: number[];
  values: Float32Array;
}

interface Header {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Packs float32 tensors in the safetensors format: 8 bytes header length, JSON header, values (little-endian). */
export function packSafetensors(tensors: ReadonlyMap<string, HostTensor>): Uint8Array {
  const header: Record<string, Header> = {};
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = new TextEncoder().encode(padded(JSON.stringify(header)));
  const bytes = new Uint8Array(8 + json.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let position = 8 + json.length;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

/** Values start at a multiple of 8, as the format asks. */
function padded(json: string): string {
  return json.padEnd(Math.ceil(json.length / 8) * 8, " ");
}

/** Reads what `packSafetensors` (or any writer of F32 tensors) wrote. `source` names it in errors. */
export function unpackSafetensors(bytes: Uint8Array, source: string): Map<string, HostTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length >= 8 ? Number(view.getBigUint64(0, true)) : Infinity;
  if (8 + length > bytes.length) {
    throw new FailureError(
      `Reading ${source}: it is cut short (${bytes.length} bytes, its header alone needs more).`,
    );
  }
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
    string,
    Header
  >;
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(entries.map(([name, entry]) => [name, readTensor(bytes, 8 + length, name, entry, source)]));
}

function readTensor(
  bytes: Uint8Array,
  start: number,
  name: string,
  entry: Header,
  source: string,
): HostTensor {
  const [from, to] = entry.data_offsets;
  if (entry.dtype !== "F32") {
    throw new FailureError(`Reading ${source}: ${name} is ${entry.dtype}; only F32 is read.`);
  }
  if (start + to > bytes.length) {
    throw new FailureError(
      `Reading ${source}: it is cut short (${bytes.length} bytes, ${name} ends at ${start + to}).`,
    );
  }
  const copy = new Uint8Array(to - from); // aligned, which a view into the file need not be
  copy.set(bytes.subarray(start + from, start + to));
  return { shape: entry.shape, values: new Float32Array(copy.buffer) };
}
