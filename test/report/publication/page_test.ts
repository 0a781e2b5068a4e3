import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeBrowser } from "../../../lib/report/browser.ts";
import { accuracyOverTime } from "../../../lib/report/proxy/mod.ts";
import { proxyTable } from "../../../lib/report/proxy/table.ts";
import { exportPublication } from "../../../lib/report/publication/export.ts";
import { STYLES } from "../../../lib/report/publication/style.ts";
import { tableRecords } from "../records.ts";
import { HOSTILE, TABLE } from "./table.ts";

const lacking = spawnSync("kpsewhich", ["siunitx.sty"]).status === 0 ? [] : ["pdflatex with siunitx"];
if (lacking.length > 0) {
  console.log(`the page in LaTeX is skipped: ${lacking} is missing (Debian: texlive-science)`);
}

const { column, page } = STYLES.nature;
const PAGE = `\\documentclass[twocolumn,10pt]{article}
\\usepackage[a4paper,textwidth=${page}mm,textheight=245mm,columnsep=${page - 2 * column}mm]{geometry}
\\usepackage{booktabs,siunitx,graphicx}
\\graphicspath{{figures/}}
\\input{tables/proxy-table-numbers}
\\input{tables/odd-2-numbers}
\\begin{document}
The proxy needs \\OddTwoAProxyTNeeded{} steps.
\\input{figures/proxy-accuracy-over-time}
\\input{tables/proxy-table}
\\input{tables/odd-2}
\\end{document}
`;

Deno.test({
  name: "a page of two columns with a figure and tables of odd texts compiles, and nothing leaves its column",
  ignore: lacking.length > 0,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const folder = mkdtempSync(join(tmpdir(), "weightshare-page-"));
    try {
      const records = tableRecords();
      const figure = accuracyOverTime(records);
      const odd = { ...figure, title: HOSTILE, caption: HOSTILE };
      await exportPublication(
        { tables: [proxyTable(records), TABLE], figures: [odd] },
        STYLES.nature,
        folder,
      );
      writeFileSync(join(folder, "page.tex"), PAGE);
      const run = spawnSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "page.tex"], {
        ...{ cwd: folder, encoding: "utf8" },
      });
      assert.equal(run.status, 0, run.stdout);
      const log = readFileSync(join(folder, "page.log"), "utf8");
      const overfull = [...log.matchAll(/Overfull \\hbox \(([\d.]+)pt/g)].map(([, points]) => Number(points));
      assert.ok(overfull.every((points) => points < 3), log);
    } finally {
      await closeBrowser();
      rmSync(folder, { recursive: true });
    }
  },
});
