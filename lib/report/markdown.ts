import { Marked } from "marked";
import { escapeHtml } from "./escape.ts";

/** A heading of the page's table of contents. */
export interface Heading {
  depth: number;
  text: string;
  id: string;
}

/** Markdown as HTML; its headings are added to `headings`. Raw HTML is shown as text, images only as links. */
export function markdownToHtml(source: string, headings: Heading[] = []): string {
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const text = plain(html);
        const id = freeId(text, headings);
        headings.push({ depth, text, id });
        return `<h${depth} id="${id}">${html}</h${depth}>\n`;
      },
      html: ({ text }) => escapeHtml(text),
      image: ({ href, text }) => safeLink(href, escapeHtml(text === "" ? href : text)),
      link({ href, tokens }) {
        return safeLink(href, this.parser.parseInline(tokens));
      },
    },
  });
  return marked.parse(source, { async: false });
}

/** Links lead to pages, mail and places in the document; anything else ("javascript:") stays text. */
function safeLink(href: string, html: string): string {
  if (!/^(https?:|mailto:|#|[\w./-]+$)/i.test(href)) return html;
  return `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${html}</a>`;
}

function plain(html: string): string {
  const text = html.replace(/<[^>]*>/g, "");
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}

function freeId(text: string, headings: Heading[]): string {
  const slug = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "section";
  const taken = (id: string) => headings.some((heading) => heading.id === id);
  let id = slug;
  for (let number = 2; taken(id); number++) id = `${slug}-${number}`;
  return id;
}
