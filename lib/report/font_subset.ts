/** A TrueType font called `name` with the glyphs of `text` only: glyph numbers stay, the outlines of all others are empty. */
export function subsetFont(font: Uint8Array, text: string, name: string): Uint8Array {
  const tables = readTables(font);
  const glyphOf = characterMap(table(tables, "cmap"));
  const points = [...new Set(text)].map((character) => character.codePointAt(0) as number).sort((a, b) =>
    a - b
  );
  const mapped = points.map((point) => ({ point, glyph: glyphOf(point) })).filter(({ glyph }) => glyph > 0);
  const outlines = keepOutlines(tables, [0, ...mapped.map(({ glyph }) => glyph)]);
  const head = new Uint8Array(table(tables, "head"));
  view(head).setInt16(50, 1);
  const post = new Uint8Array(32);
  view(post).setUint32(0, 0x00030000);
  const kept = ["OS/2", "hhea", "hmtx", "maxp"].map((tag) => [tag, table(tables, tag)] as const);
  return writeTables([
    ...kept,
    ...[["cmap", writeCharacterMap(mapped)], ["glyf", outlines.glyf], ["head", head], [
      "loca",
      outlines.loca,
    ]] as const,
    ...[["name", writeNames(name)], ["post", post]] as const,
  ]);
}

type Tables = Map<string, Uint8Array>;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function table(tables: Tables, tag: string): Uint8Array {
  const found = tables.get(tag);
  if (found === undefined) throw new Error(`the font has no table ${tag}`);
  return found;
}

function readTables(font: Uint8Array): Tables {
  const data = view(font);
  const entries = Array.from({ length: data.getUint16(4) }, (_, index) => {
    const at = 12 + 16 * index;
    const [offset, length] = [data.getUint32(at + 8), data.getUint32(at + 12)];
    return [
      String.fromCharCode(...font.subarray(at, at + 4)),
      font.subarray(offset, offset + length),
    ] as const;
  });
  return new Map(entries);
}

/** A name table that says `name` for family, full name and PostScript name (1, 4, 6) and "Regular" for the style (2). */
function writeNames(name: string): Uint8Array {
  const texts = [[1, name], [2, "Regular"], [4, name], [6, name]] as const;
  const storage = 6 + 12 * texts.length;
  const table = new Uint8Array(storage + 2 * texts.reduce((length, [, text]) => length + text.length, 0));
  const data = view(table);
  [0, texts.length, storage].forEach((value, index) => data.setUint16(2 * index, value));
  let offset = 0;
  texts.forEach(([id, text], index) => {
    const fields = [3, 1, 0x409, id, 2 * text.length, offset]; // Windows, Unicode, English
    fields.forEach((value, field) => data.setUint16(6 + 12 * index + 2 * field, value));
    [...text].forEach((letter, at) => data.setUint16(storage + offset + 2 * at, letter.charCodeAt(0)));
    offset += 2 * text.length;
  });
  return table;
}

/** Finds glyphs through the font's Unicode map of format 4. */
function characterMap(cmap: Uint8Array): (point: number) => number {
  const data = view(cmap);
  const offsets = Array.from({ length: data.getUint16(2) }, (_, index) => data.getUint32(4 + 8 * index + 4));
  const at = offsets.find((offset) => data.getUint16(offset) === 4);
  if (at === undefined) throw new Error("the font has no character map of format 4");
  const twice = data.getUint16(at + 6);
  const [ends, starts] = [at + 14, at + 16 + twice];
  const [deltas, ranges] = [starts + twice, starts + 2 * twice];
  return (point) => {
    for (let segment = 0; segment < twice; segment += 2) {
      if (point > data.getUint16(ends + segment)) continue;
      const start = data.getUint16(starts + segment);
      if (point < start) return 0;
      const range = data.getUint16(ranges + segment);
      const delta = data.getUint16(deltas + segment);
      if (range === 0) return (point + delta) & 0xffff;
      const glyph = data.getUint16(ranges + segment + range + 2 * (point - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}

/** A character map of format 12 with one group per character. */
function writeCharacterMap(mapped: { point: number; glyph: number }[]): Uint8Array {
  const cmap = new Uint8Array(28 + 12 * mapped.length);
  const data = view(cmap);
  [0, 1, 3, 10].forEach((value, index) => data.setUint16(2 * index, value));
  data.setUint32(8, 12);
  data.setUint16(12, 12);
  data.setUint32(16, cmap.length - 12);
  data.setUint32(24, mapped.length);
  mapped.forEach(({ point, glyph }, index) =>
    [point, point, glyph].forEach((value, part) => data.setUint32(28 + 12 * index + 4 * part, value))
  );
  return cmap;
}

function keepOutlines(tables: Tables, wanted: number[]): { glyf: Uint8Array; loca: Uint8Array } {
  const outlineOf = outlines(tables);
  const keep = new Set<number>();
  const visit = (glyph: number) => {
    if (keep.has(glyph)) return;
    keep.add(glyph);
    components(outlineOf(glyph)).forEach(visit);
  };
  wanted.forEach(visit);
  const count = view(table(tables, "maxp")).getUint16(4);
  const parts = Array.from(
    { length: count },
    (_, glyph) => keep.has(glyph) ? padded(outlineOf(glyph)) : new Uint8Array(),
  );
  const loca = new Uint8Array(4 * (count + 1));
  let offset = 0;
  parts.forEach((part, glyph) => view(loca).setUint32(4 * (glyph + 1), offset += part.length));
  return { glyf: concat(parts), loca };
}

function outlines(tables: Tables): (glyph: number) => Uint8Array {
  const long = view(table(tables, "head")).getInt16(50) === 1;
  const loca = view(table(tables, "loca"));
  const offset = (glyph: number) => long ? loca.getUint32(4 * glyph) : 2 * loca.getUint16(2 * glyph);
  return (glyph) => table(tables, "glyf").subarray(offset(glyph), offset(glyph + 1));
}

/** The glyphs that a composite glyph is made of. */
function components(outline: Uint8Array): number[] {
  if (outline.length < 10 || view(outline).getInt16(0) >= 0) return [];
  const found: number[] = [];
  for (let at = 10, flags = MORE; flags & MORE;) {
    flags = view(outline).getUint16(at);
    found.push(view(outline).getUint16(at + 2));
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
  }
  return found;
}

const MORE = 0x20;

function writeTables(tables: (readonly [string, Uint8Array])[]): Uint8Array {
  const sorted = [...tables].sort(([a], [b]) => a < b ? -1 : 1);
  const header = new Uint8Array(12 + 16 * sorted.length);
  const data = view(header);
  const log = Math.floor(Math.log2(sorted.length));
  data.setUint32(0, 0x00010000);
  [sorted.length, 16 << log, log, 16 * sorted.length - (16 << log)].forEach((value, index) =>
    data.setUint16(4 + 2 * index, value)
  );
  let offset = header.length;
  sorted.forEach(([tag, bytes], index) => {
    header.set(new TextEncoder().encode(tag), 12 + 16 * index);
    [checksum(bytes), offset, bytes.length].forEach((value, part) =>
      data.setUint32(16 + 16 * index + 4 * part, value)
    );
    offset += padded(bytes).length;
  });
  return concat([header, ...sorted.map(([, bytes]) => padded(bytes))]);
}

function checksum(bytes: Uint8Array): number {
  const data = view(padded(bytes));
  let sum = 0;
  for (let at = 0; at < data.byteLength; at += 4) sum = (sum + data.getUint32(at)) >>> 0;
  return sum;
}

/** Filled with zeros to a multiple of four bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  result.set(bytes);
  return result;
}

function concat(parts: Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
