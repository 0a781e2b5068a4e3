import MarkdownIt from "markdown-it";
import { cleanProse } from "./clean_html.ts";
import { escapeHtml } from "./escape.ts";

/** A heading of the page's table of contents. */
export interface Heading {
  depth: number;
  text: string;
  id: string;
}

/** The headings of a page, each with a place of its own. */
export class Contents {
  readonly headings: Heading[] = [];
  readonly #uses = new Map<string, number>();

  /** Adds a heading; returns its place. */
  add(depth: number, text: string): string {
    const slug = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "section";
    const id = this.#free(slug);
    this.headings.push({ depth, text, id });
    return id;
  }

  /** The slug, or the first of slug-2, slug-3, ... that no heading has. */
  #free(slug: string): string {
    const uses = (this.#uses.get(slug) ?? 0) + 1;
    this.#uses.set(slug, uses);
    return uses === 1 ? slug : this.#free(`${slug}-${uses}`);
  }
}

/** Markdown as HTML; its headings are added to `contents`. Raw HTML is shown as text, images only as links. */
export function markdownToHtml(source: string, contents?: Contents): string {
  const tokens = markdown.parse(source, {});
  tokens.forEach((token, at) => {
    if (token.type !== "heading_open" || contents === undefined) return;
    const text = (tokens[at + 1]?.children ?? []).map(({ content }) => content).join("");
    token.attrSet("id", contents.add(Number(token.tag.slice(1)), text));
  });
  return cleanProse(markdown.renderer.render(tokens, markdown.options, {}));
}

const markdown = new MarkdownIt({ html: false });
// Where links may lead is decided once, for all HTML of a notebook, by what cleans it.
markdown.validateLink = () => true;
markdown.renderer.rules.image = (tokens, at) => {
  const [address, text] = [String(tokens[at]?.attrGet("src")), tokens[at]?.content ?? ""];
  return `<a href="${escapeHtml(address)}">${escapeHtml(text === "" ? address : text)}</a>`;
};
