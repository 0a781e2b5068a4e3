import { Buffer } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import subsetFont from "subset-font";
import { CHROMIUM } from "./browser.ts";

const FACES = [["Regular", "400", "normal"], ["Bold", "700", "normal"], ["Italic", "400", "italic"]] as const;

/** Style rules that bring Open Sans whole, so that text is measured alike on every machine. */
export function wholeFonts(): string {
  return whole ??= FACES.map(([face, weight, style]) => rule(readFace(face), weight, style)).join("");
}

let whole: string | undefined;

/** An SVG with the letters it uses inside it: it looks the same where Open Sans is not installed. */
export async function embedFonts(svg: string): Promise<string> {
  const text = svg.replace(/<[^>]*>/g, "").replace(/&[^;]*;/g, "&<>\"'");
  const used = FACES.filter(([face]) =>
    face === "Regular" || svg.includes(face === "Bold" ? "bold" : "italic")
  );
  const rules = await Promise.all(used.map(async ([face, weight, style]) => {
    const font = readFace(face);
    if (font === undefined) return "";
    return rule(await subsetFont(Buffer.from(font), text, { targetFormat: "truetype" }), weight, style);
  }));
  return svg.replace(/^(<svg\b[^>]*>)/, `$1<style>${rules.join("")}</style>`);
}

function readFace(face: string): Uint8Array | undefined {
  const path = join(CHROMIUM, "fonts", "fonts", "Open_Sans", `OpenSans-${face}.ttf`);
  return existsSync(path) ? readFileSync(path) : undefined;
}

function rule(font: Uint8Array | undefined, weight: string, style: string): string {
  if (font === undefined) return "";
  return `@font-face{font-family:"Open Sans";font-weight:${weight};font-style:${style};` +
    `src:url(data:font/ttf;base64,${Buffer.from(font).toString("base64")})}`;
}
