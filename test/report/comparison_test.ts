import assert from "node:assert/strict";
import type { Experiment } from "../../lib/experiments/experiment.ts";
import { fashionMnistComparison } from "../../lib/experiments/proxy/fashion_mnist_comparison.ts";
import { fashionMnistLearningRules } from "../../lib/experiments/proxy/fashion_mnist_learning_rules.ts";
import type { RunRecord, SpikingReport } from "../../lib/runs/record.ts";
import { fans } from "../../lib/models/fan_out.ts";
import { twoLivesSpec } from "../../lib/models/all.ts";
import {
  accuracyAgainstOperations,
  accuracyAgainstTime,
  agreementFigure,
  agreementTable,
  claimsTable,
  comparisonTable,
  costTable,
  energyTable,
  readOutsTable,
  rulesTable,
  withAgreement,
} from "../../lib/report/comparison/mod.ts";
import { neededReadOut } from "../../lib/report/comparison/time_and_cost.ts";
import { figures, tables } from "../../lib/report/experiments.ts";
import type { Cell, Table } from "../../lib/report/table.ts";
import { epochLine, record, score, spikingReport } from "./records.ts";
import { tracesOf } from "./traces.ts";

const configsOf = ({ rows }: Experiment) =>
  new Map(rows("study").map(({ id, configs }) => [id, configs[0] as RunRecord["config"]]));

/** Rows with the rules as published: the experiment's own tandem learning and conversion decide no claim. */
const ROWS = new Map(
  [...configsOf(fashionMnistComparison)].map((
    [row, config],
  ) => [row, { ...config, rule: published(config.rule) }]),
);

function published(rule: RunRecord["config"]["rule"]): RunRecord["config"]["rule"] {
  if (rule.name === "tandem") return { ...rule, norms: "of-counts" };
  return rule.name === "conversion" ? { ...rule, pooling: "gated" } : rule;
}

const OWN_ROWS = configsOf(fashionMnistLearningRules);

/** A made-up record of a row whose SNN (or ANN) has these accuracies after t = 1, 2, ...; the last is that of its T. */
function runOf(row: string, seed: number, overTime: number[], silent = 0, rows = ROWS): RunRecord {
  const config = { ...rows.get(row) as RunRecord["config"], seed };
  const argmax = overTime.at(-1) as number;
  const ann = config.rule.name === "ann";
  const line = epochLine(
    3,
    ann ? { ann: score(argmax) } : { snn: score(argmax, { silent }), ann: score(0.9) },
  );
  const made = record(
    { row, config, curve: [], spiking: ann ? undefined : report(config, overTime) } as never,
  );
  return { ...made, experiment: "fashion-mnist-comparison", hash: `${row}${seed}`, last: line, best: line };
}

function report({ network }: RunRecord["config"], overTime: number[]): SpikingReport {
  const layers = fans(twoLivesSpec(network)).flatMap(({ name, input }) =>
    input === null ? [name] : [name, input]
  );
  return {
    ...spikingReport(),
    overTime: overTime.map((argmax, index) => ({ t: index + 1, ...score(argmax) })),
    forwardPasses: 1,
    spikesPerStep: Object.fromEntries(
      layers.map((layer) => [layer, overTime.map((_, index) => index === 0 ? 1e-6 : 10)]),
    ),
    agreement: { conv1: { correlation: 0.9, points: [[0, 0], [1, 0.5]] } },
  };
}

/** Three seeds: the proxy is 2 points ahead of tandem learning, 3 behind surrogate gradients, level with conversion. */
function comparison(): RunRecord[] {
  return [1, 2, 3].flatMap((seed) => {
    const base = 0.8 + seed / 100;
    return [
      runOf("ann", seed, [base + 0.05]),
      runOf("proxy-k2", seed, [0.1, base - 0.004, base]),
      runOf("tandem", seed, [0.1, 0.2, base - 0.02 - seed / 1e4]),
      runOf("surrogate", seed, [0.1, base + 0.03 + seed / 1e4]),
      runOf("conversion", seed, [0.1, 0.1, 0.1, 0.2, 0.3, base + (seed - 2) / 100]),
    ];
  });
}

function rowsWith({ rows }: Table, text: RegExp): Cell[][] {
  return rows.filter((row) => row.some((cell) => typeof cell === "string" && text.test(cell)));
}

/** What stands under a heading in the rows with a text. */
function under(table: Table, heading: string, text: RegExp): (Cell | undefined)[] {
  const at = table.columns.findIndex((column) => column.heading === heading);
  assert.ok(at >= 0, heading);
  return rowsWith(table, text).map((row) => row[at]);
}

Deno.test("T needed: the earliest step within half a point of the network's own best", () => {
  const steps = [0.3, 0.894, 0.896, 0.9, 0.85].map((argmax, index) => ({ t: index + 1, ...score(argmax) }));
  assert.equal(neededReadOut(steps)?.t, 3);
  assert.equal(neededReadOut([]), undefined);
});

Deno.test("accuracy table: one row per rule with its ANN beside it; a silent SNN is said to be silent", () => {
  const table = comparisonTable([...comparison(), runOf("proxy-k1", 1, [0.1], 1)]);
  assert.deepEqual(table.rows.map(([name]) => name), [
    "SNN by proxy (K = 2)",
    "SNN by proxy (K = 1)",
    "SNN by tandem learning",
    "SNN by surrogate gradients",
    "converted SNN (99.9-percentile, soft reset, counts read)",
    "ANN alone",
  ]);
  assert.deepEqual(table.rows.map((row) => row.at(-1) === null), [false, false, true, true, false, true]);
  const told = table.notes.filter((note) => note.startsWith("Without a spike of any output"));
  assert.equal(told.length, 1);
  assert.match(
    told.join(),
    /, right by the tie-inclusive rule\. Share of such images: SNN by proxy \(K = 1\) every image \(seed 1\)\.$/,
  );
});

Deno.test("accuracy table: seeds whose outputs are silent for equally many images stand together, in one note", () => {
  const seeds = ([[1, 0.25], [2, 0.25], [3, 1], [4, 0]] as const).map(([seed, silent]) =>
    runOf("proxy-k1", seed, [0.1], silent)
  );
  const told = comparisonTable([...comparison(), ...seeds]).notes.filter((note) =>
    note.includes("Share of such images")
  );
  assert.equal(told.length, 1);
  assert.match(told.join(), /: SNN by proxy \(K = 1\) 25\.00 % \(seeds 1, 2\), every image \(seed 3\)\.$/);
});

Deno.test("claims: the verdict is the sign of paired differences that stand out of the seeds' scatter", () => {
  const table = claimsTable(comparison());
  const verdict = (claim: RegExp) => under(table, "Verdict", claim);
  assert.deepEqual(verdict(/beats tandem/), ["holds here"]);
  assert.deepEqual(verdict(/beats surrogate/), ["fails here"]);
  assert.deepEqual(verdict(/beats converted SNNs$/), ["open: level, within the scatter of seeds"]);
  assert.deepEqual(verdict(/needs far fewer/), ["holds here"]);
  assert.deepEqual(verdict(/94\.56/), ["not tested at this scale"]);
  assert.match(
    String(rowsWith(table, /beats tandem/)[0]?.[2]),
    /^\+2\.02 ± 0\.01 points against SNN by tandem/,
  );
});

Deno.test("claims: a rule that is not its authors' decides nothing, and is none of the table's tests", () => {
  const own = configsOf(fashionMnistComparison).get("tandem") as RunRecord["config"];
  const records = comparison().map((made) =>
    made.row === "tandem" ? { ...made, config: { ...own, seed: made.config.seed } } : made
  );
  const tandem = (heading: string) => under(claimsTable(records), heading, /beats tandem/);
  assert.deepEqual(tandem("Verdict"), ["not tested: the other rule is not the published one"]);
  assert.deepEqual(tandem("p, corrected"), [null]);
});

Deno.test("claims: of a rule's variants the strongest decides, of those that are published if there are any", () => {
  const stops = comparison().filter(({ row }) => row === "tandem").map((made): RunRecord => {
    const rule = { ...made.config.rule, stopAtSaturation: true } as RunRecord["config"]["rule"];
    const last = { ...made.last, evaluation: { snn: score(0.99) } } as RunRecord["last"];
    return { ...made, row: "tandem-stop", hash: `stop${made.hash}`, config: { ...made.config, rule }, last };
  });
  const verdicts = (records: RunRecord[]) => under(claimsTable(records), "Verdict", /beats tandem/);
  assert.deepEqual(verdicts([...comparison(), ...stops]), [
    "decides nothing: a variant of the other rule is stronger",
    "fails here",
  ]);
  const own = stops.map((made): RunRecord => {
    const { norms: _norms, ...rule } = made.config.rule as Extract<
      RunRecord["config"]["rule"],
      { name: "tandem" }
    >;
    return { ...made, config: { ...made.config, rule } };
  });
  assert.deepEqual(verdicts([...comparison(), ...own]), [
    "holds here",
    "not tested: the other rule is not the published one",
  ]);
});

Deno.test("claims: intervals stand beside p, and what is significant alone may not be in its table", () => {
  const table = claimsTable(comparison());
  assert.match(String(under(table, "95 % interval (points)", /beats tandem/)[0]), /^\+2\.00 to \+2\.04$/);
  const [ps, corrected] = (["p", "p, corrected"] as const).map((heading) =>
    under(table, heading, /./).map((p) => parseFloat(String(p ?? "NaN").replace("< ", "")))
  ) as [number[], number[]];
  assert.ok(ps.filter((p) => !Number.isNaN(p)).length >= 3);
  ps.forEach((p, at) => assert.ok(Number.isNaN(p) || corrected[at] as number >= p));
  // Weakened: three pairs of which one disagrees are no claim any more.
  const noisy = comparison().map((made) => {
    if (made.row !== "proxy-k2" || made.config.seed !== 1) return made;
    const line = { ...made.last, evaluation: { ...made.last?.evaluation, snn: score(0.5) } };
    return { ...made, last: line } as RunRecord;
  });
  assert.match(String(under(claimsTable(noisy), "Verdict", /beats tandem/)[0]), /^open: behind/);
});

Deno.test("claims: one pair is no test; a rule that nobody ran has no line", () => {
  const one = comparison().filter(({ row, config }) => config.seed === 1 && row !== "conversion");
  const table = claimsTable(one);
  assert.deepEqual(rowsWith(table, /beats tandem/).map((row) => row.slice(3)), [
    ["one pair, no verdict: ahead", null, 1, null, null],
  ]);
  assert.deepEqual(rowsWith(table, /convert/), []);
});

Deno.test("cost table: T needed, forward passes and energy against the ANN's", () => {
  const { rows, columns } = costTable(comparison());
  const at = (heading: string) => columns.findIndex((column) => column.heading === heading);
  const [proxy] = rows;
  assert.deepEqual(proxy?.[at("T needed")], { mean: 2, sd: 0, n: 3 });
  assert.equal(proxy?.[at("forward passes")], 1);
  const share = proxy?.[at("energy / ANN's")] as { mean: number };
  assert.ok(share.mean > 0 && share.mean < 1, `${share.mean}`);
  assert.equal(rows.at(-1)?.[at("energy / ANN's")], 1);
});

/** A row of the table of energies, by its arithmetic and its formula. */
function energyRow(records: RunRecord[], arithmetic: string, formula: RegExp): Cell[] {
  return energyTable(records).rows.find(([one, name]) => one === arithmetic && formula.test(String(name))) ??
    [];
}

Deno.test("energy table: a row per formula and arithmetic; every event counted gives the energy of the cost table", () => {
  const records = comparison();
  const { rows, columns } = energyTable(records);
  assert.equal(rows.length, 2 * 8);
  assert.equal(columns.length, 3 + 4);
  const costs = costTable(records);
  const [energy, network] = ["energy (µJ)", "Network"].map((heading) =>
    costs.columns.findIndex((column) => column.heading === heading)
  ) as [number, number];
  const events = energyRow(records, "float32", /^rate × T × FLOPs/);
  columns.slice(2, -1).forEach(({ heading }, at) => {
    const cost = costs.rows.find((row) => row[network] === heading)?.[energy] as { mean: number };
    const cell = events[at + 2] as number | { mean: number };
    assert.ok(Math.abs((typeof cell === "number" ? cell : cell.mean) - cost.mean) < 1e-9, heading);
  });
});

Deno.test("energy table: zeros are skipped where their density was measured, and the answers then lie further apart", () => {
  const records = comparison().filter(({ row }) => row === "proxy-k2");
  const [skipping, most] = [/zeros skipped/, /most$/];
  assert.equal(energyRow(records, "int8", skipping)[2], null);
  const layers = fans(twoLivesSpec((records[0] as RunRecord).config.network)).map(({ input }) =>
    input ?? "image"
  );
  const density = Object.fromEntries(layers.map((layer) => [layer, 0.5]));
  const measured = records.map((record) =>
    ({ ...record, spiking: { ...record.spiking, density } }) as RunRecord
  );
  const half = energyRow(measured, "int8", skipping)[2] as number;
  assert.ok(Math.abs(half - (energyRow(measured, "int8", /every product/)[2] as number) / 2) < 1e-9);
  const [without, having] = [records, measured].map((some) =>
    energyRow(some, "float32", most)[2] as { mean: number }
  );
  assert.ok(Math.abs((having?.mean ?? 0) - 2 * (without?.mean ?? 0)) < 1e-9);
});

Deno.test("figures: a line per method over t and over operations, the ANN beside them, a panel per layer", () => {
  const records = comparison();
  for (const figure of [accuracyAgainstTime(records), accuracyAgainstOperations(records)]) {
    const named = tracesOf(figure).filter(({ showlegend }) => showlegend !== false).map(({ name }) => name);
    assert.equal(named.length, 5, String(named));
    assert.equal(named.at(-1), "ANN alone");
  }
  const operations = tracesOf(accuracyAgainstOperations(records)).map(({ x }) => x as number[]);
  const least = (operations.at(-1)?.[0] as number) / 1000;
  assert.ok(
    least > 0 && Math.min(...operations.flat()) >= least,
    `from a thousandth of the ANN's on, ${least}`,
  );
  const [shown] = withAgreement(records);
  const figure = agreementFigure(shown as RunRecord);
  assert.equal(figure.data.length, 1);
  assert.match(JSON.stringify(figure.layout["annotations"]), /conv1<\/b>, r = 0\.900/);
  assert.deepEqual(agreementTable(records).rows[0]?.[1], { mean: 0.9, sd: 0, n: 3 });
});

/** A run of every row of the comparison in which optimisers and norms are the rules' own. */
function own(): RunRecord[] {
  return [...OWN_ROWS.keys()].map((row) => {
    const made = runOf(row, 1, Array.from({ length: 32 }, (_, t) => t / 100), 0, OWN_ROWS);
    return { ...made, experiment: fashionMnistLearningRules.name };
  });
}

Deno.test("rules with an optimiser and norms of their own say so, under names that differ", () => {
  const { rows, caption, columns } = rulesTable(own());
  assert.match(caption, /the optimiser, and when norms freeze, belong to each rule/);
  const column = (heading: string) => columns.findIndex((one) => one.heading === heading);
  assert.equal(
    rowsWith({ rows } as Table, /by tandem learning$/)[0]?.[column("Norms freeze")],
    "after epoch 8 of 10",
  );
  const [proxy] = rowsWith({ rows } as Table, /SNN by proxy \(K = 2\)/);
  assert.equal(proxy?.[column("Norms freeze")], "after epoch 1 of 10");
  assert.equal(proxy?.[column("Optimiser")], "Adam, 0.8 / 0.99, decay 0.000001");
  assert.equal(new Set(rows.map(([name]) => name)).size, OWN_ROWS.size);
  for (const row of rows) for (const cell of row.slice(2)) assert.ok(cell !== null && cell !== "");
});

Deno.test("the control is no proxy: claims are the proxy's alone", () => {
  const networks = claimsTable(own()).rows.map(([, network]) => network);
  assert.deepEqual([...new Set(networks)], ["SNN by proxy (K = 2)", "SNN by proxy (K = 1)"]);
});

Deno.test("read-outs stand beside each other at the T of training and at a common one", () => {
  const read = own().map((made) => {
    const { spiking, config } = made;
    if (spiking === undefined) return made;
    const fires = config.rule.name !== "tandem";
    const overTime = spiking.overTime.map((at) => ({
      ...at,
      expected: at.argmax - 0.01,
      ...(fires ? { withMembrane: at.argmax + 0.01 } : {}),
    }));
    return { ...made, spiking: { ...spiking, overTime } };
  });
  const { columns, rows } = readOutsTable(read);
  assert.deepEqual([...new Set(columns.flatMap(({ group }) => group ?? []))], [
    "At t = 15 (%)",
    "At t = 30 (%)",
  ]);
  const means = (row: Cell[] | undefined) =>
    row?.slice(2).map((cell) => cell === null ? null : Number((cell as { mean: number }).mean.toFixed(4)));
  assert.deepEqual(means(rows[0]), [0.14, 0.13, 0.15, 0.29, 0.28, 0.3]);
  const [tandem] = rowsWith({ rows } as Table, /tandem/);
  assert.deepEqual(means(tandem), [0.14, 0.13, null, 0.29, 0.28, null]);
  const named = (records: RunRecord[]) => tables(records).map(({ name }) => name);
  assert.ok(named(read).includes("fashion-mnist-learning-rules-read-outs"));
  assert.ok(!named(comparison()).some((name) => name.endsWith("read-outs")));
});

Deno.test("each network's own step is chosen on held-out images and read on the evaluated ones", () => {
  const read = own().map((made) => {
    const { spiking } = made;
    if (spiking === undefined) return made;
    // Best on the evaluated images at the last step, on the held-out ones at the seventh and again at the ninth.
    const heldOutOverTime = spiking.overTime.map((at) => ({
      ...at,
      argmax: [7, 9].includes(at.t) ? 0.9 : 0.5,
    }));
    return {
      ...made,
      config: { ...made.config, evaluation: { timeSteps: 30, heldOutImages: 5000 } },
      spiking: { ...spiking, heldOutOverTime },
    };
  });
  const { columns, rows, notes } = readOutsTable(read);
  assert.deepEqual(columns.slice(-2).map(({ group, heading }) => [group, heading]), [
    ["At its own step", "t"],
    ["At its own step", "argmax (%)"],
  ]);
  const [t, argmax] = (rows[0] as Cell[]).slice(-2) as { mean: number }[];
  assert.equal(t?.mean, 7);
  assert.equal(argmax?.mean, read.find(({ spiking }) => spiking)?.spiking?.overTime[6]?.argmax);
  assert.match(notes.join(), /first of highest argmax accuracy on 5,000 training images that were held out/);
  assert.ok(!readOutsTable(own()).columns.some(({ group }) => group === "At its own step"));
});

Deno.test("every rule says what it differs in", () => {
  const { rows } = rulesTable(comparison());
  assert.deepEqual(rows.map(([, T]) => T), [15, 15, 5, null, null]);
  for (const row of rows) for (const cell of row.slice(2)) assert.ok(cell !== null && cell !== "");
});

Deno.test("reports hold with nothing, and with diverged runs alone", () => {
  const gone = {
    ...runOf("proxy-k2", 1, [0.1]),
    status: "diverged",
    spiking: undefined,
    last: null,
    best: null,
  };
  const diverged = {
    ...gone,
    divergence: { epoch: 1, step: 2, what: "loss", value: "NaN" },
  } as unknown as RunRecord;
  for (const records of [[], [diverged]]) {
    for (const table of [comparisonTable, claimsTable, costTable, energyTable, rulesTable, agreementTable]) {
      table(records);
    }
    for (const figure of [accuracyAgainstTime, accuracyAgainstOperations]) {
      assert.match(
        JSON.stringify(figure(records).layout["annotations"]),
        /no finished spiking run|No spiking run/,
      );
    }
  }
  assert.match(String(comparisonTable([diverged]).rows[0]), /diverged at epoch 1/);
});

Deno.test("the experiment's report exports them all under names of their own", () => {
  const records = comparison();
  const names = [...tables(records), ...figures(records)].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.every((name) => name.startsWith("fashion-mnist-comparison-")), String(names));
});
