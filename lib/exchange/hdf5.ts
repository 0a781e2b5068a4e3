/**
 * Writes HDF5 files of groups, numbers and texts: what NIR needs, in the oldest form that every reader takes (superblock 0,
 * object headers 1), uncompressed, equal bytes for equal content. Source: HDF5 File Format Specification, version 3.0.
 */

/** Single-precision numbers of this shape; the scalar where it is []. */
export interface Floats {
  shape: readonly number[];
  values: Float32Array;
}

/** Whole numbers, of 64 bits in the file. */
export interface Wholes {
  shape: readonly number[];
  whole: readonly number[];
}

/** Texts in UTF-8, of one length in the file, the shorter ones followed by zeros. */
export interface Texts {
  shape: readonly number[];
  texts: readonly string[];
}

/** A data set, or a group of what has names. */
export type Hdf5 = Floats | Wholes | Texts | { group: ReadonlyMap<string, Hdf5> };

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const NOWHERE = 0xffff_ffff_ffff_ffffn;
const SUPERBLOCK = 96;
/** Numbers of the messages of an object's header. */
const MESSAGE = { dataspace: 1, linkInfo: 2, datatype: 3, fillValue: 5, link: 6, layout: 8, groupInfo: 10 };

/** The bytes of a file whose root group holds these. */
export function packHdf5(root: ReadonlyMap<string, Hdf5>): Uint8Array {
  const file = new Writer();
  file.bytes(new Uint8Array(SUPERBLOCK));
  const address = writeObject(file, { group: root });
  return file.finish(superblock(address, file.length));
}

/** Bytes one after the other, little-endian. */
class Writer {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  bytes(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }

  u8(...values: number[]): this {
    return this.bytes(Uint8Array.from(values));
  }

  u16(...values: number[]): this {
    return this.u8(...values.flatMap((value) => [value & 0xff, value >>> 8]));
  }

  u32(...values: number[]): this {
    return this.u16(...values.flatMap((value) => [value & 0xffff, value >>> 16]));
  }

  u64(...values: (number | bigint)[]): this {
    return this.bytes(new Uint8Array(BigUint64Array.from(values, BigInt).buffer));
  }

  /** Zeros up to a multiple of 8. */
  align(): this {
    return this.bytes(new Uint8Array((8 - this.length % 8) % 8));
  }

  /** The whole, its first bytes replaced. */
  finish(start: Uint8Array = new Uint8Array()): Uint8Array {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    whole.set(start);
    return whole;
  }
}

function superblock(root: number, length: number): Uint8Array {
  return new Writer().u8(...SIGNATURE).u8(0, 0, 0, 0, 0, 8, 8, 0).u16(4, 16).u32(0)
    .u64(0, NOWHERE, length, NOWHERE)
    .u64(0, root).u32(0, 0).u64(0, 0).finish();
}

/** Writes what is below an object, then its header; gives the header's address. */
function writeObject(file: Writer, object: Hdf5): number {
  const messages = "group" in object ? groupMessages(file, object.group) : dataMessages(file, object);
  const body = new Writer();
  for (const [type, content] of messages) {
    const data = content.align().finish();
    body.u16(type, data.length).u8(0, 0, 0, 0).bytes(data);
  }
  const address = file.align().length;
  file.u8(1, 0).u16(messages.length).u32(1, body.length, 0).bytes(body.finish());
  return address;
}

type Message = readonly [type: number, content: Writer];

function groupMessages(file: Writer, group: ReadonlyMap<string, Hdf5>): Message[] {
  const links = [...group].map(([name, object]): Message => {
    const text = new TextEncoder().encode(name);
    const address = writeObject(file, object);
    return [MESSAGE.link, new Writer().u8(1, 0, text.length).bytes(text).u64(address)];
  });
  return [
    [MESSAGE.linkInfo, new Writer().u8(0, 0).u64(NOWHERE, NOWHERE)],
    [MESSAGE.groupInfo, new Writer().u8(0, 0)],
    ...links,
  ];
}

function dataMessages(file: Writer, data: Floats | Wholes | Texts): Message[] {
  const { type, bytes } = encoded(data);
  const address = file.align().length;
  file.bytes(bytes);
  return [
    [MESSAGE.dataspace, new Writer().u8(1, data.shape.length, 0, 0).u32(0).u64(...data.shape)],
    [MESSAGE.datatype, type],
    [MESSAGE.fillValue, new Writer().u8(2, 1, 2, 0)],
    [MESSAGE.layout, new Writer().u8(3, 1).u64(address, bytes.length)],
  ];
}

function encoded(data: Floats | Wholes | Texts): { type: Writer; bytes: Uint8Array } {
  if ("values" in data) {
    const { buffer, byteOffset, byteLength } = data.values;
    const type = new Writer().u8(0x11, 0x20, 31, 0).u32(4).u16(0, 32).u8(23, 8, 0, 23).u32(127);
    return { type, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  }
  if ("whole" in data) {
    const type = new Writer().u8(0x10, 0x08, 0, 0).u32(8).u16(0, 64);
    return { type, bytes: new Uint8Array(BigInt64Array.from(data.whole, BigInt).buffer) };
  }
  const texts = data.texts.map((text) => new TextEncoder().encode(text));
  const size = Math.max(1, ...texts.map(({ length }) => length));
  const bytes = new Uint8Array(size * texts.length);
  texts.forEach((text, index) => bytes.set(text, index * size));
  return { type: new Writer().u8(0x13, 0x11, 0, 0).u32(size), bytes };
}
