import { Buffer } from "node:buffer";

/** When a PDF was made, and the identifier that is made from it. */
const DATE = /\/(?:Creation|Mod)Date\s*\(D:[^)]*\)/g;
const IDENTIFIER = /(?<=\/ID\s*\[)[^\]]*(?=\])/g;
const EPOCH = "19700101000000";

/**
 * The same PDF without the time at which it was made, so that equal drawings are equal files. Every byte keeps its place,
 * as the file's table of offsets asks for.
 */
export function undated(pdf: Uint8Array): Uint8Array {
  const text = Buffer.from(pdf).toString("latin1")
    .replace(DATE, (date) => {
      let at = 0;
      return date.replace(/\d/g, () => EPOCH[at++] ?? "0").replace(/-(?=\d\d')/, "+");
    })
    .replace(IDENTIFIER, (identifiers) => identifiers.replace(/[\da-f]/gi, "0"));
  return new Uint8Array(Buffer.from(text, "latin1"));
}
