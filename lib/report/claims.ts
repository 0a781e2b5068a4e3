import { parametersOf } from "../models/all.ts";
import type { RunRecord } from "../runs/record.ts";
import { proxyFindings } from "./comparison/claims_table.ts";
import { type Finding, FINDING_COLUMNS, findingCells, VERDICT_NOTES } from "./findings.ts";
import { readable } from "./label.ts";
import { sharingFindings } from "./sharing/findings.ts";
import type { Table } from "./table.ts";

/** ConvMixer-256/16 with 9 x 9 kernels and patches of 1, the paper's own. */
const PUBLISHED = { name: "convmixer", dim: 256, depth: 16, kernel: 9, patch: 1 } as const;
const SEEN = { image: [32, 32, 3], classes: 10 } as const;

/** What nothing has to be trained for. */
function parameterFinding(): Finding {
  const [unshared, shared] = (["none", "all"] as const)
    .map((sharing) => parametersOf({ ...PUBLISHED, sharing }, SEEN)) as [number, number];
  const [from, to] = [unshared, shared].map((count) => count.toLocaleString("en-US"));
  return {
    ...{ claim: "parameters drop drastically", network: "ConvMixer-256/16, all", n: null, test: null },
    measured: `${to} instead of ${from} parameters, ${(unshared / shared).toFixed(1)} times fewer`,
    verdict: "holds: counted on the published network",
  };
}

type Findings = (records: readonly RunRecord[]) => Finding[];

/** A subject of a paper, and the experiments that speak about it: the first that has records does. */
interface Subject {
  paper: "Proxy learning" | "Kernel sharing";
  title: string;
  experiments: string[];
  findings: Findings;
}

const SUBJECTS: readonly Subject[] = [
  ...[
    { title: "Fashion-MNIST", experiments: ["fashion-mnist-learning-rules", "fashion-mnist-comparison"] },
    { title: "CIFAR-10", experiments: ["cifar-10-learning-rules", "cifar-10-comparison"] },
  ].map((one) => ({ paper: "Proxy learning", findings: proxyFindings, ...one } as const)),
  ...[
    { title: "few images", experiments: ["convmixer-few-images"] },
    { title: "ConvMixer", experiments: ["convmixer-crop-flip-cifar-10", "convmixer-cifar-10"] },
    { title: "ConvMixer", experiments: ["convmixer-crop-flip-cifar-100", "convmixer-cifar-100"] },
    { title: "SE-ResNet", experiments: ["se-resnet-full-width-cifar-10", "se-resnet-cifar-10"] },
    { title: "SE-ResNet", experiments: ["se-resnet-full-width-cifar-100"] },
  ].map((one) => ({ paper: "Kernel sharing", findings: sharingFindings, ...one } as const)),
];

/** Every claim of both papers that finished runs speak about: measurement, interval, corrected p, scale, verdict. */
export function bothPapersClaims(records: readonly RunRecord[]): Table {
  const lines = SUBJECTS.flatMap(({ paper, title, experiments, findings }) => {
    const groups = experiments.map((name) => records.filter(({ experiment }) => experiment === name));
    const some = groups.find((group) => findings(group).length > 0) ?? [];
    return findings(some).map((finding) => ({ paper, title, finding, scale: scaleOf(some) }));
  });
  if (lines.length > 0) {
    const published = {
      paper: "Kernel sharing",
      title: "ConvMixer",
      finding: parameterFinding(),
      scale: "nothing",
    };
    lines.push(published as typeof lines[number]);
  }
  const cells = findingCells(lines.map(({ finding }) => finding));
  return {
    name: "claims",
    title: "Claims of both papers, and what was measured here",
    caption:
      "Argmax on test images after the last epoch; differences paired by seed, mean ± standard deviation over n pairs, with the 95 % interval of the mean; p of the paired t-test, two-sided.",
    label: "",
    columns: [
      { heading: "Paper", format: "text" },
      { heading: "Data or network", format: "text" },
      { heading: "Claim", format: "text" },
      ...FINDING_COLUMNS,
      { heading: "Reduced", format: "text" },
    ],
    rows: lines.map(({ paper, title, finding, scale }, index) => [
      ...[paper, title, finding.claim],
      ...cells[index] ?? [],
      scale,
    ]),
    notes: [
      ...VERDICT_NOTES,
      "Minimal cost holds where the interval ends above −2 points. Far fewer time steps: at most half as many for every seed.",
      "A verdict is about these runs, whose reductions are in the last column; it cannot confirm or refute what the full recipe does.",
    ],
  };
}

function scaleOf(records: readonly RunRecord[]): string {
  const [first] = records;
  return first === undefined || first.reduced.length === 0
    ? "nothing"
    : first.reduced.map(readable).join("; ");
}
