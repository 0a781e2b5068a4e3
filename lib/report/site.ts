import { basename } from "node:path";
import { escapeHtml } from "./escape.ts";
import { joinText, readNotebook } from "./notebook_file.ts";
import { makePage, type PageLink } from "./page.ts";
import { type Table, toHTML } from "./table.ts";

/** What an experiment's runs are reduced by. */
export interface SizeLine {
  title: string;
  runs: number;
  /** Against the published recipe, in words; empty where nothing is. */
  reduced: readonly string[];
}

export interface SiteOptions {
  title: string;
  /** When, where and how long; what failed. */
  facts: string[];
  /** The claims of both papers; null where no run speaks about any. */
  claims: Table | null;
  sizes: readonly SizeLine[];
  /** Executed notebooks, in reading order. */
  notebooks: string[];
}

/** A file of the site. */
export interface SiteFile {
  name: string;
  html: string;
}

/** A first page with the claims and the sizes of the runs, and a page for each notebook; each needs no other file to be read. */
export function makeSite({ title, facts, claims, sizes, notebooks }: SiteOptions): SiteFile[] {
  const chapters = notebooks.map((path) => ({ path, file: pageName(path), title: notebookTitle(path) }));
  const links: Required<PageLink>[] = [
    { title: "Claims", href: INDEX },
    ...chapters.map(({ file, title }) => ({ title, href: file })),
  ];
  /** All pages, of which this one needs no address. */
  const pages = (file: string): PageLink[] =>
    links.map(({ title, href }) => href === file ? { title } : { title, href });
  const front = [
    sizesInALine(sizes),
    ...(claims === null ? [] : [`<div class="html">${toHTML(claims)}</div>`]),
    sizesHtml(sizes),
    `<h2>Notebooks</h2><ol>${chapters.map(chapterHtml).join("")}</ol>`,
  ].join("\n");
  return [
    { name: INDEX, html: makePage({ title, facts, notebooks: [], front, pages: pages(INDEX) }) },
    ...chapters.map((chapter) => ({
      name: chapter.file,
      html: makePage({ title: chapter.title, notebooks: [chapter.path], pages: pages(chapter.file) }),
    })),
  ];
}

const INDEX = "index.html";

/** "notebooks/01-proxy.ipynb" has the page "01-proxy.html". */
function pageName(path: string): string {
  return basename(path).replace(/(\.ipynb)?$/, ".html");
}

/** The notebook's first heading. */
function notebookTitle(path: string): string {
  const prose = readNotebook(path).cells.filter(({ cell_type }) => cell_type === "markdown");
  return /^# +(.+)$/m.exec(prose.map(({ source }) => joinText(source)).join("\n"))?.[1] ?? basename(path);
}

function chapterHtml({ file, title }: { file: string; title: string }): string {
  return `<li><a href="${escapeHtml(file)}">${escapeHtml(title)}</a></li>`;
}

/** Stands over the claims: "92 runs of 8 experiments, all of them reduced: how big each is". */
function sizesInALine(sizes: readonly SizeLine[]): string {
  if (sizes.length === 0) return "";
  const runs = sizes.reduce((sum, one) => sum + one.runs, 0);
  const reduced = sizes.filter((one) => one.reduced.length > 0).length;
  const how = reduced === sizes.length
    ? "all of them"
    : reduced === 0
    ? "none of them"
    : `${reduced} of them`;
  const text = `${runs} runs of ${sizes.length} experiments, ${how} reduced`;
  return `<p class="size">${text}: <a href="#${SIZES}">how big each is</a>.</p>`;
}

const SIZES = "sizes";

/** A line an experiment; what is reduced is folded, but for its first words. */
function sizesHtml(sizes: readonly SizeLine[]): string {
  if (sizes.length === 0) return "";
  const lines = sizes.map(({ title, runs, reduced }) => {
    const count = `${runs} ${runs === 1 ? "run" : "runs"}`;
    const line = `<b>${escapeHtml(title)}</b>: ${count}, ${escapeHtml(reduced[0] ?? "nothing reduced")}`;
    return reduced.length < 2
      ? `<p class="size">${line}</p>`
      : `<details><summary>${line}, ...</summary><p>${escapeHtml(reduced.join("; "))}</p></details>`;
  });
  return `<section class="sizes" id="${SIZES}"><h2>How big these runs are</h2>${lines.join("\n")}</section>`;
}
