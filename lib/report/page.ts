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
  /** Shown under the title: profile, when and where it ran, what failed. */
  facts?: string[];
  /** Executed notebooks, in reading order. */
  notebooks: string[];
  /** What stands before them: HTML of ours, escaped. */
  front?: string;
  /** The pages that it is one of, this one without an address. */
  pages?: PageLink[];
}

export interface PageLink {
  title: string;
  /** A file beside this one. */
  href?: string;
}

/**
 * Executed notebooks as one HTML page that needs nothing else: figures are interactive where scripts run and drawings
 * where they do not (and on paper); a content policy keeps it from asking any host for anything.
 */
export function makePage({ title, facts = [], notebooks, front = "", pages = [] }: PageOptions): string {
  const contents = new Contents();
  const sections = notebooks.map((path) => {
    const cells = readNotebook(path).cells.map((cell) => cellHtml(cell, contents));
    return `<section class="notebook" data-file="${escapeHtml(basename(path))}">\n${
      cells.join("\n")
    }\n</section>`;
  });
  const plots = sections.some((section) => section.includes(FIGURE)) ? [inScript(plotlySource())] : [];
  const boot = inScript(BOOT);
  return [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n${policy([...plots, boot])}`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>`,
    navigation(pages, contents.headings),
    `<div class="page">`,
    // A notebook's own first heading is not said twice.
    ...(contents.headings[0]?.text === title ? [] : [headerHtml(title, facts)]),
    `<main>\n${front}${sections.join("\n")}\n</main>`,
    `</div>`,
    // Not a script until the first figure comes near: reading a page needs no plot.
    ...plots.map((source) => `<script type="text/plain" id="plotly">${source}</script>`),
    `<script>${boot}</script>`,
    `</body>\n</html>\n`,
  ].join("\n");
}

/** How a figure's element begins. */
const FIGURE = '<figure class="figure">';

/** These scripts may run and no other, whatever the page comes to hold; styles may stand in elements, as plotly sets them. */
function policy(scripts: string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${
    hashes.join(" ")
  }; ` +
    `style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'">`;
}

function headerHtml(title: string, facts: string[]): string {
  const lines = facts.map((fact) =>
    `<p class="fact${fact.startsWith("Failed") ? " failed" : ""}">${escapeHtml(fact)}</p>`
  );
  return `<header><h1 class="page-title">${escapeHtml(title)}</h1>${lines.join("")}</header>`;
}

/** Always in reach: beside the page, or folded above it on narrow screens. */
function navigation(pages: PageLink[], headings: Heading[]): string {
  const links = pages.map(({ title, href }) =>
    href === undefined
      ? `<li aria-current="page">${escapeHtml(title)}</li>`
      : `<li><a href="${escapeHtml(href)}">${escapeHtml(title)}</a></li>`
  );
  const items = headings.filter(({ depth }) => depth <= 3)
    .map(({ depth, text, id }) => `<li class="depth-${depth}"><a href="#${id}">${escapeHtml(text)}</a></li>`);
  const lists = [["Pages", links], ["On this page", items]] as const;
  return `<nav aria-label="Contents"><details open><summary>Contents</summary>${
    lists.filter(([, some]) => some.length > 0)
      .map(([heading, some]) => `<h2>${heading}</h2><ul>${some.join("")}</ul>`).join("")
  }</details></nav>`;
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
  return `${FIGURE}<div class="drawing">${drawing}</div><div class="plot" hidden></div>` +
    `<script type="application/json">${data}</script></figure>`;
}

/** As an image an SVG can neither run scripts nor clash with another's names. */
function svgImage(svg: string, alt: string): string {
  return image("image/svg+xml", Buffer.from(svg).toString("base64"), alt);
}

function image(type: string, base64: string, alt: string): string {
  return `<img decoding="async" alt="${escapeHtml(alt)}" src="data:${type};base64,${escapeHtml(base64)}">`;
}

/** Script text that cannot end its element early. */
function inScript(source: string): string {
  return source.replace(/<\/script/gi, "<\\/script").replaceAll("<!--", "<\\!--");
}
