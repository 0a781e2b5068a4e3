import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { closeBrowser, withPage } from "../../lib/report/browser.ts";
import { cleanHtml } from "../../lib/report/clean_html.ts";
import { Contents, markdownToHtml } from "../../lib/report/markdown.ts";
import { makePage } from "../../lib/report/page.ts";

/** Chromium is a process of its own that other tests may share. */
const browser = { sanitizeOps: false, sanitizeResources: false };

const RUN = "document.title=1";
const ENCODED = [...RUN].map((letter) => `&#${letter.charCodeAt(0)};`).join("");
const HEX = [...RUN].map((letter) => `&#x${letter.charCodeAt(0).toString(16)}`).join("");

/** HTML that would run a script, leave the page, or ask a host, if any of it came through. */
const PAYLOADS = [
  `<img src=x onerror=${RUN} ">`,
  `<img src=x onerror=${RUN} '>`,
  `<img src="x" onerror='${RUN}'//`,
  `<img src=x:x onerror\n=\n${RUN}>`,
  `<img/src=x/onerror=${RUN}>`,
  `<img src=x onerror="${ENCODED}">`,
  `<img src=x onerror=${HEX}>`,
  `<IMG SRC=x ONERROR=${RUN}>`,
  `<img """><script>${RUN}</script>">`,
  `<img src="x\`" onerror=${RUN} \`">`,
  `<script>${RUN}</script>`,
  `<script/x>${RUN}</script\n>`,
  `<ScRiPt>${RUN}</sCrIpT >`,
  `<<script>${RUN}//<</script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<scr\u0000ipt>${RUN}</scr\u0000ipt>`,
  `<script src=data:text/javascript,${RUN}></script>`,
  `<script type=module>${RUN}</script>`,
  `<script>${RUN}`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `<svg onload=${RUN}>`,
  `<svg/onload=${RUN}//`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><script href="data:,${RUN}"/></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><a xlink:href="javascript:${RUN}"><text y=20>x</text></a></svg>`,
  `<svg><a><animate attributeName=href values=javascript:${RUN} /><text y=20>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload=${RUN}>#x"/></svg>`,
  `<svg><foreignObject><img src=x onerror=${RUN}></foreignObject></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<math href="javascript:${RUN}">x</math>`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<svg></p><style><a id="</style><img src=1 onerror=${RUN}>">`,
  `<svg><style><img title="</style><img src onerror=${RUN}>">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<textarea></textarea/><img src=x onerror=${RUN}>`,
  `<title><a title="</title><img src=x onerror=${RUN}>">`,
  `<xmp><p title="</xmp><img src=x onerror=${RUN}>">`,
  `<iframe><p title="</iframe><img src=x onerror=${RUN}>">`,
  `<noembed><p title="</noembed><img src=x onerror=${RUN}>">`,
  `<template><img src=x onerror=${RUN}></template>`,
  `<plaintext><img src=x onerror=${RUN}>`,
  `<select><template><img src=x onerror=${RUN}></template></select>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<!-- --!><img src=x onerror=${RUN}> -->`,
  `<![CDATA[><img src=x onerror=${RUN}>]]>`,
  `<?xml ?><img src=x onerror=${RUN}>`,
  `<!DOCTYPE x [<!ENTITY y "<img src=x onerror=${RUN}>">]>&y;`,
  `<a href="javascript:${RUN}">x</a>`,
  `<a href="  jAvAsCrIpT:${RUN}">x</a>`,
  `<a href="java\tscript:${RUN}">x</a>`,
  `<a href="java&#10;script:${RUN}">x</a>`,
  `<a href="&#106;avascript&colon;${RUN}">x</a>`,
  `<a href="\u0001javascript:${RUN}">x</a>`,
  `<a href="vbscript:${RUN}">x</a>`,
  `<a href="data:text/html,<script>opener.${RUN}</script>">x</a>`,
  `<a href=x onclick=${RUN} onmouseover=${RUN} onfocus=${RUN} autofocus>x</a>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<iframe src="javascript:parent.${RUN}"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<object data="data:text/html,<script>parent.${RUN}</script>"></object>`,
  `<embed src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='parent.${RUN}'/>">`,
  `<form action="javascript:${RUN}"><button autofocus onfocus=${RUN}>x</button></form>`,
  `<button form=f formaction="javascript:${RUN}">x</button><form id=f></form>`,
  `<input autofocus onfocus=${RUN}>`,
  `<isindex type=image src=x onerror=${RUN}>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<video><source onerror=${RUN}></video>`,
  `<video src=x onerror=${RUN}></video><audio src=x onerror=${RUN}></audio>`,
  `<body onload=${RUN} onpageshow=${RUN}>`,
  `<frameset onload=${RUN}>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<keygen autofocus onfocus=${RUN}>`,
  `<x onclick=${RUN} tabindex=0 autofocus onfocus=${RUN}>x</x>`,
  `<meta http-equiv=refresh content="0;url=data:text/html,gone">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${RUN}">`,
  `<meta http-equiv=Content-Security-Policy content="script-src 'unsafe-inline'">`,
  `<base href="javascript:${RUN}//">`,
  `<base href="https://example.org/" target=_top>`,
  `<link rel=stylesheet href="data:text/css,*{background:url(https://example.org/css)}">`,
  `<link rel=prefetch href="https://example.org/prefetch"><link rel=dns-prefetch href="//example.org">`,
  `<style>*{background:url(https://example.org/style)}</style>`,
  `<style>@import "https://example.org/import";</style>`,
  `<p style="background:url(https://example.org/p)">x</p>`,
  `<p style="background:\\75rl(https://example.org/escaped)">x</p>`,
  `<p style="width:expression(${RUN});-moz-binding:url(https://example.org/xbl);behavior:url(x)">x</p>`,
  `<p style="position:fixed;inset:0;z-index:9999;opacity:0">x</p>`,
  `<img src="https://example.org/picture" srcset="https://example.org/set 2x">`,
  `<table background="https://example.org/table"><tr><td background="https://example.org/td">x</table>`,
  `<div id=plot class="figure"><form name=querySelectorAll><input name=getElementById></form></div>`,
  `</div></section></main></body></html><script>${RUN}</script>`,
  `</pre></code></details><img src=x onerror=${RUN}>`,
  `<b title='"><img src=x onerror=${RUN}>'>x</b>`,
  `<b title="\u2028&quot;><img src=x onerror=${RUN}>">x</b>`,
  `<abbr title="&lt;/abbr&gt;&lt;script&gt;${RUN}&lt;/script&gt;">x</abbr>`,
  `<div><p><b><i>${"<div>".repeat(600)}<img src=x onerror=${RUN}>`,
];

/** Markdown that would do the same. */
const MARKDOWN = [
  `[x](javascript:${RUN})`,
  `[x](&#106;avascript:${RUN})`,
  `[x](java&Tab;script:${RUN})`,
  `[x](<javascript:${RUN}>)`,
  `[x][y]\n\n[y]: javascript:${RUN}`,
  `[x](data:text/html,<script>${RUN}</script>)`,
  `![x](https://example.org/picture)`,
  `![x](x"onerror="${RUN})`,
  `![" onerror=${RUN} x="](x)`,
  `[x](x "t" onclick="${RUN}")`,
  `<javascript:${RUN}>`,
  `<https://example.org/"onclick=${RUN}>`,
  `# <img src=x onerror=${RUN}>`,
  `# "><img src=x onerror=${RUN}>`,
  '```"><img src=x onerror=' + RUN + ">\ncode\n```",
  "`<img src=x onerror=" + RUN + ">`",
  `| a |\n|---|\n| <img src=x onerror=${RUN}> |`,
  ...PAYLOADS,
];

const shown = (data: Record<string, unknown>) => ({ output_type: "display_data", data });

/** A notebook whose every part is `text`. */
function cellsOf(text: string): unknown[] {
  return [
    { cell_type: "markdown", source: text },
    { cell_type: "raw", source: text },
    {
      cell_type: "code",
      source: text,
      outputs: [
        { output_type: "stream", name: text, text },
        { output_type: "error", ename: text, evalue: text, traceback: [] },
        { output_type: "error", ename: "E", evalue: "", traceback: [text, `\u001b[31m${text}`] },
        ...["html", "latex", "markdown", "plain"].map((kind) => shown({ [`text/${kind}`]: [text] })),
        ...["svg+xml", "png", "jpeg"].map((kind) => shown({ [`image/${kind}`]: text, "text/plain": text })),
        shown({
          "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" onload="parent.${RUN}">${text}</svg>`,
        }),
      ],
    },
  ];
}

function figureOf(text: string): unknown {
  const plotly = {
    data: [{ y: [1, 2], name: text, text: [text], hovertemplate: text }],
    layout: { title: { text }, annotations: [{ text: `<a href="javascript:${RUN}">${text}</a>` }] },
  };
  const output = shown({
    "application/vnd.plotly.v1+json": plotly,
    "image/svg+xml": text,
    "text/plain": text,
  });
  return { cell_type: "code", source: "", outputs: [output] };
}

interface Seen {
  title: string;
  url: string;
  requests: string[];
  dialogs: string[];
  forbidden: string[];
  plots: number;
}

/** Opens a page in Chromium, clicks what is no link, and says what happened. */
async function visit(html: string, folder: string): Promise<Seen> {
  const path = join(folder, "page.html");
  writeFileSync(path, html);
  const address = pathToFileURL(path).href;
  return await withPage({ offline: true, viewport: { width: 900, height: 5000 } }, async (page) => {
    const seen = { requests: [] as string[], dialogs: [] as string[] };
    // What the page's policy stops fails as "csp"; all else would have been asked for.
    page.on("requestfailed", (request) => {
      if (request.failure()?.errorText === "csp") return;
      if (!/^(data:|blob:)/.test(request.url()) && request.url() !== address) {
        seen.requests.push(request.url());
      }
    });
    page.on("dialog", (dialog) => {
      seen.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(address);
    if (html.includes('<figure class="figure">')) await page.waitForSelector(".plot .main-svg");
    await page.waitForTimeout(300);
    const looked = await page.evaluate(inspect);
    return { ...seen, ...looked, url: page.url() === address ? "" : page.url() };
  });
}

/** Runs in the page. */
// deno-lint-ignore no-explicit-any
async function inspect(): Promise<any> {
  // deno-lint-ignore no-explicit-any
  const { document, MouseEvent } = globalThis as any;
  const parts = [...document.querySelectorAll("main .html, main .prose, main pre")];
  const inside = parts.flatMap((part) => [...part.querySelectorAll("*")]);
  const forbidden = inside.flatMap((element) => [
    ...(/^(script|style|img|iframe|object|embed|form|input|button|svg|math|meta|base|link|template)$/i.test(
        element.tagName,
      )
      ? [element.outerHTML]
      : []),
    ...[...element.attributes].filter(({ name, value }) =>
      /^on|^src|^action|^background|^formaction/i.test(name) ||
      (name === "style" && /url|position|\\/.test(value)) ||
      (name === "href" && !/^(https?:\/\/|mailto:|#|[\w./#-]*$)/.test(value))
    ).map(({ name, value }) => `${name}=${value}`),
  ]);
  for (const element of inside) {
    if (element.tagName === "A") continue;
    element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  }
  await new Promise((done) => setTimeout(done, 200));
  return { title: document.title, forbidden, plots: document.querySelectorAll(".plot .main-svg").length };
}

async function inFolder<T>(use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "page-safety-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const QUIET: Seen = { title: "safe", url: "", requests: [], dialogs: [], forbidden: [], plots: 0 };

Deno.test({
  name: "page: nothing of a notebook runs, leads away or asks a host",
  ...browser,
  async fn() {
    await inFolder(async (folder) => {
      const notebook = join(folder, `"><img src=x onerror=${RUN}>.ipynb`.replaceAll("/", ""));
      const cells = [...PAYLOADS.slice(0, 8).map(figureOf), ...MARKDOWN.flatMap(cellsOf)];
      writeFileSync(notebook, JSON.stringify({ cells, nbformat: 4 }));
      const page = makePage({ title: "safe", facts: PAYLOADS.slice(0, 9), notebooks: [notebook] });
      const { plots, ...seen } = await visit(page, folder);
      assert.deepEqual({ ...seen, plots: 0 }, QUIET);
      assert.ok(plots > 0, "the figures are not drawn");
      const titled = makePage({ title: `</title><script>${RUN}</script>`, notebooks: [] });
      assert.equal((await visit(titled, folder)).title, `</title><script>${RUN}</script>`);
    });
    await closeBrowser();
  },
});

Deno.test({
  name: "page: what stood in it against all cleaning could not run or ask a host either",
  ...browser,
  async fn() {
    await inFolder(async (folder) => {
      const page = makePage({ title: "safe", facts: ["PLACE"], notebooks: [] });
      const scripts = PAYLOADS.filter((payload) =>
        !/refresh|base href|<plaintext|querySelectorAll/.test(payload)
      );
      const { title, requests, dialogs } = await visit(
        page.replace("PLACE", scripts.join("</p>\n<p>")),
        folder,
      );
      assert.deepEqual({ title, dialogs }, { title: "safe", dialogs: [] });
      assert.deepEqual(requests.filter((request) => request.startsWith("http")), []);
    });
    await closeBrowser();
  },
});

const MILLION = 1_000_000;
const repeat = (part: string, length = MILLION) => part.repeat(Math.ceil(length / part.length));

/** A quadratic way through any of these takes a minute and more. */
Deno.test("page: a million characters of hostile HTML or Markdown take seconds", () => {
  const html = [
    "<a",
    "<a><b>",
    "<p>",
    '<a x="',
    "<!--",
    "<svg>",
    "<iframe>",
    "<table><tr><td>",
    "</p>",
    "&amp",
  ];
  const markdown = ["**a", "~~a ", "[a](", "[a](<b", "> ", "`", "# a\n"];
  const texts: [string, () => string][] = [
    ...html.map((part): [string, () => string] => [part, () => cleanHtml(repeat(part))]),
    ["style", () => cleanHtml(`<p style="${repeat("{")}">`)],
    ["closing", () => cleanHtml(repeat("<b>", MILLION / 2) + repeat("</i>", MILLION / 2))],
    ...markdown.map((part): [string, () => string] => [
      part,
      () => markdownToHtml(repeat(part, MILLION / 10), new Contents()),
    ]),
  ];
  for (const [part, clean] of texts) {
    const since = performance.now();
    clean();
    const seconds = (performance.now() - since) / 1000;
    assert.ok(seconds < 15, `${JSON.stringify(part)} took ${seconds.toFixed(1)} s`);
  }
});
