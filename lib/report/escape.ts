/** Text as HTML, safe in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML[character] as string);
}

const HTML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as a cell of a Markdown table: no pipe or line break can leave it, no markup can start. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_|<>[\]]/g, "\\$&").replace(/\r\n|[\r\n]/g, " ");
}

/** One field of a CSV line (RFC 4180). */
export function escapeCsv(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text as LaTeX, special characters written out. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#%_~^<>|±×–—…−θ∅]/gu, (character) => LATEX[character] ?? `\\${character}`);
}

const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "±": "$\\pm$",
  "×": "$\\times$",
  "–": "--",
  "—": "---",
  "…": "\\ldots{}",
  "−": "$-$",
  "θ": "$\\theta$",
  "∅": "$\\emptyset$",
};

// deno-lint-ignore no-control-regex
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Terminal text without colour codes and other control codes; "\r" restarts its line, as on a terminal. */
export function plainText(text: string): string {
  const lines = text.replace(ANSI, "").replaceAll("\r\n", "\n").split("\n");
  return lines.map((line) => line.replace(/^.*\r(?=.)/s, "").replaceAll("\r", "")).join("\n").replace(
    CONTROL,
    "",
  );
}
