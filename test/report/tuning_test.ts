import assert from "node:assert/strict";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { comparisonTable } from "../../lib/report/comparison/mod.ts";
import { proxyTable } from "../../lib/report/proxy/mod.ts";
import { type Cell, type Table, toMarkdown } from "../../lib/report/table.ts";
import { learningRatesTable } from "../../lib/report/tuning/learning_rates.ts";
import { tuningTable } from "../../lib/report/tuning/report.ts";
import { RELEASED } from "../../lib/experiments/proxy/fashion_mnist_proxy.ts";
import { record } from "./records.ts";

/** A made-up record of one row of a grid: proxy learning with a target at a learning rate. */
function tried(target: number, learningRate: number, accuracy: number, divergedAt?: number) {
  const config: Partial<RunConfig> = { optimiser: { ...RELEASED.optimiser, learningRate } };
  return record({
    ...{ row: `proxy-k${target}-lr${learningRate}`, target, curve: [accuracy], config },
    ...(divergedAt === undefined ? {} : { divergedAt }),
  });
}

const RECORDS = [tried(1, 1e-3, 0.4), tried(8, 1e-3, 0.5), tried(1, 3e-4, 0.6), tried(8, 1e-2, 0.2, 1)];

/** The cells of a column, of which there may be several groups. */
function column({ columns, rows }: Table, heading: string): Cell[] {
  const index = columns.findIndex((one) => one.heading === heading);
  assert.notEqual(index, -1, `no column "${heading}"`);
  return rows.map((row) => row[index] as Cell);
}

const means = (cells: Cell[]) =>
  cells.map((cell) => typeof cell === "object" && cell !== null ? cell.mean : cell);

Deno.test("learning rates: a rule's variants together, its best rate first, a diverged run last and said so", () => {
  const table = learningRatesTable(RECORDS);
  assert.deepEqual(
    column(table, "Network").map((cell) => /K = \d/.exec(String(cell))?.[0]),
    ["K = 1", "K = 1", "K = 8", "K = 8"],
  );
  assert.deepEqual(means(column(table, "argmax")), [0.6, 0.4, 0.5, "diverged at epoch 1"]);
  assert.match(String(column(table, "Learning rate")[0]), /^0\.0003/);
});

Deno.test("tables of grids say how many images are tied and silent wherever ties count as correct", () => {
  for (const table of [learningRatesTable(RECORDS), tuningTable(RECORDS)]) {
    assert.deepEqual(means(column(table, "tied")).slice(0, 3), [0.2, 0.2, 0.2]);
    assert.deepEqual(means(column(table, "silent")).slice(0, 3), [0.05, 0.05, 0.05]);
    assert.ok(table.notes.some((note) => /silent SNN, which ties all classes/.test(note)));
  }
});

Deno.test("the grid of proxy learning is sorted by accuracy", () => {
  assert.deepEqual(means(column(tuningTable(RECORDS), "argmax")), [0.6, 0.5, 0.4, "diverged at epoch 1"]);
});

Deno.test("expected accuracy has a column where some record has it, and a dash for older ones", () => {
  const [first, ...older] = RECORDS;
  const newer = structuredClone(first) as typeof RECORDS[number];
  const score = newer.last?.evaluation.snn;
  assert.ok(score !== undefined);
  score.expected = 0.45;
  const expectedOf = (table: Table) =>
    table.columns.map(({ heading }, index) =>
      heading === "expected" ? means(table.rows.map((row) => row[index] as Cell)) : []
    )
      .flat();
  for (const tableOf of [learningRatesTable, tuningTable, proxyTable, comparisonTable]) {
    assert.deepEqual(expectedOf(tableOf(RECORDS)), [], tableOf.name);
    assert.ok(!tableOf(RECORDS).notes.some((note) => /^Expected/.test(note)));
    const table = tableOf([newer, ...older]);
    assert.deepEqual([...new Set(expectedOf(table))].sort(), [0.45, null], tableOf.name);
    assert.ok(table.notes.some((note) => /^Expected: .* ties are broken at random/.test(note)));
    assert.match(toMarkdown(table), /: expected \|/);
  }
  const twin = { ...newer, hash: "another", config: { ...newer.config, seed: 7 } };
  const half = learningRatesTable([twin, first as typeof newer]);
  assert.deepEqual(expectedOf(half), [null]);
  assert.deepEqual(expectedOf(proxyTable([twin, first as typeof newer])).filter((cell) => cell !== null), []);
});
