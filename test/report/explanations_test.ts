import assert from "node:assert/strict";
import { fashionMnistProxyControls } from "../../lib/experiments/proxy/fashion_mnist_proxy_controls.ts";
import type { Descent } from "../../lib/learning/descent.ts";
import {
  controlsTable,
  descentCosines,
  descentFigure,
  type DescentLook,
  descentTable,
  ratesByActivationFigure,
  ratesByActivationTable,
  scaleGrowthFigure,
  scaleGrowthTable,
  type ScaleRun,
  scaleRuns,
} from "../../lib/report/explanations/mod.ts";
import { releasedRuns, releasedScales } from "../../lib/report/released_recipe/mod.ts";
import { figures, tables } from "../../lib/report/experiments.ts";
import { mainLabel } from "../../lib/report/label.ts";
import { formatCell, type Table } from "../../lib/report/table.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { epochLine, record, score, spikingReport } from "./records.ts";
import { tracesOf } from "./traces.ts";

const CONFIGS = new Map(
  fashionMnistProxyControls.rows("study").map(({ id, configs }) => [id, configs[0] as RunRecord["config"]]),
);

function runOf(row: string, seed: number, accuracy: number): RunRecord {
  const config = { ...CONFIGS.get(row) as RunRecord["config"], seed };
  const line = epochLine(8, { snn: score(accuracy), ann: score(0.8) });
  return {
    ...record({ row, config, curve: [], spiking: spikingReport(15) } as never),
    ...{
      experiment: fashionMnistProxyControls.name,
      hash: `${row}${seed}`,
      curve: [line],
      last: line,
      best: line,
    },
  };
}

/** Without replacement 30 points are lost, with random feedback none or some, held together two are won. */
function runs(seeds = [1, 2, 3]): RunRecord[] {
  return seeds.flatMap((seed) => {
    const [base, scatter] = [0.85 + seed / 100, seed / 1e4];
    return [
      ...[runOf("proxy", seed, base), runOf("no-replacement", seed, base - 0.3 + scatter)],
      runOf("random-feedback", seed, base + (seed === 2 ? 0.05 : -0.03)),
      runOf("held-together", seed, base + 0.02 + scatter),
    ];
  });
}

function text(table: Table, heading: string): string[] {
  const at = table.columns.findIndex((column) => column.heading === heading);
  return table.rows.map((row) => formatCell(row[at] ?? null, table.columns[at] as Table["columns"][number]));
}

Deno.test("controls: what is needed, in the way, or open, and one seed is no verdict", () => {
  const table = controlsTable(runs());
  assert.deepEqual(text(table, "Verdict"), [
    "needed here",
    "open: better with it, within the scatter of seeds",
    "in the way here",
  ]);
  assert.deepEqual(text(table, "n"), ["3", "3", "3"]);
  assert.equal(text(table, "Our measurement")[0], "+29.98 ± 0.01 points");
  assert.match(text(controlsTable(runs([1])), "Verdict")[0] ?? "", /^one pair, no verdict: better with it$/);
  assert.deepEqual(controlsTable([]).rows, []);
});

Deno.test("the controls' report has their table, no claim of the paper's, and figures under names of their own", () => {
  assert.ok(tables(runs()).some(({ name }) => name === "fashion-mnist-proxy-controls-controls"));
  assert.ok(tables(runs()).every(({ name }) => !name.endsWith("-claims")));
  const ofTwoEpochs = runs().map((run) => ({
    ...run,
    curve: [epochLine(4, { snn: score(0.5), ann: score(0.6) }), ...run.curve],
  }));
  const drift = (some: RunRecord[]) => figures(some).filter(({ name }) => name.endsWith("-scale-drift"));
  assert.deepEqual(drift(ofTwoEpochs).map(({ name }) => name), ["fashion-mnist-proxy-controls-scale-drift"]);
  assert.deepEqual(drift(runs()), [], "one evaluated epoch is no curve");
});

/** A look in which the proxy falls by `drop`, a random step rises by as much. */
function look(epoch: number, drop: number): DescentLook {
  const one = (direction: string, sign: number, cosine: number): Descent => ({
    direction,
    cosines: { all: cosine, layers: { conv1: cosine, linear1: NaN } },
    drops: [0.001, 0.01].map((length) => ({ length, batch: 9, heldOut: sign * drop * length })),
  });
  return { epoch, descents: [one("proxy", 1, 0.5), one("surrogate", 1, 1), one("random", -1, 0)] };
}

Deno.test("the descent test: mean drops by direction, length and epoch, and in how many batches the loss falls", () => {
  const looks = [look(0, 1), look(0, 3), look(4, -1)];
  const table = descentTable(looks, { caption: "Made up." });
  assert.deepEqual(text(table, "Direction"), [
    "proxy",
    "proxy",
    "surrogate",
    "surrogate",
    "random",
    "random",
  ]);
  assert.deepEqual(text(table, "0").slice(0, 2), ["0.0020 ± 0.0014", "0.0200 ± 0.0141"]);
  assert.deepEqual(text(table, "4").slice(4), ["0.0010", "0.0100"]);
  assert.deepEqual(text(table, "Batches in which it falls (%)"), ["67", "67", "67", "67", "33", "33"]);
  const cosines = descentCosines(looks, { caption: "Made up." });
  assert.deepEqual(text(cosines, "Direction"), ["proxy", "proxy", "random", "random"]);
  assert.deepEqual(text(cosines, "conv1"), ["0.50 ± 0.00", "0.50", "0.00 ± 0.00", "0.00"]);
  assert.deepEqual(text(cosines, "linear1"), ["–", "–", "–", "–"]);
  const figure = descentFigure(looks, { caption: "Made up." });
  assert.deepEqual(tracesOf(figure).map(({ name }) => name), [
    ...["proxy", "surrogate", "random", "proxy", "surrogate", "random"],
  ]);
  assert.throws(
    () => descentTable([], { caption: "" }),
    /^UsageError: Showing the descent test: there is no look/,
  );
});

const RUNAWAY: ScaleRun = {
  ...{ name: "free", label: "", classes: 10 },
  epochs: [1, 2, 4, 9, 20].map((scale, at) => ({ epoch: at + 1, scale, argmax: 0.1, silent: 0.9 })),
};

Deno.test("the scale's growth in the first half predicts the end; collapse is the house's word", () => {
  const quiet = RUNAWAY.epochs.map((epoch) => ({ ...epoch, scale: 1, argmax: 0.21 }));
  const held = { ...RUNAWAY, name: "held", label: "Reduced.", epochs: quiet };
  const table = scaleGrowthTable([RUNAWAY, held]);
  assert.deepEqual(text(table, "end, predicted"), ["16.00", "1.00"]);
  assert.deepEqual(text(table, "Collapse predicted"), ["yes", "no"]);
  assert.deepEqual(text(table, "Collapsed"), ["yes", "no"]);
  assert.equal(table.label, "Reduced.");
  // Looked at now and then: epochs count, not looks.
  const seldom = {
    ...RUNAWAY,
    epochs: [0, 4, 8].map((at) => ({ ...quiet[0]!, epoch: 1 + at, scale: 2 ** at })),
  };
  assert.deepEqual(text(scaleGrowthTable([seldom]), "end, predicted"), ["256.00"]);
  assert.equal(tracesOf(scaleGrowthFigure([RUNAWAY, held])).length, 2);
  const notes = (runs: ScaleRun[]) => scaleGrowthFigure(runs).layout.annotations?.map(({ text }) => text);
  assert.deepEqual([notes([held]), notes([])], [[], ["No run has 3 evaluated epochs of both lives."]]);
  const short = { ...RUNAWAY, epochs: RUNAWAY.epochs.slice(0, 2) };
  assert.throws(
    () => scaleGrowthTable([short]),
    /^UsageError: Telling the growth of scale of "free": it has 2 evaluated epochs/,
  );
});

Deno.test("scales come from records with both lives in three epochs, and from the whole recipe", () => {
  const lines = [1, 2, 3].map((epoch) =>
    epochLine(epoch, { snn: score(0.6, { silent: 0.1 }), ann: score(0.5, { loss: 4 ** epoch }) })
  );
  const run = { ...runOf("proxy", 2, 0.6), curve: lines };
  const [scales, ...none] = scaleRuns([run, { ...runOf("held-together", 2, 0.6), curve: lines.slice(1) }]);
  assert.deepEqual(none, []);
  assert.match(scales?.name ?? "", /^SNN by proxy \(K = 2\), seed 2$/);
  assert.deepEqual(scales?.epochs.map(({ epoch, scale, silent }) => [epoch, scale, silent]), [
    ...[[1, 2, 0.1], [2, 4, 0.1], [3, 8, 0.1]],
  ]);
  const whole = releasedScales(releasedRuns());
  assert.deepEqual(whole.map(({ epochs }) => epochs.at(-1)?.epoch), [100, 74]);
});

Deno.test("rates by activation: a panel with stairs and dots for each layer, and those that ReLU silences apart", () => {
  const layer = {
    ...{ layer: "conv1", zeros: { neurons: 3, rate: 0.2 }, asTheory: 0.5 },
    bins: [0.5, 3].map((activation) => ({ activation, neurons: 1, rate: { mean: activation / 4, sd: 0 } })),
  };
  const scene = { T: 10, neuron: { threshold: 2, reset: "hard", initialMembrane: 0 }, images: 7 } as const;
  const [stairs, dots] = tracesOf(ratesByActivationFigure([layer], scene));
  assert.equal(stairs?.y?.length, 401);
  assert.deepEqual(dots?.x, [0.5]);
  const table = ratesByActivationTable([layer, {
    ...layer,
    zeros: { neurons: 4, rate: 0 },
    bins: [],
    asTheory: NaN,
  }], scene);
  assert.deepEqual(table.rows, [["conv1", 0.6, 0.2, 0.4375, 0.5], ["conv1", 1, 0, null, null]]);
});

Deno.test("the row whose norms never freeze is told apart from the proxy's by its label", () => {
  const labels = ["proxy", "norms-never"].map((row) => {
    const config = fashionMnistProxyControls.rows("study").find(({ id }) => id === row)?.configs[0];
    assert.ok(config !== undefined);
    return mainLabel({ ...record({ target: 2 }), row, config });
  });
  assert.deepEqual(labels, ["SNN by proxy (K = 2)", "SNN by proxy (K = 2), norms frozen: never"]);
});
