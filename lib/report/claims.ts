import { parametersOf } from "../models/all.ts";
import type { RunRecord } from "../runs/record.ts";
import { proxyFindings } from "./comparison/claims_table.ts";
import { type Finding, FINDING_COLUMNS, findingCells, VERDICT_NOTES } from "./findings.ts";
import { readable } from "./label.ts";
import { releasedFinding, releasedRuns, scaleOf as releasedScale } from "./released_recipe/mod.ts";
import { sharingFindings } from "./sharing/findings.ts";
import type { Column, Table } from "./table.ts";

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

export const SUBJECTS: readonly Subject[] = [
  ...[
    {
      title: "Fashion-MNIST",
      experiments: [
        "fashion-mnist-learning-rules-in-pytorch",
        "fashion-mnist-learning-rules",
        "fashion-mnist-comparison",
      ],
    },
    {
      title: "CIFAR-10",
      experiments: ["cifar-10-learning-rules-in-pytorch", "cifar-10-learning-rules", "cifar-10-comparison"],
    },
  ].map((one) => ({ paper: "Proxy learning", findings: proxyFindings, ...one } as const)),
  ...[
    { title: "few images", experiments: ["convmixer-few-images-in-pytorch", "convmixer-few-images"] },
    { title: "no augmentation", experiments: ["convmixer-plain-in-pytorch", "convmixer-plain"] },
    {
      title: "ConvMixer",
      experiments: [
        "convmixer-crop-flip-cifar-10-in-pytorch",
        "convmixer-crop-flip-cifar-10",
        "convmixer-cifar-10",
      ],
    },
    {
      title: "ConvMixer",
      experiments: [
        "convmixer-crop-flip-cifar-100-in-pytorch",
        "convmixer-crop-flip-cifar-100",
        "convmixer-cifar-100",
      ],
    },
    {
      title: "SE-ResNet",
      experiments: [
        "se-resnet-full-width-cifar-10-in-pytorch",
        "se-resnet-full-width-cifar-10",
        "se-resnet-cifar-10",
      ],
    },
    { title: "SE-ResNet", experiments: ["se-resnet-full-width-cifar-100"] },
  ].map((one) => ({ paper: "Kernel sharing", findings: sharingFindings, ...one } as const)),
];

interface Line {
  paper: Subject["paper"];
  title: string;
  finding: Finding;
  /** What the runs reduce. */
  scale: string;
}

/** Every claim of both papers that finished runs speak about: measurement, interval, corrected p, scale, verdict. */
export function bothPapersClaims(records: readonly RunRecord[]): Table {
  const lines = linesOf(records);
  const cells = findingCells(lines.map(({ finding }) => finding));
  return {
    name: "claims",
    title: "Claims of both papers, and what was measured here",
    caption: CAPTION,
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
      ...NOTES,
      "A verdict is about these runs, whose reductions are in the last column; it cannot confirm or refute what the full recipe does.",
    ],
  };
}

/** The same on one screen: without p-values, and what the runs reduce left to whoever shows it. */
export function claimsAtAGlance(records: readonly RunRecord[]): Table {
  const full = bothPapersClaims(records);
  const shown = ["Claim", "Network", "Our measurement", "Verdict", "95 % interval (points)", "n"];
  const at = shown.map((heading) => full.columns.findIndex((column) => column.heading === heading));
  return {
    ...full,
    columns: at.map((index) => full.columns[index] as Column),
    rows: linesOf(records).map(({ paper, title }, index) =>
      at.map((column, place) => {
        const cell = full.rows[index]?.[column] ?? null;
        return place === 0 && paper === "Proxy learning" ? `${cell}, ${title}` : cell;
      })
    ),
    notes: [
      ...NOTES,
      "A verdict is about these runs, reduced as said below; it cannot confirm or refute what the full recipe does.",
    ],
  };
}

const CAPTION =
  "Argmax on test images after the last epoch; differences paired by seed, mean ± standard deviation over n pairs, with the 95 % interval of the mean; p of the paired t-test, two-sided.";

const NOTES: readonly string[] = [
  ...VERDICT_NOTES,
  "Minimal cost holds where the interval begins above −2 points. The interval of a gap says how much smaller it is. Far fewer time steps: at most half as many for every seed.",
];

/** Every finding, and that of the parameters, for which nothing has to be trained; none where no run says anything. */
function linesOf(records: readonly RunRecord[]): Line[] {
  const trained = SUBJECTS.flatMap(({ paper, title, experiments, findings }) => {
    const groups = experiments.map((name) => records.filter(({ experiment }) => experiment === name));
    const some = groups.find((group) => findings(group).length > 0) ?? [];
    return findings(some).map((finding): Line => ({ paper, title, finding, scale: scaleOf(some) }));
  });
  if (trained.length === 0) return [];
  const released = records.some(({ profile }) => profile === "study") ? releasedLines() : [];
  const counted = { title: "ConvMixer", finding: parameterFinding(), scale: "nothing" };
  return [...released, ...trained, { paper: "Kernel sharing", ...counted }];
}

/** The recipe itself, which only a GPU has trained whole: it stands beside the study's runs. */
function releasedLines(): Line[] {
  const [run] = releasedRuns();
  if (run === undefined) return [];
  const scale = `nothing; ${releasedScale(run)}`;
  return [{ paper: "Proxy learning", title: "Fashion-MNIST", finding: releasedFinding(run), scale }];
}

function scaleOf(records: readonly RunRecord[]): string {
  const [first] = records;
  return first === undefined || first.reduced.length === 0
    ? "nothing"
    : first.reduced.map(readable).join("; ");
}
