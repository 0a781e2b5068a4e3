import type { Table } from "../../../lib/report/table.ts";

/** Every character that LaTeX takes for its own, and some that it has no letter for. */
export const HOSTILE =
  "& % $ # _ { } ~ ^ \\ \\input{x} [1] -- --- \u00b5 \u2265 \u00e9 \u65e5 \u{1f600} \u0000\n\\end{document}";

/** A made-up table of odd texts and numbers. */
export const TABLE: Table = {
  name: "odd-2",
  title: "50 % & more",
  caption: `Odd: ${HOSTILE}`,
  label: "Reduced (quick profile): 3 of 100 epochs.",
  columns: [
    { heading: "Net_work", format: "text" },
    { heading: "argmax (%)", group: `Last ${HOSTILE}`, format: "percent", best: "highest" },
    { heading: "tied (%)", group: `Last ${HOSTILE}`, format: "percent" },
    { heading: "Parameters", format: "integer" },
    { heading: "T needed", format: "decimal", digits: 1, best: "lowest" },
  ],
  rows: [
    ["[a] proxy", { mean: 0.9103, sd: 0.0015, n: 3 }, 0.1, 1234567, { mean: 16.7, sd: 14.2, n: 3 }],
    ["* ANN alone", { mean: 0.9265, sd: null, n: 1 }, 0, 12, 4],
    [HOSTILE, "diverged at epoch 2", null, NaN, -3.25],
  ],
  notes: [HOSTILE],
};
