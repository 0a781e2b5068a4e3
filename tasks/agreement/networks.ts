/** Trained networks in PyTorch and in frameworks of spiking networks, against ours. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fields, listOf, mapOf, readJson, type Shape, text } from "../../lib/json.ts";
import { disposeModel } from "../../lib/models/model.ts";
import type { NetworkAgreement } from "../../lib/report/agreement/networks.ts";
import { askCounts, compareCounts, type FoundCounts } from "./counts.ts";
import { type AskedLogits, askLogits, compareLogits } from "./logits.ts";
import { IMAGES } from "./images.ts";
import { runInPeers } from "./python.ts";
import { trained } from "./trained.ts";

/** Networks of both papers: the experiment and its row. */
const CLASSIFIERS = [
  ["ConvMixer, nothing shared", "convmixer-cifar-10", "none"],
  ["ConvMixer, all shared", "convmixer-cifar-10", "all"],
  ["SE-ResNet, nothing shared", "se-resnet-cifar-10", "none-2"],
  ["SE-ResNet, all stages shared", "se-resnet-cifar-10", "all-2"],
] as const;
const PROXY = ["fashion-mnist-proxy", "proxy-k1"] as const;

interface Answers {
  versions: Record<string, string>;
  logits: Record<string, number[][]>;
  spiking: FoundCounts[][];
}

const ANSWERS = fields({
  versions: mapOf(text),
  logits: mapOf(listOf(listOf(Number))),
  spiking: listOf(listOf(fields({ framework: text, way: text }))),
}) as Shape<unknown> as Shape<Answers>;

/** Runs the networks here and there; `folder` is for what passes between us and Python. */
export async function networkAgreement(folder: string): Promise<NetworkAgreement> {
  const logits: AskedLogits[] = [];
  for (const [name, experiment, row] of CLASSIFIERS) {
    const network = await trained(experiment, row);
    logits.push(await askLogits(name, network, folder, row));
    disposeModel(network.model);
  }
  const proxy = await trained(...PROXY);
  logits.push(await askLogits("seven layers by proxy, its ANN", proxy, folder, "ann"));
  const { threshold, T } = proxy.config?.rule as { threshold: number; T: number };
  const counts = [
    await askCounts(proxy, folder, threshold),
    await askCounts(proxy, folder, threshold / 4),
  ];
  disposeModel(proxy.model);
  const request = {
    logits: Object.fromEntries(logits.map(({ said, request }) => [said.network, request])),
    spiking: counts.map(({ request }) => request),
  };
  writeFileSync(join(folder, "request.json"), JSON.stringify(request));
  await runInPeers("Running networks in other frameworks", "networks.py", folder);
  const answers = readJson(join(folder, "answers.json"), {
    what: "the answers of other frameworks",
    shape: ANSWERS,
    fix: "run the same command again",
  });
  return {
    versions: answers.versions,
    logits: logits.map((asked) => compareLogits(asked, answers.logits[asked.said.network] ?? [])),
    spiking: {
      network: "seven layers by proxy, its SNN",
      hash: proxy.record?.hash ?? "",
      ...{ images: IMAGES, classes: proxy.model.classes, T },
      runs: counts.map((asked, index) => compareCounts(asked, answers.spiking[index] ?? [])),
    },
  };
}
