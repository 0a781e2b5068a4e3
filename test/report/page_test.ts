import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainText } from "../../lib/report/escape.ts";
import { cleanHtml } from "../../lib/report/clean_html.ts";
import { markdownToHtml } from "../../lib/report/markdown.ts";
import { makePage } from "../../lib/report/page.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

function pageOf(cells: unknown[], title = "A <page>"): string {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  try {
    const path = join(folder, "01.ipynb");
    writeFileSync(path, JSON.stringify({ cells, nbformat: 4 }));
    return makePage({ title, facts: ["Reduced: <x>"], notebooks: [path, path] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const output = (data: Record<string, unknown>) => ({ output_type: "display_data", data });
const CELLS = [
  {
    cell_type: "markdown",
    source: ["# Title <b>\n", "see [there](https://example.org/a) ![x](https://example.org/b.png)"],
  },
  {
    cell_type: "code",
    source: 'console.log("</script><script>1")',
    outputs: [
      { output_type: "stream", name: "stdout", text: ["\u001b[31mred\u001b[0m <i>\u0007\n"] },
      { output_type: "error", ename: "Error", evalue: "boom", traceback: ["\u001b[0mError: <boom>"] },
      output({
        "text/html":
          '<table><tr><td onclick="x()">1</td></tr></table><img src="https://example.org/c"><script>2</script>',
      }),
      output({
        "application/vnd.plotly.v1+json": { data: [{ name: "</script>" }], layout: {} },
        ...{ "image/svg+xml": [SVG], "text/plain": "a figure" },
      }),
    ],
  },
];

Deno.test("page: nothing is asked of any host, apart from links in prose", () => {
  const page = pageOf(CELLS);
  const own = page.replace(/<script(?: type="text\/plain" id="plotly")?>[\s\S]*?<\/script>/g, "");
  const references = [...own.matchAll(/\s(?:src|href|srcset|action|data)\s*=\s*"([^"]*)"/g)].map((
    [, value],
  ) => value ?? "");
  assert.deepEqual(references.filter((value) => !/^(data:|#)/.test(value)), [
    ...[
      "https://example.org/a",
      "https://example.org/b.png",
      "https://example.org/a",
      "https://example.org/b.png",
    ],
  ]);
  assert.doesNotMatch(own, /<(link|iframe|object|embed|base)\b|@import|url\(/);
  assert.match(page, /default-src 'none'/);
  assert.ok(page.includes("plotly.js v"));
});

Deno.test("page: a figure is a drawing first; its data cannot end the script", () => {
  const page = pageOf(CELLS);
  assert.match(
    page,
    /<figure class="figure"><div class="drawing"><img decoding="async" alt="a figure" src="data:image\/svg\+xml;base64,/,
  );
  assert.ok(page.includes('{"data":[{"name":"\\u003c/script>"}],"layout":{}}'));
  assert.equal((page.match(/<script\b/g) ?? []).length, (page.match(/<\/script>/g) ?? []).length);
});

Deno.test("page: text is escaped, control codes are gone, headings have their own places", () => {
  const page = pageOf(CELLS);
  const own = page.slice(0, page.lastIndexOf("</main>"));
  assert.ok(
    own.includes("red &lt;i&gt;") && own.includes("Error: &lt;boom&gt;") && own.includes("A &lt;page&gt;"),
  );
  assert.ok(own.includes("&lt;/script&gt;&lt;script&gt;1"));
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(own, /[\u0000-\u0008\u000b-\u001f\u007f]/);
  assert.ok(!own.includes("onclick") && !own.includes("<script>2"));
  assert.ok(own.includes('href="#title-b"') && own.includes('id="title-b-2"'));
});

Deno.test("cleanHtml: keeps tables and bars, drops what acts or asks", () => {
  assert.equal(
    cleanHtml('<progress max="100" value="3"></progress>'),
    '<progress max="100" value="3"></progress>',
  );
  assert.equal(
    cleanHtml('<a href="javascript:x">t</a><p style="background:url(http://x);width:1em">u'),
    '<a>t</a><p style="width:1em">u</p>',
  );
  assert.equal(cleanHtml("<scr<script>ipt>alert(1)</script>"), "ipt&gt;alert(1)");
  assert.equal(cleanHtml("<img src=x onerror=alert(1)>a < b"), "a &lt; b");
  assert.equal(cleanHtml('<div class="plot weightshare">'), '<div class="weightshare"></div>');
});

Deno.test("markdownToHtml: raw HTML is text, odd links stay text", () => {
  assert.match(markdownToHtml("a <script>x</script>"), /&lt;script&gt;/);
  assert.doesNotMatch(markdownToHtml("[x](javascript:alert)"), /href/);
});

Deno.test("plainText: colours and returns are resolved as a terminal would", () => {
  assert.equal(plainText("\u001b[1;32mok\u001b[0m\r\n1 %\r2 %\r100 %\n\u0000end"), "ok\n100 %\nend");
});

Deno.test("page: a file that is no notebook is refused by its name and field", () => {
  for (
    const [cells, field] of [
      [undefined, "cells"],
      [[null], "cells.0"],
      [[{ cell_type: "code", source: 1 }], "cells.0.source"],
      [[{ cell_type: "code", source: "", outputs: [{}] }], "cells.0.outputs.0.output_type"],
      [[{
        cell_type: "code",
        source: "",
        outputs: [{ output_type: "error", traceback: "x" }],
      }], "cells.0.outputs.0.traceback"],
    ] as const
  ) {
    assert.throws(
      () => pageOf(cells as unknown as unknown[]),
      (error: Error) => error.message.includes(`01.ipynb: ${field} is `),
    );
  }
});

Deno.test("page: outputs of LaTeX and pictures are shown", () => {
  const page = pageOf([
    {
      cell_type: "code",
      source: "",
      outputs: [
        output({ "text/latex": "$x < y$" }),
        output({ "image/jpeg": "/9j/4AAQ\n", "text/plain": "a picture" }),
      ],
    },
  ]);
  assert.ok(page.includes('<pre class="stream">$x &lt; y$</pre>'));
  assert.ok(page.includes('<img decoding="async" alt="a picture" src="data:image/jpeg;base64,/9j/4AAQ">'));
});
