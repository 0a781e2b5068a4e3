import { type Floats, type Hdf5, packHdf5, type Texts, type Wholes } from "./hdf5.ts";

/** The version of the graphs that are written, nir's own. */
const VERSION = "1.0.8";

/** A graph whose nodes follow one another in this order, as the bytes of an HDF5 file. */
export function packNir(
  nodes: ReadonlyMap<string, Hdf5>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = [...nodes.keys()];
  const edges = names.slice(1).map((name, index) => [names[index] as string, name]);
  const graph = new Map<string, Hdf5>([
    ["type", text("NIRGraph")],
    ["nodes", { group: nodes }],
    ["edges", { shape: [edges.length, 2], texts: edges.flat() }],
    ["metadata", { group: new Map(Object.entries(metadata).map(([key, value]) => [key, text(value)])) }],
  ]);
  return packHdf5(new Map<string, Hdf5>([["version", text(VERSION)], ["node", { group: graph }]]));
}

/** IF neurons that add what they get, fire above the threshold and go back to 0 then. */
export function ifNeurons(shape: readonly number[], threshold: number): Hdf5 {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const all = (value: number): Floats => ({ shape, values: new Float32Array(size).fill(value) });
  return node("IF", { r: all(1), v_threshold: all(threshold), v_reset: all(0) });
}

/** The largest single-precision number below a positive one. */
export function nextDown(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0] as number) - 1;
  return new Float32Array(bits.buffer)[0] as number;
}

/** A node of the graph. */
export function node(type: string, fields: Record<string, Hdf5>): Hdf5 {
  return { group: new Map<string, Hdf5>([["type", text(type)], ...Object.entries(fields)]) };
}

function text(value: string): Texts {
  return { shape: [], texts: [value] };
}

/** A whole number. */
export function whole(value: number): Wholes {
  return { shape: [], whole: [value] };
}

/** A list of whole numbers. */
export function wholes(values: readonly number[]): Wholes {
  return { shape: [values.length], whole: values };
}
