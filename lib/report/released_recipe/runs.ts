import { existsSync } from "node:fs";
import { join } from "node:path";
import { fields, finite, listOf, natural, optional, readJson, type Shape, text } from "../../json.ts";
import type { EpochLine, Score } from "../../learning/metrics.ts";
import { ROOT } from "../../paths.ts";

/** Both lives on all test images. */
export interface Lives {
  snn: Required<Omit<Score, "withMembrane">>;
  ann: Required<Omit<Score, "withMembrane">>;
}

/** An epoch; the first, every fifth and that where a session ended are evaluated on all test images. */
type Line = Pick<EpochLine, "epoch" | "train"> & { evaluation?: Lives | undefined };

/** What a training of the released recipe at full width by bench/peers/released_proxy left: its result.json. */
export interface ReleasedRun {
  config: { rule: { target: number }; seed: number };
  /** Epochs that were asked for; the curve may have ended before. */
  asked: number;
  machine: { gpu: string; torch: string };
  seconds: { epochs: number };
  curve: Line[];
  /** The same weights in this library: what `deno task evaluate FILE --json` said of them, where that is committed. */
  evaluatedHere?: Lives | undefined;
}

const SCORE = fields({
  ...{ argmax: finite, expected: finite, tieInclusive: finite, tied: finite, silent: finite, loss: finite },
});
const LIVES: Shape<Lives> = fields({ snn: SCORE, ann: SCORE });
const RUN: Shape<ReleasedRun> = fields({
  config: fields({ rule: fields({ target: natural }), seed: natural }),
  asked: natural,
  machine: fields({ gpu: text, torch: text }),
  seconds: fields({ epochs: finite }),
  curve: listOf(fields({
    epoch: natural,
    train: fields({ loss: finite, accuracy: finite }),
    evaluation: optional(LIVES),
  })),
});
const EVALUATED = fields({ scores: fields({ evaluation: LIVES }) });

const FOLDER = join(ROOT, "results", "study", "released-recipe");

/** What is committed with the code, the released target first. */
export function releasedRuns(folder: string = FOLDER): ReleasedRun[] {
  const fix = "restore it from git, or train it as bench/README.md says";
  return ["proxy-k1", "proxy-k2"].map((name) => {
    const run = readJson(join(folder, `${name}.json`), {
      ...{ what: "a training of the released recipe", shape: RUN, fix },
    });
    const here = join(folder, `${name}-evaluated.json`);
    if (!existsSync(here)) return run;
    const { scores } = readJson(here, { what: "an evaluation of its weights", shape: EVALUATED, fix });
    return { ...run, evaluatedHere: scores.evaluation };
  });
}

/** An epoch with its evaluation. */
export type Evaluated = Line & { evaluation: Lives };

/** The evaluated epochs, of which every run has its first. */
export function evaluatedOf({ curve }: ReleasedRun): [Evaluated, ...Evaluated[]] {
  const [first, ...others] = curve.filter((line): line is Evaluated => line.evaluation !== undefined);
  if (first === undefined) throw new Error("no epoch of the released recipe was evaluated");
  return [first, ...others];
}

/** What it came to in the end. */
export function lastOf(run: ReleasedRun): Evaluated {
  return evaluatedOf(run).at(-1) as Evaluated;
}

/** "SNN by proxy (K = 1)". */
export function nameOf({ config: { rule } }: ReleasedRun): string {
  return `SNN by proxy (K = ${rule.target})`;
}

/** Whether it has all its epochs. */
export function isWhole({ curve, asked }: ReleasedRun): boolean {
  return curve.length === asked;
}

/** Nothing of the recipe is reduced, but it was not trained here. */
export function scaleOf(run: ReleasedRun): string {
  const { asked, config: { seed }, curve, machine } = run;
  const epochs = isWhole(run) ? "" : `epoch ${curve.length} of ${asked}; `;
  return `${epochs}trained in PyTorch ${machine.torch} on one ${machine.gpu}, seed ${seed} of its own generator`;
}
