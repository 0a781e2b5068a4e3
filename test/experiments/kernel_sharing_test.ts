import assert from "node:assert/strict";
import { convMixerCifar10, convMixerCifar100 } from "../../lib/experiments/sharing/convmixer_sharing.ts";
import type { RunConfig } from "../../lib/runs/config/config.ts";
import { PROFILES } from "../../lib/runs/profile.ts";
import { seResNetCifar10 } from "../../lib/experiments/sharing/se_resnet_sharing.ts";
import { parametersOf } from "../../lib/models/all.ts";
import { createClassifier } from "../../lib/models/classifier.ts";
import { convMixer } from "../../lib/models/convmixer.ts";
import { zeroFill } from "../../lib/models/maker.ts";
import { seResNet } from "../../lib/models/se_resnet.ts";
import { countParameters, disposeModel } from "../../lib/models/model.ts";

type SeResNetConfig = Extract<RunConfig["network"], { name: "se-resnet" }>;
type ConvMixerConfig = Extract<RunConfig["network"], { name: "convmixer" }>;

const counted = (network: RunConfig["network"], classes: number) =>
  parametersOf(network, { image: [32, 32, 3], classes });

const networksOf = (rows: { id: string; configs: RunConfig[] }[]) =>
  new Map(rows.map(({ id, configs }) => [id, configs[0]?.network as ConvMixerConfig]));

Deno.test("the paper profile has the published base and its equal-parameter networks", () => {
  const networks = networksOf(convMixerCifar10.rows("paper"));
  const none = networks.get("none") as ConvMixerConfig;
  assert.deepEqual([none.dim, none.depth, none.kernel, none.patch], [256, 16, 9, 1]);
  assert.equal(counted(none, 10), 1_409_034);
  assert.equal(counted(networks.get("all") as ConvMixerConfig, 10), 107_274);
  // Depth, width and parameters as computed for the paper's facts.
  const expected = {
    "equal": [16, 49, 107_418],
    "equal-half": [8, 80, 108_170],
    "equal-quarter": [4, 124, 106_650],
  };
  for (const [id, values] of Object.entries({ ...expected, "equal-one": [1, 280, 107_250] })) {
    const network = networks.get(id) as ConvMixerConfig;
    assert.deepEqual([network.depth, network.dim, counted(network, 10)], values, id);
  }
});

Deno.test("parameters by the formula are those of the built models, at every reduced row", () => {
  for (const profile of ["smoke", "quick", "study"] as const) {
    for (const [experiment, classes] of [[convMixerCifar10, 10], [convMixerCifar100, 100]] as const) {
      for (const network of networksOf(experiment.rows(profile)).values()) {
        const model = createClassifier(convMixer({ ...network, classes, image: [32, 32, 3] }), zeroFill);
        assert.equal(counted(network, classes), countParameters(model));
        disposeModel(model);
      }
    }
  }
});

Deno.test("so are those of SE-ResNets, also where stages are as wide as what they see", () => {
  const of = (change: Partial<SeResNetConfig>): SeResNetConfig => ({
    ...{ name: "se-resnet", n: 2, stem: 4, widths: [4, 8, 12], sharedStages: [], reduction: 4 },
    ...change,
  });
  const stages = [[], [1], [2], [3], [1, 2, 3]];
  const networks = [
    ...stages.map((sharedStages) => of({ sharedStages })),
    ...stages.map((sharedStages) => of({ sharedStages, widths: [8, 8, 8], n: 1 })),
    of({ stem: 8, widths: [4, 4], sharedStages: [2], n: 3 }),
    ...seResNetCifar10.rows("study").slice(0, 3).map(({ configs }) => configs[0]?.network as SeResNetConfig),
  ];
  for (const network of networks) {
    const model = createClassifier(seResNet({ ...network, classes: 10, image: [32, 32, 3] }), zeroFill);
    assert.equal(counted(network, 10), countParameters(model), JSON.stringify(network));
    disposeModel(model);
  }
});

Deno.test("every profile has the same rows, each network once, the same seeds for twins", () => {
  for (const experiment of [convMixerCifar10, convMixerCifar100, seResNetCifar10]) {
    const ids = (profile: typeof PROFILES[number]) => experiment.rows(profile).map(({ id }) => id);
    for (const profile of PROFILES) {
      assert.deepEqual(ids(profile), ids("paper"));
      const rows = experiment.rows(profile);
      const networks = rows.map(({ configs }) => JSON.stringify(configs[0]?.network));
      assert.equal(new Set(networks).size, rows.length, `${experiment.name} ${profile}`);
      const seedsOf = (id: string) => rows.find((row) => row.id === id)?.configs.map(({ seed }) => seed);
      for (const id of ids(profile).filter((one) => one.startsWith("all"))) {
        assert.deepEqual(seedsOf(id), seedsOf(id.replace("all", "none")));
      }
    }
  }
});

Deno.test("SE-ResNet has nothing and everything shared at six depths, and all subsets of stages", () => {
  const rows = seResNetCifar10.rows("paper");
  assert.equal(rows.length, 12 + 6);
  const networks = rows.map(({ configs }) =>
    configs[0]?.network as Extract<RunConfig["network"], { n: number }>
  );
  assert.deepEqual([...new Set(networks.map(({ n }) => n))], [2, 3, 4, 6, 8, 10]);
  const subsets = new Set(networks.filter(({ n }) => n === 2).map(({ sharedStages }) => sharedStages.join()));
  assert.equal(subsets.size, 8);
});
