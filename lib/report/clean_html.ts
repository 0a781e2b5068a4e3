import sanitizeHtml from "sanitize-html";

/** What may stand in an output's HTML: text, tables and bars. */
const ELEMENTS =
  ("a abbr b br caption code div em figcaption figure h1 h2 h3 h4 h5 h6 hr i li ol p pre progress s small span strong sub sup " +
    "table tbody td tfoot th thead tr u ul").split(" ");
const ATTRIBUTES = { "*": ["class", "colspan", "max", "rowspan", "style", "title", "value"] };
/** Those of our tables; others could borrow the look, or the role, of the page's own parts. */
const CLASSES = { "*": ["weightshare", "notes"] };

const PROSE_ELEMENTS = [...ELEMENTS, "blockquote"];
const PROSE_ATTRIBUTES = {
  a: ["href", "rel"],
  ...Object.fromEntries(["h1", "h2", "h3", "h4", "h5", "h6"].map((heading) => [heading, ["id"]])),
  ...{ ol: ["start"], td: ["style"], th: ["style"] },
};

/** Parsers take time by depth times length: what nests deeper is no table and no prose. */
const DEEPEST = 100;

class TooDeep extends Error {}

/** HTML of a cell's output without scripts, links, pictures, or anything else that is not text or a table. */
export function cleanHtml(html: string): string {
  return clean(html, { allowedTags: ELEMENTS, allowedAttributes: ATTRIBUTES, allowedClasses: CLASSES });
}

/** HTML made of prose (Markdown): headings, text, tables, and links to pages and mail. */
export function cleanProse(html: string): string {
  return clean(html, {
    allowedTags: PROSE_ELEMENTS,
    allowedAttributes: PROSE_ATTRIBUTES,
    allowedClasses: {},
  });
}

interface Allowed {
  allowedTags: string[];
  /** By element; "*" holds for all. */
  allowedAttributes: Record<string, string[]>;
  allowedClasses: Record<string, string[]>;
}

function clean(html: string, allowed: Allowed): string {
  let depth = 0;
  try {
    return sanitizeHtml(html, {
      ...allowed,
      allowedSchemes: ["http", "https", "mailto"],
      allowProtocolRelative: false,
      parseStyleAttributes: false,
      transformTags: {
        "*": (tagName: string, attribs: Attributes) => ({ tagName, attribs: plainAttributes(attribs) }),
      },
      onOpenTag() {
        if (++depth > DEEPEST) throw new TooDeep();
      },
      onCloseTag: () => void depth--,
    });
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return `<p class="missing">(not shown: more than ${DEEPEST} elements inside each other)</p>`;
  }
}

/** Declarations that set text, borders and widths by plain words and numbers: none can ask a host or cover the page. */
const PROPERTY =
  /^(background-color|border|caption-side|color|font|margin|overflow|padding|text-align|vertical-align|white-space|(min-)?width)(-[a-z]+)*$/;
const VALUE = /^[\w\s.,%#-]+$/;

/** Links lead to pages, mail, files beside the page and places in it. */
const LINK = /^(https?:\/\/|mailto:|#|[\w./-]+(#[\w-]*)?$)/i;

type Attributes = Record<string, string>;

function plainAttributes({ style, href, ...others }: Attributes): Attributes {
  return {
    ...others,
    ...(style === undefined ? {} : { style: plainStyle(style) }),
    ...(href !== undefined && LINK.test(href) ? { href, rel: "noopener noreferrer" } : {}),
  };
}

function plainStyle(style: string): string {
  const declarations = style.split(";").map((one) => one.split(":").map((part) => part.trim()));
  return declarations.filter(([property = "", value = "", ...more]) =>
    PROPERTY.test(property) && VALUE.test(value) && more.length === 0
  ).map((parts) => parts.join(":")).join(";");
}
