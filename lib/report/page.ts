import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { cleanHtml } from "./clean_html.ts";
import { escapeHtml, plainText } from "./escape.ts";
import { Contents, type Heading, markdownToHtml } from "./markdown.ts";
import { joinText, type NotebookCell, type Output, readNotebook } from "./notebook_file.ts";
import { BOOT, STYLE } from "./page_assets.ts";
import { plotlySource } from "./render.ts";

export interface PageOptions {
  title: string;
  /** Shown under the title: profile, what it reduces, when and where it ran. */
  facts?: string[];
  /** Executed notebooks, in reading order. */
  notebooks: string[];
}

/**
 * Executed notebooks as one HTML page that needs nothing else: figures are interactive where scripts run and drawings
 * where they do not (and on paper); a content policy keeps it from asking any host for anything.
 */
export function makePage({ title, facts = [], notebooks }: PageOptions): string {
  const contents = new Contents();
  const sections = notebooks.map((path) => {
    const cells = readNotebook(path).cells.map((cell) => cellHtml(cell, contents));
    return `<section class="notebook" data-file="${escapeHtml(basename(path))}">\n${
      cells.join("\n")
    }\n</section>`;
  });
  const scripts = [plotlySource(), BOOT].map(inScript);
  return [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n${policy(scripts)}`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>`,
    `<header><h1 class="page-title">${escapeHtml(title)}</h1>${facts.map(factHtml).join("")}</header>`,
    contentsHtml(contents.headings),
    `<main>\n${sections.join("\n")}\n</main>`,
    ...scripts.map((script) => `<script>${script}</script>`),
    `</body>\n</html>\n`,
  ].join("\n");
}

/** These scripts may run and no other, whatever the page comes to hold; styles may stand in elements, as plotly sets them. */
function policy(scripts: string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${
    hashes.join(" ")
  }; ` +
    `style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'">`;
}

function factHtml(fact: string): string {
  return `<p class="fact${fact.startsWith("Reduced") ? " reduced" : ""}">${escapeHtml(fact)}</p>`;
}

function contentsHtml(headings: Heading[]): string {
  const items = headings.filter(({ depth }) => depth <= 3)
    .map(({ depth, text, id }) => `<li class="depth-${depth}"><a href="#${id}">${escapeHtml(text)}</a></li>`);
  return `<nav aria-label="Contents"><h2>Contents</h2><ul>${items.join("")}</ul></nav>`;
}

function cellHtml({ cell_type, source, outputs = [] }: NotebookCell, contents: Contents): string {
  const text = joinText(source);
  if (cell_type === "markdown") {
    return `<div class="prose">${markdownToHtml(plainText(text), contents)}</div>`;
  }
  if (cell_type !== "code") return `<pre>${escapeHtml(plainText(text))}</pre>`;
  const code = text.trim() === ""
    ? ""
    : `<details class="code"><summary>Code</summary><pre><code>${
      escapeHtml(plainText(text))
    }</code></pre></details>`;
  return `<div class="cell">${code}${outputs.map(outputHtml).join("\n")}</div>`;
}

function outputHtml(output: Output): string {
  if (output.output_type === "stream") {
    return `<pre class="stream ${output.name === "stderr" ? "stderr" : "stdout"}">` +
      `${escapeHtml(plainText(joinText(output.text)))}</pre>`;
  }
  if (output.output_type === "error") {
    const trace = output.traceback?.join("\n") ?? "";
    const message = `${output.ename ?? "Error"}: ${output.evalue ?? ""}`;
    return `<pre class="error">${escapeHtml(plainText(trace === "" ? message : trace))}</pre>`;
  }
  return richHtml(output.data ?? {});
}

/** The best form of an output that a page can show. */
function richHtml(data: Record<string, unknown>): string {
  const text = (type: string) => joinText(data[type]);
  const plotly = data["application/vnd.plotly.v1+json"];
  if (plotly !== undefined) return figureHtml(plotly, text("image/svg+xml"), text("text/plain"));
  if (text("text/html") !== "") return `<div class="html">${cleanHtml(plainText(text("text/html")))}</div>`;
  if (text("image/svg+xml") !== "") return `<figure>${svgImage(text("image/svg+xml"), "")}</figure>`;
  const bitmap = BITMAPS.find((type) => text(type) !== "");
  if (bitmap !== undefined) {
    return `<figure>${image(bitmap, text(bitmap).replace(/\s/g, ""), text("text/plain"))}</figure>`;
  }
  if (text("text/markdown") !== "") {
    return `<div class="prose">${markdownToHtml(plainText(text("text/markdown")))}</div>`;
  }
  return `<pre class="stream">${escapeHtml(plainText(text("text/plain") || text("text/latex")))}</pre>`;
}

const BITMAPS = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** The drawing, and the figure's data for the script that puts the interactive plot in the drawing's place. */
function figureHtml(plotly: unknown, svg: string, alt: string): string {
  const data = JSON.stringify(plotly).replaceAll("<", "\\u003c");
  const drawing = svg === "" ? `<p class="missing">${escapeHtml(alt)}</p>` : svgImage(svg, alt);
  return `<figure class="figure"><div class="drawing">${drawing}</div><div class="plot" hidden></div>` +
    `<script type="application/json">${data}</script></figure>`;
}

/** As an image an SVG can neither run scripts nor clash with another's names. */
function svgImage(svg: string, alt: string): string {
  return image("image/svg+xml", Buffer.from(svg).toString("base64"), alt);
}

function image(type: string, base64: string, alt: string): string {
  return `<img alt="${escapeHtml(alt)}" src="data:${type};base64,${escapeHtml(base64)}">`;
}

/** Script text that cannot end its element early. */
function inScript(source: string): string {
  return source.replace(/<\/script/gi, "<\\/script").replaceAll("<!--", "<\\!--");
}
