import assert from "node:assert/strict";
import { convMixerAuthorsCifar10 } from "../../lib/experiments/sharing/convmixer_authors.ts";
import { convMixerCifar10 } from "../../lib/experiments/sharing/convmixer_sharing.ts";
import type { Filters, RunRecord } from "../../lib/runs/record.ts";
import { seResNetCifar10 } from "../../lib/experiments/sharing/se_resnet_sharing.ts";
import { committedRecords } from "../../lib/experiments/existing.ts";
import { figures, tables } from "../../lib/report/experiments.ts";
import { paired } from "../../lib/report/paired.ts";
import {
  accuracyAgainstDepth,
  accuracyAgainstParameters,
  againstAuthors,
  againstAuthorsTable,
  differencesTable,
  kernelPictures,
  sharingTable,
  trainTestGap,
  withPictures,
} from "../../lib/report/sharing/mod.ts";
import { sharingFindings } from "../../lib/report/sharing/findings.ts";
import { epochLine, record, score } from "./records.ts";
import { tracesOf } from "./traces.ts";

/** A made-up run: test accuracy, and that on training images. */
function runOf(
  row: string,
  seed: number,
  test: number,
  training: number,
  experiment = convMixerCifar10,
): RunRecord {
  const [config] = experiment.rows("study").find(({ id }) => id === row)?.configs ?? [];
  const line = epochLine(4, { ann: score(test) });
  const filters: Filters[] = [{
    name: "blocks.depthwise",
    size: 3,
    channels: 40,
    filters: [[0, 1, 2, 3, 4, 5, 6, 7, 8]],
  }];
  return {
    ...record({ row, curve: [], config: { ...config as RunRecord["config"], seed } }),
    ...{ experiment: experiment.name, hash: `${row}${seed}`, parameters: row === "none" ? 70_000 : 10_000 },
    ...{ curve: [line], last: line, best: line },
    classifier: { training: { ...score(training), images: 10_000 }, filters },
  };
}

/** Sharing costs 2 points of accuracy and 1 point of the gap at every seed, give or take; one deeper pair, one small network. */
function convMixers(): RunRecord[] {
  return [
    ...[1, 2, 3].flatMap((seed) => [
      runOf("none", seed, 0.6 + seed / 100, 0.65 + seed / 100),
      runOf("all", seed, 0.58 + seed / 100 + seed / 1e4, 0.62 + seed / 100),
    ]),
    ...[runOf("none-half", 1, 0.55, 0.57), runOf("all-half", 1, 0.5, 0.51), runOf("equal", 1, 0.4, 0.41)],
  ];
}

Deno.test("differences are paired by seed, each network with its unshared twin of the same depth", () => {
  const { rows } = differencesTable(convMixers());
  assert.deepEqual(rows.map(([network, against]) => [network, against]), [
    ["ConvMixer-64/8, all", "ConvMixer-64/8, none"],
    ["ConvMixer-64/4, all", "ConvMixer-64/4, none"],
    ["ConvMixer-24/8, none", "ConvMixer-64/8, none"],
    ["ConvMixer-64/8, all", "ConvMixer-24/8, none"], // and its strongest rival of equal parameters
  ]);
  const [all] = rows;
  assert.equal(all?.[2], 7);
  assert.equal(all?.[3], 3);
  const difference = all?.[4] as { mean: number; sd: number };
  assert.ok(Math.abs(difference.mean + 0.0198) < 1e-9 && Math.abs(difference.sd - 1e-4) < 1e-9);
  assert.match(String(all?.[5]), /^−2\.0\d to −1\.9\d$/);
  assert.deepEqual(all?.slice(6, 8), ["< 0.001", "< 0.001"]);
  assert.equal(all?.at(-1), "−1.8 (intro)");
  assert.deepEqual(rows[1]?.slice(5, 8), [null, null, null]); // one pair is no test
});

Deno.test("paired: only seeds that both have; nothing without a pair", () => {
  const [first, second] = [runOf("none", 1, 0.6, 0.6), runOf("all", 2, 0.5, 0.5)];
  assert.equal(paired([first], [second], () => 1), null);
});

Deno.test("accuracy table: every network with what it shares, its parameters, and the gap to training images", () => {
  const { rows, notes } = sharingTable(convMixers());
  assert.deepEqual(rows[0]?.slice(0, 3), ["ConvMixer-64/8", "none", 70_000]);
  assert.equal(rows[0]?.[4], "3");
  const gap = rows[0]?.at(-1) as { mean: number; n: number };
  assert.ok(Math.abs(gap.mean - 0.05) < 1e-9 && gap.n === 3);
  assert.match(
    notes.join(),
    /AdamW, learning rate 0.01 to 0.000001 \(cosine\)|AdamW, learning rate 0.01 to 1e-6 \(cosine\)/,
  );
});

Deno.test("figures: three families over parameters; shared and unshared over depth, without the small networks", () => {
  const families = tracesOf(accuracyAgainstParameters(convMixers()));
  assert.deepEqual(families.map(({ name, x }) => [name, (x as number[]).length]), [
    ["unshared", 2],
    ["shared", 2],
    ["equal parameters", 1],
  ]);
  for (const figure of [accuracyAgainstDepth(convMixers()), trainTestGap(convMixers())]) {
    assert.deepEqual(tracesOf(figure).map(({ name, x }) => [name, x]), [
      ["nothing shared", [4, 8]],
      ["all kernels shared", [4, 8]],
    ]);
  }
});

Deno.test("kernel pictures: one run of the unshared and of the fully shared network, each filter in its own scale", () => {
  const shown = withPictures(convMixers());
  assert.deepEqual(shown.map(({ row }) => row), ["none", "all"]);
  const figure = kernelPictures(shown[0] as RunRecord);
  assert.deepEqual(tracesOf(figure)[0]?.["z"], [[0, 1 / 8, 2 / 8], [3 / 8, 4 / 8, 5 / 8], [6 / 8, 7 / 8, 1]]);
  assert.match(figure.caption, /the first 1 of 40 filters of 3 × 3/);
});

Deno.test("SE-ResNet: stages by name, every subset against the network that shares nothing", () => {
  const records = ["none-1", "all-1", "stages-2-3"].map((row) => runOf(row, 1, 0.5, 0.6, seResNetCifar10));
  assert.deepEqual(sharingTable(records).rows.map((row) => row.slice(0, 2)), [
    ["SE-ResNet-14", "none"],
    ["SE-ResNet-14", "all stages"],
    ["SE-ResNet-14", "stages 2, 3"],
  ]);
  assert.deepEqual(differencesTable(records).rows.map(([, against]) => against), [
    "SE-ResNet-14, none",
    "SE-ResNet-14, none",
  ]);
});

Deno.test("reports hold with nothing and with diverged runs alone; files have names of their own", () => {
  const gone = {
    ...runOf("none", 1, 0, 0),
    status: "diverged",
    last: null,
    best: null,
    classifier: undefined,
  };
  const diverged = {
    ...gone,
    divergence: { epoch: 1, step: 2, what: "loss", value: "NaN" },
  } as unknown as RunRecord;
  for (const records of [[], [diverged]]) {
    assert.match(
      JSON.stringify(accuracyAgainstParameters(records).layout["annotations"]),
      /No run has finished/,
    );
    differencesTable(records);
  }
  assert.match(String(sharingTable([diverged]).rows[0]), /diverged at epoch 1/);
  const names = [...tables(convMixers()), ...figures(convMixers())].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("a changed run has a row and a point of its own, labelled by what differs", () => {
  const changed = { ...runOf("all", 1, 0.5, 0.5), row: "all with network.kernel=7", hash: "changed" };
  const names = (records: RunRecord[]) => sharingTable(records).rows.map(([name]) => name);
  const notes = (records: RunRecord[]) =>
    (accuracyAgainstParameters(records).layout["annotations"] as { text: string; x: number; y: number }[])
      .map(({ text, x, y }) => [text, 10 ** x, y]);
  assert.deepEqual(names([...convMixers(), changed]), [
    ...names(convMixers()),
    "ConvMixer-64/8 with network.kernel=7",
  ]);
  assert.deepEqual(notes(convMixers()), []);
  assert.deepEqual(notes([...convMixers(), changed]), [["with network.kernel=7", 10_000, 50]]);
});

Deno.test("a smaller gap is no sign of regularising where test accuracy falls with it", () => {
  const lineOf = (name: string) =>
    sharingFindings(committedRecords(name)).find(({ claim }) => claim.startsWith("a regulariser"));
  const decided = (name: string, corrected: number) => {
    const { verdict } = lineOf(name) ?? {};
    return typeof verdict === "function" ? verdict(corrected) : verdict;
  };
  const cropped = "convmixer-crop-flip-cifar-10-in-pytorch";
  assert.match(lineOf(cropped)?.measured ?? "", /smaller by 3\.87 ± 0\.41 points, test accuracy −5\.63/);
  assert.match(decided(cropped, 0.01) ?? "", /^not by regularising/);
  const few = "convmixer-few-images-in-pytorch";
  assert.match(lineOf(few)?.measured ?? "", /larger by 4\.96 ± 0\.66 points/);
  assert.equal(decided(few, 0.01), "fails here");
  assert.match(decided(few, 0.5) ?? "", /^open: behind/);
});

Deno.test("runs by the authors' recipe stand epoch by epoch beside the authors' log, a run under way as what it is", () => {
  const curve = [0.5, 0.6, 0.7].map((argmax, index) => epochLine(index + 1, { ann: score(argmax) }));
  const whole = { ...runOf("none", 1, 0.7, 0.8, convMixerAuthorsCifar10), curve };
  const begun: RunRecord = {
    ...runOf("all", 1, 0.6, 0.7, convMixerAuthorsCifar10),
    ...{ curve: curve.slice(0, 2), status: "unfinished" },
  };
  const { columns, rows } = againstAuthorsTable([whole, begun]);
  assert.deepEqual(columns.map(({ group, heading }) => [group, heading].join(" ").trim()), [
    ...["Epoch", "Authors (%) training", "Authors (%) test"],
    ...["here, shared: none (%) training", "here, shared: none (%) test"],
    ...["here, shared: all, epoch 2 of 25 (%) training", "here, shared: all, epoch 2 of 25 (%) test"],
  ]);
  assert.deepEqual(rows.map(([epoch, train, test]) => [epoch, train, test]), [
    ...[[1, 0.3938, 0.5418], [2, 0.6178, 0.6157], [3, 0.7012, 0.7069]],
  ]);
  const tests = rows.map((row) => [row[4], row[6]].map((cell) => (cell as { mean: number } | null)?.mean));
  assert.deepEqual(tests, [[0.5, 0.5], [0.6, 0.6], [0.7, undefined]]);
  const [authors, none, all] = tracesOf(againstAuthors([whole, begun]));
  assert.deepEqual([authors?.x?.length, none?.x?.length, all?.x?.length], [25, 3, 2]);
  assert.ok(Math.abs(Number(authors?.y?.at(-1)) - 92.6) < 1e-9);
  assert.deepEqual(none?.y, [50, 60, 70]);
  assert.deepEqual(
    tables([whole, begun]).map(({ name }) => name).at(-1),
    "convmixer-authors-cifar-10-against-authors",
  );
});
