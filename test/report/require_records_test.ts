import assert from "node:assert/strict";
import * as weightshare from "../../lib/mod.ts";
import { UsageError } from "../../lib/errors.ts";

type Records = readonly weightshare.RunRecord[];

const proxy = weightshare.committedRecords("fashion-mnist-proxy");
const mixer = weightshare.committedRecords("convmixer-cifar-10");
const cifar = weightshare.committedRecords("cifar-10-comparison");

const SHARING: ((records: Records) => unknown)[] = [
  weightshare.sharingTable,
  weightshare.differencesTable,
  weightshare.accuracyAgainstParameters,
  weightshare.accuracyAgainstDepth,
  weightshare.trainTestGap,
  weightshare.sharingCurves,
  ([first]) => weightshare.kernelPictures(first as weightshare.RunRecord),
];
const TWO_LIVES: ((records: Records) => unknown)[] = [
  weightshare.proxyTable,
  weightshare.ratesTable,
  weightshare.tuningTable,
  weightshare.comparisonTable,
  weightshare.claimsTable,
  weightshare.rulesTable,
  weightshare.agreementTable,
  weightshare.costTable,
  weightshare.accuracyAgainstTime,
  weightshare.accuracyAgainstOperations,
];

function assertRefused(make: () => unknown, message: RegExp): void {
  assert.throws(make, (error) => error instanceof UsageError && message.test(error.message));
}

Deno.test("records of another experiment are refused by tables and figures in one sentence that names them", () => {
  for (const make of SHARING) {
    assert.ok(make(mixer));
    assertRefused(
      () => make(proxy),
      /^(Making|Drawing) [\w ]+: records such as [\w-]+ of fashion-mnist-proxy \(network fashion-7, data fashion-mnist\) share no kernels; give those of convmixer-cifar-10 or se-resnet-cifar-10\.$/,
    );
  }
  for (const make of TWO_LIVES) {
    assert.ok(make(proxy));
    assertRefused(
      () => make([...proxy, ...mixer]),
      /^(Making|Drawing) [\w ]+: records such as [\w-]+ of convmixer-cifar-10 \(network convmixer, data cifar-10\) have no spiking life; give those of fashion-mnist-proxy or/,
    );
  }
  assert.ok(cifar.length > 0);
  assertRefused(() => weightshare.proxyTable(cifar), /data cifar-10\) are of other images; give those of/);
});

Deno.test("a record that is not there is refused, too", () => {
  const { spikeRaster, exampleImages, kernelPictures, agreementFigure } = weightshare;
  for (const draw of [spikeRaster, exampleImages, kernelPictures, agreementFigure]) {
    assertRefused(
      () => draw(undefined as never),
      /^Drawing [\w ]+: there is no record; give one of those that/,
    );
  }
});
