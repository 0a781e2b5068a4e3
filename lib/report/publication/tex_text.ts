import { escapeLatex } from "../escape.ts";

/** What pdfLaTeX has no letter for, and `escapeLatex` no word. */
const SYMBOLS: Readonly<Record<string, string>> = {
  ...{
    "≤": "$\\leq$",
    "≥": "$\\geq$",
    "≈": "$\\approx$",
    "→": "$\\rightarrow$",
    "·": "$\\cdot$",
    "✕": "$\\times$",
  },
  ...{ "α": "$\\alpha$", "β": "$\\beta$", "γ": "$\\gamma$", "σ": "$\\sigma$" },
  ...{ "µ": "$\\mu$", "μ": "$\\mu$", "“": "``", "”": "''", "‘": "`", "’": "'", "\u200b": "{}" },
};
/** Letters with an accent, once it is taken apart, and signs that every font encoding has. */
const KNOWN = /^(?:[A-Za-z][\u0300-\u0304\u0306-\u0308\u030a-\u030c\u0327]|[°²³¹§¶©®£ßæÆœŒøØåÅłŁ¡¿])$/;

/**
 * Text for LaTeX that any of its programs can set: special characters written out, no ligature of hyphens, no bracket or star in
 * front that the end of a row would take for its own, one line. A character without a letter is named by its number: U+65E5.
 */
export function texText(text: string): string {
  const line = text.replace(/\s+/g, " ").trim().replace(/-(?=-)/g, "-\u200b");
  return escapeLatex(line).replace(/^[[*]/, "{$&}").replace(/[^\u0020-\u007e]/gu, (character) => {
    const known = KNOWN.test(character.normalize("NFD"));
    return SYMBOLS[character] ?? (known ? character : `\\texttt{U+${codePoint(character)}}`);
  });
}

function codePoint(character: string): string {
  return (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
}
