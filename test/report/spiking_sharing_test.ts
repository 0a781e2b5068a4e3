import assert from "node:assert/strict";
import { fashionMnistFolded } from "../../lib/experiments/spiking_sharing/fashion_mnist_folded.ts";
import { twoLivesSpec } from "../../lib/models/all.ts";
import { neuronCounts } from "../../lib/models/network.ts";
import { nameLayers } from "../../lib/models/network.ts";
import type { RunRecord } from "../../lib/runs/record.ts";
import { figures, tables } from "../../lib/report/experiments.ts";
import {
  accuracyAgainstSpikes,
  interactionTable,
  sharedSpikingTable,
  spikingAgainstParameters,
  spikingCurves,
  synapticMemoryTable,
} from "../../lib/report/spiking_sharing/mod.ts";
import type { Cell } from "../../lib/report/table.ts";
import { epochLine, record, score, spikingReport } from "./records.ts";
import { tracesOf } from "./traces.ts";

const CONFIGS = new Map(
  fashionMnistFolded.rows("study").map(({ id, configs }) => [id, configs[0] as RunRecord["config"]]),
);
const T = 15;
/** Of every layer at every step. */
const SPIKES = 10;

/** A made-up run: accuracy of what was trained, and of the proxy's ANN. */
function runOf(row: string, seed: number, accuracy: number, proxyAnn = 0.5): RunRecord {
  const config = { ...CONFIGS.get(row) as RunRecord["config"], seed };
  const spiking = config.rule.name !== "ann";
  const evaluation = spiking
    ? { snn: score(accuracy), ...(config.rule.name === "proxy" ? { ann: score(proxyAnn) } : {}) }
    : { ann: score(accuracy) };
  const layers = nameLayers(twoLivesSpec(config.network)).map(({ name }) => name);
  const report = {
    ...spikingReport(T),
    spikesPerStep: Object.fromEntries(layers.map((name) => [name, new Array<number>(2 * T).fill(SPIKES)])),
  };
  const line = epochLine(5, evaluation);
  return {
    ...record({ row, config, curve: [], ...(spiking ? { spiking: report } : {}) } as never),
    ...{
      experiment: fashionMnistFolded.name,
      hash: `${row}${seed}`,
      parameters: row.startsWith("none") ? 74_912 : 10_400,
    },
    ...{ curve: [line], last: line, best: line },
  };
}

/**
 * Sharing costs the ANN 1 point and the SNN by proxy 3 at every seed, give or take; that by surrogate gradients, and its own proxy
 * ANN, cost as much as the ANN.
 */
function runs(): RunRecord[] {
  return [1, 2, 3].flatMap((seed) => {
    const [base, scatter] = [0.8 + seed / 100, seed / 1e4];
    return [
      ...[runOf("none-ann", seed, base), runOf("all-ann", seed, base - 0.01)],
      ...[runOf("none-proxy", seed, base, 0.7), runOf("all-proxy", seed, base - 0.03 - scatter, 0.69)],
      ...[runOf("none-surrogate", seed, base), runOf("all-surrogate", seed, base - 0.01 + scatter)],
    ];
  });
}

const meanOf = (cell: Cell | undefined) => (cell as { mean: number }).mean;
const close = (got: number, wanted: number) => assert.ok(Math.abs(got - wanted) < 1e-9, `${got} ${wanted}`);

Deno.test("interaction: what sharing does to the SNN minus what it does to the ANN of the same seed", () => {
  const { rows, columns } = interactionTable(runs());
  assert.deepEqual(rows.map((row) => row.slice(0, 4)), [
    ["nothing shared", "SNN by proxy (K = 2)", "ANN alone", 3],
    ["nothing shared", "SNN by proxy (K = 2)", "its proxy ANN (K = 2)", 3],
    ["nothing shared", "SNN by surrogate gradients", "ANN alone", 3],
  ]);
  const [proxy, own, surrogate] = rows;
  assert.equal(columns[6]?.group, "Interaction (points)");
  close(meanOf(proxy?.[4]), -0.0302);
  close(meanOf(proxy?.[5]), -0.01);
  close(meanOf(proxy?.[6]), -0.0202);
  // The t distribution's 97.5-percentile with two degrees of freedom is 4.303; the sd of the interactions is 1e-4.
  const half = 100 * 4.303 * 1e-4 / Math.sqrt(3);
  assert.equal(proxy?.[7], `−${(2.02 + half).toFixed(2)} to −${(2.02 - half).toFixed(2)}`);
  assert.equal(proxy?.[9], "< 0.001");
  close(meanOf(own?.[6]), -0.0202);
  close(meanOf(surrogate?.[6]), 0.0002);
});

Deno.test("interaction: only seeds that all four runs have; no interval of one, nothing without a pair", () => {
  const some = runs().filter(({ row, config }) => row !== "all-ann" || config.seed === 2);
  const [proxy, own] = interactionTable(some).rows;
  assert.deepEqual([proxy?.[3], proxy?.[7], proxy?.[8]], [1, null, null]);
  assert.equal(own?.[3], 3); // the proxy's own ANN is in its records
  assert.deepEqual(interactionTable(runs().filter(({ row }) => row.startsWith("none"))).rows, []);
  const rivals = [...runs(), runOf("equal-shallow-ann", 1, 0.6), runOf("equal-shallow-surrogate", 1, 0.5)];
  assert.deepEqual(interactionTable(rivals).rows.at(-1)?.slice(0, 4), [
    ...["equal parameters, shallower", "SNN by surrogate gradients", "ANN alone", 1],
  ]);
});

Deno.test("interaction: a seed of which a run collapsed says nothing, and is named", () => {
  const fallen = runs().map((run) =>
    run.row === "all-proxy" && run.config.seed === 2 ? runOf(run.row, 2, 0.1, 0.1) : run
  );
  const { rows: [proxy, own, surrogate], notes } = interactionTable(fallen);
  assert.deepEqual([proxy, own, surrogate].map((row) => row?.[3]), [2, 2, 3]);
  close(meanOf(proxy?.[4]), -0.0302);
  assert.match(
    notes.at(-1) as string,
    /^Left out, as a run collapsed .*: seeds 2 of SNN by proxy \(K = 2\) and ANN alone/,
  );
  const all = runs().map((run) =>
    run.config.rule.name === "proxy" ? runOf(run.row, run.config.seed, 0.1, 0.1) : run
  );
  const counted = [fallen, all].map((some) => sharedSpikingTable(some).rows.map(([, , , , n]) => n));
  assert.deepEqual(counted[0]?.slice(0, 4), ["3", "3", "3", "3; seed 2 collapsed"]);
  assert.equal(counted[1]?.[0], "3; seeds 1, 2, 3 collapsed");
  const [none] = interactionTable(all).rows;
  assert.deepEqual(none?.slice(3), [0, null, null, null, null, null, null]);
  assert.ok(!interactionTable(runs()).notes.some((note) => note.startsWith("Left out")));
});

Deno.test("accuracy table: networks in order, of each every rule, with parameters and spikes over its T", () => {
  const { rows, notes } = sharedSpikingTable(runs());
  assert.deepEqual(rows.map(([shared, , rule]) => `${shared}: ${rule}`), [
    ...["nothing shared", "one kernel for isomorphic layers"].flatMap((shared) =>
      ["SNN by proxy (K = 2)", "SNN by surrogate gradients", "ANN alone"].map((rule) => `${shared}: ${rule}`)
    ),
  ]);
  assert.equal(rows[0]?.[1], "32 channels, 2 + 3 + 3 isomorphic convolutions");
  assert.equal(rows[3]?.[1], rows[0]?.[1]);
  close(meanOf(rows[0]?.at(-1)), SPIKES * 10 * T / 1_000); // ten layers of neurons
  assert.equal(rows[2]?.at(-1), null);
  assert.equal(notes.filter((note) => /^(SNN|ANN).*Adam/.test(note)).length, 3);
  const changed = { ...runOf("all-proxy", 1, 0.4), row: "all-proxy with rule.T=8", hash: "changed" };
  assert.ok(
    sharedSpikingTable([...runs(), changed]).rows.some(([, , rule]) => /with rule.T=8$/.test(`${rule}`)),
  );
  assert.deepEqual(interactionTable([...runs(), changed]).rows, interactionTable(runs()).rows);
});

Deno.test("memory: a line for each network, however many rules; membranes are not shared", () => {
  const { rows } = synapticMemoryTable(runs());
  const membranes = [
    ...neuronCounts(twoLivesSpec((CONFIGS.get("none-ann") as RunRecord["config"]).network)).values(),
  ]
    .reduce((sum, neurons) => sum + neurons, 0);
  assert.deepEqual(rows.map((row) => row.slice(2, 5)), [
    [8 * 9_216 + 608, 9 * 32, membranes],
    [9_216 + 608, 32 + 8 * 2 * 32, membranes],
  ]);
  close(rows[1]?.[6] as number, 4 * (9_824 + 544 + membranes) / 1024);
  close(rows[1]?.[8] as number, (8 * 9_216 + 608) / 9_824);
  close(rows[0]?.[9] as number, 1);
});

Deno.test("figures: a point for each network and rule; a line for each SNN over its spikes", () => {
  const points = tracesOf(spikingAgainstParameters(runs()));
  assert.equal(points.length, 6);
  assert.deepEqual(points.map(({ x }) => (x as number[])[0]), [
    74_912,
    74_912,
    74_912,
    10_400,
    10_400,
    10_400,
  ]);
  const lines = tracesOf(accuracyAgainstSpikes(runs())).filter(({ showlegend }) => showlegend);
  assert.deepEqual(lines.map(({ name }) => name?.replace("<br>", " ")), [
    ...["SNN by proxy (K = 2)", "SNN by surrogate gradients"].flatMap((rule) =>
      ["nothing shared", "one kernel for isomorphic layers"].map((shared) => `${rule}, ${shared}`)
    ),
  ]);
  assert.equal((lines[0]?.x as number[])[0], SPIKES * 10);
  assert.equal(tables(runs()).length, 3);
  assert.equal(figures(runs()).length, 2);
});

Deno.test("records that compare nothing shared with something shared alone are taken", () => {
  const all = [
    sharedSpikingTable,
    interactionTable,
    synapticMemoryTable,
    spikingAgainstParameters,
    accuracyAgainstSpikes,
  ];
  for (const each of all) {
    assert.throws(
      () => each([record({ target: 1 })]),
      /records such as proxy-k1 .* are not compared by what they share; give those of fashion-mnist-folded\.$/,
    );
    each([]);
  }
});

Deno.test("curves: every network by every rule, the proxy's ANN dashed in its SNN's colour and not in the legend", () => {
  const run = (row: string, seed: number, accuracies: number[], ann: number[]): RunRecord => {
    const curve = accuracies.map((argmax, index) =>
      epochLine(index + 1, { snn: score(argmax), ann: score(ann[index] as number) })
    );
    return { ...runOf(row, seed, 0.5), curve };
  };
  const figure = spikingCurves([
    ...[run("none-proxy", 1, [0.4, 0.5], [0.3, 0.2]), run("none-proxy", 2, [0.5, 0.6], [0.4, 0.3])],
    ...[run("all-proxy", 1, [0.3, 0.2], [0.3, 0.1]), runOf("none-ann", 1, 0.9)],
  ]);
  const drawn = tracesOf(figure).map(({ name, x, y, line, showlegend }) =>
    [
      name?.replaceAll("<br>", " "),
      x,
      y?.map((value) => Math.round(Number(value))),
      line?.dash,
      showlegend,
    ] as const
  );
  assert.deepEqual(drawn, [
    ["SNN by proxy (K = 2), nothing shared", [1, 2], [45, 55], undefined, undefined],
    ["SNN by proxy (K = 2), nothing shared, its ANN", [1, 2], [35, 25], "dash", false],
    ["ANN alone, nothing shared", [5], [90], undefined, undefined],
    ["SNN by proxy (K = 2), one kernel for isomorphic layers", [1, 2], [30, 20], undefined, undefined],
    ["SNN by proxy (K = 2), one kernel for isomorphic layers, its ANN", [1, 2], [30, 10], "dash", false],
  ]);
  const [snn, ann] = tracesOf(figure);
  assert.equal(snn?.line?.color, ann?.line?.color);
});
