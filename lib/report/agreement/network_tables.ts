import { makeTable, type Table } from "../table.ts";
import type { CountAgreement, NetworkAgreement } from "./networks.ts";
import { NAMES, versionsText } from "./ways.ts";

/** Logits differ at most by so much of the largest one. */
export const LOGIT_TOLERANCE = 1e-5;

/** How far PyTorch's logits are from ours. */
export function logitAgreement({ versions, logits }: NetworkAgreement): Table {
  return makeTable(
    {
      name: "logit-agreement",
      title: "Logits in PyTorch",
      caption: `Trained networks exported by "deno task export --to pytorch", on ${
        count(logits[0]?.images ?? 0)
      } test images. PyTorch ${versions["torch"]}.`,
      label: "",
      notes: [
        `Relative: the largest difference of a logit over the largest logit of the network; ${LOGIT_TOLERANCE.toExponential()} is the bound.`,
        "Trained at the profile quick, which takes minutes: numbers are compared here, not accuracies.",
      ],
    },
    [
      { heading: "Network", format: "text", cell: ({ network }) => network },
      { heading: "Run", format: "text", cell: ({ hash }) => hash },
      { heading: "Parameters", format: "integer", cell: ({ parameters }) => parameters },
      { heading: "Largest logit", format: "decimal", cell: ({ largest }) => largest },
      {
        heading: "Largest difference",
        format: "text",
        cell: ({ apart }) => apart.toExponential(1),
      },
      {
        heading: "Relative",
        format: "text",
        cell: ({ apart, largest }) => (apart / largest).toExponential(1),
      },
      { heading: "Same class (images)", format: "integer", cell: ({ sameClass }) => sameClass },
    ],
    logits,
  );
}

/** How far other frameworks' spike counts are from ours. */
export function countAgreement({ versions, spiking }: NetworkAgreement): Table {
  const { images, classes, T, hash, network, runs } = spiking;
  const rows = runs.flatMap((run) => run.counts.map((one) => ({ run, one })));
  return makeTable(
    {
      name: "spike-count-agreement",
      title: "Spike counts in other frameworks",
      caption: `Output spikes of ${network} (run ${hash}, T = ${T}, hard reset) for ${
        count(images)
      } test images: ${count(images * classes)} counts, against ours. ${versionsText(versions)}.`,
      label: "",
      notes: NOTES,
    },
    [
      { heading: "θ", format: "text", cell: ({ run }) => String(run.threshold) },
      { heading: "Framework", format: "text", cell: ({ one }) => NAMES[one.framework] },
      { heading: "How", format: "text", cell: ({ one }) => how(one) },
      { heading: "Equal counts", format: "integer", cell: ({ one }) => one.equal ?? null },
      { heading: "Images with all equal", format: "integer", cell: ({ one }) => one.equalImages ?? null },
      { heading: "Largest difference", format: "integer", cell: ({ one }) => one.largest ?? null },
      { group: "Mean count", heading: "ours", format: "decimal", cell: ({ run }) => run.mean },
      { group: "Mean count", heading: "theirs", format: "decimal", cell: ({ one }) => one.mean ?? null },
      { heading: "Same class (images)", format: "integer", cell: ({ one }) => one.sameClass ?? null },
      { heading: "It said", format: "text", cell: ({ one }) => one.problem?.split(" - ")[0] ?? null },
    ],
    rows,
  );
}

const NOTES = [
  "The network's own threshold, and a quarter of it, at which it fires more. Trained at the profile quick, which takes minutes: spikes are compared here, not accuracies.",
  "By hand: weightshare_models.py with IFNode in the places of ReLU, norms not folded. Through NIR: norms folded; a sum or mean and IF neurons in the places of max pooling.",
  "The same network by hand differs between single and double precision, too, in a few images: there a membrane is at θ within rounding, and the order of " +
  "sums decides whether it fires.",
  "snnTorch: the importer makes neurons that give a pair of spikes and membrane, which the next layer cannot take (import_nir._nir_to_snntorch_module: " +
  "Leaky(init_hidden=False); nirtorch.nir_interpreter._is_stateful looks for an argument named state).",
  "sinabs: the importer makes neurons with several spikes a step, soft reset and a floor (nir._import_sinabs_module, MultiSpike); those that stand for max " +
  "pooling, of threshold 0.5, then give two spikes for every one in their window, and every layer has more.",
];

function how(one: CountAgreement): string {
  return one.way === "native"
    ? `by hand, ${one.precision} precision`
    : `through NIR, pooling by ${one.pooling}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
