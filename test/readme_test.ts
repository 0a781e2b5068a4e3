import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.ts";

const TABLES = join(ROOT, "results", "study", "tables");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const RESULTS = readFileSync(join(ROOT, "docs", "results.md"), "utf8");

/** A table of docs/results.md and where it comes from. */
interface Tie {
  /** The committed tables that its numbers stand in. */
  tables: string[];
  /** Its rows in order, named by their untied columns, and what each is called in the committed tables. */
  rows: [readme: string, committed: string][];
  /** Its columns of numbers, and the columns of the committed tables that hold the same. */
  columns: Record<string, string[]>;
}

const [ARGMAX, TIE_INCLUSIVE] = ["Last epoch (%): argmax", "Last epoch (%): tie-incl."];

const SHARING: Tie["columns"] = {
  "Parameters": ["Parameters"],
  "Test accuracy (%)": ["Test (%): last epoch"],
  "Against nothing shared (points)": ["Test accuracy (points): difference"],
  "Reported (256/16)": ["Reported (points), tag"],
};

const OVERFITTING: Tie["columns"] = {
  ...SHARING,
  "Training images (%)": ["Training images (%): last epoch"],
};

/** The tables of docs/results.md, in its order. */
const TIES: Tie[] = [
  {
    tables: ["proxy-table"],
    rows: [
      ["SNN by proxy (target K = 2)", "SNN by proxy (K = 2)"],
      ["its proxy ANN", "its proxy ANN (K = 2)"],
      ["SNN by proxy (K = 1, as released)", "SNN by proxy (K = 1)"],
      ["its proxy ANN", "its proxy ANN (K = 1)"],
      ["ANN trained alone", "ANN alone"],
    ],
    columns: {
      "T": ["T"],
      "Last epoch (%): argmax": [ARGMAX],
      "tie-inclusive": [TIE_INCLUSIVE],
      "tied": ["Last epoch (%): tied"],
      "Reported (%)": ["Reported (%), tag"],
    },
  },
  {
    tables: ["released-recipe"],
    rows: [
      ...["last", "best by argmax (optimistic)"].map((which) => `SNN by proxy (K = 1), ${which}`),
      ...["last so far", "best by argmax (optimistic)"].map((which) => `SNN by proxy (K = 2), ${which}`),
    ].map((name) => [name, name]),
    columns: {
      "Epoch": ["Epoch"],
      "SNN (%): argmax": ["SNN (%): argmax"],
      "tie-inclusive": ["SNN (%): tie-incl."],
      "silent": ["SNN (%): silent"],
      "Its ANN, argmax (%)": ["Its ANN, argmax (%)"],
    },
  },
  {
    tables: named("fashion-mnist-learning-rules-in-pytorch", "accuracy", "claims", "cost"),
    rows: [
      ["SNN by proxy (K = 2)", "SNN by proxy (K = 2)"],
      ["SNN by proxy (K = 1, as released)", "SNN by proxy (K = 1)"],
      ["SNN by tandem learning", "SNN by tandem learning"],
      ["the same, no gradient where saturated", "SNN by tandem learning, no gradient where saturated"],
      ...["", " (T = 5)"].map((steps): [string, string] => [
        `SNN by surrogate gradients${steps}`,
        `SNN by surrogate gradients${steps}`,
      ]),
      ["converted SNN (99.9-percentile, soft reset)", "converted SNN (99.9-percentile, soft reset)"],
      ["SNN without replacement (K = 2), a control", "SNN without replacement (K = 2)"],
      ["ANN alone", "ANN alone"],
    ],
    columns: {
      "T": ["T"],
      "Test accuracy (%): argmax": [ARGMAX],
      "tie-inclusive": [TIE_INCLUSIVE],
      "By proxy (K = 2) minus it (points)": ["Our measurement", "p"],
      "T needed for its best − 0.5": ["T needed"],
    },
  },
  {
    tables: named("cifar-10-learning-rules-in-pytorch", "accuracy", "claims", "cost"),
    rows: [
      ...[
        "SNN by proxy (K = 8)",
        "SNN by tandem learning",
        "SNN by surrogate gradients (T = 5)",
        "converted SNN (99.9-percentile, soft reset)",
        "ANN alone",
      ],
    ].map((name) => [name, name]),
    columns: {
      "T": ["T"],
      "Test accuracy (%): argmax": [ARGMAX],
      "tie-inclusive": [TIE_INCLUSIVE],
      "By proxy (K = 8) minus it (points)": ["Our measurement", "p"],
      "T needed for its best − 0.5": ["T needed"],
    },
  },
  {
    tables: ["convmixer-cifar-10", "se-resnet-cifar-10"].flatMap((name) =>
      named(name, "accuracy", "differences")
    ),
    rows: [
      ["ConvMixer-64/8, nothing", "ConvMixer-64/8, none"],
      [", depthwise", "ConvMixer-64/8, depthwise"],
      [", pointwise", "ConvMixer-64/8, pointwise"],
      [", everything", "ConvMixer-64/8, all"],
      ["ConvMixer-52/2, as few parameters, nothing", "ConvMixer-52/2, none"],
      ["ConvMixer-24/8, as few parameters, nothing", "ConvMixer-24/8, none"],
      ["SE-ResNet-14 (8/16/32), nothing", "SE-ResNet-14, none"],
      [", everything", "SE-ResNet-14, all stages"],
    ],
    columns: SHARING,
  },
  {
    tables: named("convmixer-crop-flip-cifar-10-in-pytorch", "accuracy", "differences"),
    rows: [
      ["ConvMixer-128/8, nothing", "ConvMixer-128/8, none"],
      ["ConvMixer-128/8, everything", "ConvMixer-128/8, all"],
      ["ConvMixer-66/4, as few parameters, nothing", "ConvMixer-66/4, none"],
    ],
    columns: OVERFITTING,
  },
  {
    tables: named("convmixer-crop-flip-cifar-100-in-pytorch", "accuracy", "differences"),
    rows: [
      ["ConvMixer-128/8, nothing", "ConvMixer-128/8, none"],
      ["ConvMixer-128/8, everything", "ConvMixer-128/8, all"],
      ["ConvMixer-73/4, as few parameters, nothing", "ConvMixer-73/4, none"],
    ],
    columns: OVERFITTING,
  },
  {
    tables: named("convmixer-few-images-in-pytorch", "accuracy", "differences"),
    rows: [
      ["ConvMixer-128/8, nothing", "ConvMixer-128/8, none"],
      ["ConvMixer-128/8, everything", "ConvMixer-128/8, all"],
      ["ConvMixer-66/4, as few parameters, nothing", "ConvMixer-66/4, none"],
    ],
    columns: OVERFITTING,
  },
  {
    tables: named("convmixer-plain-in-pytorch", "accuracy", "differences"),
    rows: [
      ["ConvMixer-128/8, nothing", "ConvMixer-128/8, none"],
      ["ConvMixer-128/8, everything", "ConvMixer-128/8, all"],
    ],
    columns: OVERFITTING,
  },
  {
    tables: named("se-resnet-full-width-cifar-10-in-pytorch", "accuracy", "differences"),
    rows: [
      ["SE-ResNet-14, nothing", "SE-ResNet-14, none"],
      ["SE-ResNet-14, everything", "SE-ResNet-14, all stages"],
      ["SE-ResNet-8, as few parameters, nothing", "SE-ResNet-8, none"],
    ],
    columns: OVERFITTING,
  },
  {
    tables: named("fashion-mnist-folded-in-pytorch", "accuracy"),
    rows: [
      "nothing shared",
      "one kernel for isomorphic layers",
      "equal parameters, narrower",
      "equal parameters, shallower",
    ]
      .flatMap((shared) =>
        ["ANN alone", "SNN by surrogate gradients", "SNN by proxy (K = 2)"].map((rule) =>
          `${shared}, ${rule}`
        )
      ).map((row) => [row, row]),
    columns: {
      "Parameters": ["Parameters"],
      "Test accuracy (%)": ["Accuracy (%): argmax"],
      "Spikes (1,000)": ["Spikes (1,000)"],
    },
  },
];

/** What is compared with other rules: on Fashion-MNIST, on CIFAR-10. */
const PROXIES = ["SNN by proxy (K = 2)", "SNN by proxy (K = 8)"];

/** What nothing is shared in. */
const TWINS = ["ConvMixer-64/8, none", "ConvMixer-128/8, none", "SE-ResNet-14, none"];

function named(experiment: string, ...tables: string[]): string[] {
  return tables.map((table) => `${experiment}-${table}`);
}

Deno.test("every claim of the README stands in the committed table of claims, word for word", () => {
  const [shown] = tablesIn(README);
  const known = tablesIn(readFileSync(join(TABLES, "claims.md"), "utf8")).flat();
  assert.ok((shown?.length ?? 0) >= 10);
  for (const row of shown ?? []) {
    const same = known.filter((one) =>
      one["Network"] === row["Network"] && one["Our measurement"] === row["Measured here"] &&
      ["95 % interval (points)", "n", "Verdict"].every((heading) => one[heading] === row[heading])
    );
    assert.ok(
      same.length > 0,
      `README: the claim "${row["Claim"]}" does not stand so in results/study/tables/claims.md`,
    );
  }
});

Deno.test("every number of the result tables of docs/results.md stands in its row and column of a committed table", () => {
  const tables = tablesIn(RESULTS);
  assert.equal(tables.length, TIES.length, "tables of docs/results.md");
  tables.forEach((rows, at) => checkTable(rows, TIES[at] as Tie));
});

function checkTable(rows: Row[], tie: Tie): void {
  const label = (row: Row) => Object.keys(row).filter((key) => !(key in tie.columns)).map((key) => row[key]);
  assert.deepEqual(rows.map((row) => label(row).join(", ")), tie.rows.map(([readme]) => readme));
  rows.forEach((row, at) => {
    const [, subject] = tie.rows[at] as Tie["rows"][number];
    for (const [heading, columns] of Object.entries(tie.columns)) {
      const shown = numbers(row[heading] as string);
      if (shown.length === 0) continue;
      const committed = columns.flatMap((column) => numbers(cellOf(tie.tables, subject, column)));
      assert.deepEqual(
        shown,
        committed,
        `docs/results.md, "${heading}" of ${subject}: it says ${row[heading]}`,
      );
    }
  });
}

/** The one cell of a column that is about the subject. */
function cellOf(tables: string[], subject: string, column: string): string {
  const rows = tables.flatMap((table) => tablesIn(readFileSync(join(TABLES, `${table}.md`), "utf8")).flat());
  const cells = rows.filter((row) => column in row && isAbout(row, subject)).map((row) => row[column]);
  assert.equal(cells.length, 1, `rows about "${subject}" with "${column}" in ${tables.join(", ")}`);
  return cells[0] as string;
}

/** Claims are about the network that proxy learning is compared with, other rows about their own, against its twin. */
function isAbout(
  { Network, Shared, Against, "Trained as": rule, "Our measurement": measured }: Row,
  subject: string,
): boolean {
  if (rule !== undefined) return subject === `${Shared}, ${rule}`;
  if (Against !== undefined && !TWINS.includes(Against)) return false;
  if (measured === undefined) return subject === (Shared === undefined ? Network : `${Network}, ${Shared}`);
  return PROXIES.includes(Network ?? "") && measured.endsWith(` points against ${subject}`);
}

Deno.test("percentages and shares of epochs in the prose of docs/results.md stand in a committed table", () => {
  const prose = RESULTS.split("\n").filter((line) => !line.startsWith("|")).join(" ");
  const told = prose.match(/\d[\d.]* %|\d+ of \d+/g) ?? [];
  assert.ok(told.length >= 5, told.join());
  const committed = readdirSync(TABLES).filter((file) => file.endsWith(".csv"))
    .map((file) => readFileSync(join(TABLES, file), "utf8")).join("\n");
  for (const some of told) {
    const known = new RegExp(`(?<![\\d.])${some.replace(" %", "").replace(".", "\\.")}(?!\\d|\\.\\d)`);
    assert.match(committed, known, `docs/results.md: "${some}" stands in no table of results/study/tables`);
  }
});

type Row = Record<string, string>;

/** The Markdown tables of a text: their rows, by heading. */
function tablesIn(text: string): Row[][] {
  const blocks = text.match(/(^\|.*\|$\n?)+/gm) ?? [];
  return blocks.map((block) => {
    const [head, , ...body] = block.trimEnd().split("\n").map((line) =>
      line.slice(1, -1).split("|").map((cell) => cell.trim())
    );
    return body.map((cells) => Object.fromEntries((head ?? []).map((key, at) => [key, cells[at] as string])));
  });
}

/** The numbers of a cell: signs of either kind, thousands with a comma; a claim's end names networks. */
function numbers(cell: string): number[] {
  const text = cell.replace(/ points against .*/, "").replaceAll("−", "-").replace(/(\d),(?=\d{3})/g, "$1");
  return (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
}
