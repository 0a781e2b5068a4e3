/** What may stand in an output's HTML: text, tables and bars. */
const ELEMENTS = new Set(
  ("a abbr b br caption code div em figcaption figure h1 h2 h3 h4 h5 h6 hr i li ol p pre progress s small span strong sub sup " +
    "table tbody td tfoot th thead tr u ul").split(" "),
);
const ATTRIBUTES = new Set(["class", "colspan", "max", "rowspan", "style", "title", "value"]);

/** HTML of a cell's output without scripts, links to other hosts, or anything else that is not text or a table. */
export function cleanHtml(html: string): string {
  return html
    .replace(/<(script|style|iframe|object|embed|template|noscript|svg|math)\b[\s\S]*?(<\/\1\s*>|$)/gi, "")
    .replace(/<!--[\s\S]*?(-->|$)/g, "")
    .replace(/<(?=$|[^a-z/])/gi, "&lt;")
    .replace(/<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)(>|$)/gi, cleanTag);
}

function cleanTag(_: string, slash: string, name: string, attributes: string): string {
  const element = name.toLowerCase();
  if (!ELEMENTS.has(element)) return "";
  return slash === "/" ? `</${element}>` : `<${element}${cleanAttributes(attributes)}>`;
}

function cleanAttributes(text: string): string {
  const found = text.matchAll(/([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi);
  return [...found].map(([, name = "", double, single, bare]) => {
    const value = double ?? single ?? bare ?? "";
    const allowed = ATTRIBUTES.has(name.toLowerCase()) && !/url\s*\(|expression|@import|\\/i.test(value);
    return allowed
      ? ` ${name.toLowerCase()}="${value.replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`
      : "";
  }).join("");
}
