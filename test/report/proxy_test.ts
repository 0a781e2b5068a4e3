import assert from "node:assert/strict";
import { seriesTraces } from "../../lib/report/spiking/series.ts";
import type { Figure } from "../../lib/report/figure.ts";
import { figures, tables } from "../../lib/report/experiments.ts";
import {
  accuracyOverTime,
  accuracyPerEpoch,
  exampleImages,
  oneRunPerSnn,
  proxyTable,
  spikeRaster,
} from "../../lib/report/proxy/mod.ts";
import { firingRates } from "../../lib/report/spiking/firing_rates.ts";
import { ratesTable } from "../../lib/report/spiking/rates_table.ts";
import { toMarkdown } from "../../lib/report/table.ts";
import { record, spikingReport, tableRecords } from "./records.ts";
import { tracesOf } from "./traces.ts";

function words({ layout }: Figure): string {
  return JSON.stringify([layout["title"], layout["annotations"]]).replaceAll("<br>", " ");
}

Deno.test("proxy table: both lives of each SNN, then the ANN alone, reported values in their own column", () => {
  const { rows, columns } = proxyTable(tableRecords().reverse());
  assert.deepEqual(rows.map(([name]) => name), [
    ...[
      "SNN by proxy (K = 4)",
      "its proxy ANN (K = 4)",
      "SNN by proxy (K = 1)",
      "its proxy ANN (K = 1)",
      "ANN alone",
    ],
  ]);
  const reported = columns.findIndex(({ heading }) => heading.startsWith("Reported"));
  assert.equal(rows[2]?.[reported], "94.56 (abstract); 93.37 tie-inclusive (code)");
  assert.equal(rows[3]?.[reported], "91.01 (code)");
  assert.equal(rows[4]?.[reported], null);
});

Deno.test("proxy table: diverged runs are told, never dropped; the profile is labelled; best is called optimistic", () => {
  const gone = record({ target: 8, curve: [], divergedAt: 1 });
  const text = toMarkdown(proxyTable([...tableRecords(), gone]));
  assert.match(
    text,
    /2 of 3; seed 3 diverged at epoch 2 \| 76\.00 ± 2\.83 \| 86\.00 ± 2\.83 \| 20\.00 ± 0\.00 \| 5\.00 ± 0\.00/,
  );
  assert.match(text, /SNN by proxy \(K = 8\) .* diverged at epoch 1 \|/);
  assert.match(text, /Reduced \(quick profile\): 3 of 100 epochs/);
  assert.match(text, /optimistic/);
});

Deno.test("a full profile has no label", () => {
  const full = record({ target: 1, reduced: [] });
  assert.equal(proxyTable([full]).label, "");
  assert.ok(!words(accuracyPerEpoch([full])).includes("Reduced"));
});

Deno.test("rates table: mean per layer and SNN; a layer nobody measured in one SNN is empty there", () => {
  const short = spikingReport();
  delete short.rates["linear4"];
  const { rows } = ratesTable([record({ target: 1 }), record({ target: 4, spiking: short })]);
  assert.deepEqual(rows[0], ["conv1", 12544, { mean: 0.15, sd: null, n: 1 }, { mean: 0.15, sd: null, n: 1 }]);
  assert.equal(rows.at(-1)?.[3], null);
});

Deno.test("figures of several experiments' records carry the label and name diverged runs", () => {
  const all = figures([...tableRecords(), record({ target: 8, curve: [], divergedAt: 1 })]);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const figure of all) assert.ok(words(figure).includes("Reduced (quick profile)"), figure.name);
  assert.match(words(all[0] as Figure), /SNN by proxy \(K = 8\), seed.*diverged at epoch 1/);
  assert.equal(tables(tableRecords()).length, 3);
});

Deno.test("accuracy against T: t = 1 ... 2T, a line at T", () => {
  const figure = accuracyOverTime([record({ target: 1 })]);
  const [[first], { layout }] = [tracesOf(figure), figure];
  assert.deepEqual(first?.["x"], Array.from({ length: 30 }, (_, index) => index + 1));
  assert.equal((layout["shapes"] as { x0: number }[])[0]?.x0, 15);
});

Deno.test("several seeds: a band around the line and error bars", () => {
  const seeds = [record({ target: 1, seed: 1 }), record({ target: 1, seed: 2, curve: [0.6, 0.7, 0.9] })];
  assert.ok(tracesOf(accuracyPerEpoch(seeds)).some(({ fill }) => fill === "toself"));
  assert.ok(!tracesOf(accuracyPerEpoch(seeds.slice(1))).some(({ fill }) => fill === "toself"));
  assert.equal((tracesOf(firingRates(seeds))[0]?.["error_y"] as { visible: boolean }).visible, true);
});

Deno.test("a band of one standard deviation ends at 0 and at 100 %", () => {
  const [band] = seriesTraces(
    { x: [1, 2, 3], values: [[0.5, 0.6], [0.1, 1], [0, 0.4]] },
    { name: "some", colour: "#112233", group: "some" },
  );
  const ends = [...(band?.y ?? [])].map((value) => Number(Number(value).toFixed(2)));
  assert.deepEqual(ends, [62.07, 100, 48.28, 0, 0, 47.93]);
});

Deno.test("colours agree between figures, whatever the order of records", () => {
  const records = [record(), record({ target: 1 })];
  const ink = (figure: Figure) => (tracesOf(figure)[0]?.["line"] as { color: string }).color;
  assert.equal(ink(accuracyOverTime(records)), ink(accuracyPerEpoch(records)));
});

Deno.test("spike raster: one mark per spike", () => {
  const one = record({ target: 1 });
  const data = tracesOf(spikeRaster(one));
  const spikes = one.spiking?.raster.layers.map(({ spikes }) => spikes.join("").split("1").length - 1);
  assert.deepEqual(data.map(({ x }) => (x as number[]).length), spikes);
});

Deno.test("example images: right, wrong, tied and silent are said in words", () => {
  const figure = exampleImages(record({ target: 1 }));
  for (
    const word of [
      ">right<",
      "wrong: Shirt",
      "tied: 2 classes, true class among them",
      "true class not among them",
      "silent",
    ]
  ) {
    assert.ok(words(figure).includes(word), word);
  }
  assert.equal((figure.layout["images"] as unknown[]).length, 16);
});

Deno.test("runs without a spiking report leave a sentence, not an error", () => {
  const gone = record({ target: 8, curve: [], divergedAt: 1 });
  for (
    const figure of [accuracyOverTime([gone]), firingRates([gone]), spikeRaster(gone), exampleImages(gone)]
  ) {
    assert.match(words(figure), /diverged at epoch 1/, figure.name);
  }
  assert.match(words(spikeRaster(record())), /no spiking network/);
  assert.match(words(accuracyOverTime([])), /no finished spiking run/);
});

Deno.test("oneRunPerSnn: a finished seed where there is one", () => {
  const chosen = oneRunPerSnn([record({ target: 1, seed: 3, divergedAt: 2 }), ...tableRecords()]);
  assert.deepEqual(chosen.map(({ row, status }) => `${row} ${status}`), [
    "proxy-k1 finished",
    "proxy-k4 finished",
  ]);
});
