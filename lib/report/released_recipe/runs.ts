import { join } from "node:path";
import { fields, finite, listOf, mapOf, natural, optional, readJson, type Shape, text } from "../../json.ts";
import { ROOT } from "../../paths.ts";

/** Shares of the test images under all tie rules. */
export interface Scores {
  argmax: number;
  expected: number;
  tieInclusive: number;
  tied: number;
  silent: number;
  loss: number;
}

/** An epoch; every fifth and the last are evaluated on all test images. */
export interface Epoch {
  epoch: number;
  /** On training images, as they were seen. */
  loss: number;
  accuracy: number;
  evaluation?: { snn: Scores; ann: Scores } | undefined;
}

/** A training of the released recipe at full width, by bench/peers/released_proxy on a GPU. */
export interface ReleasedRun {
  config: {
    rule: { T: number; target: number };
    training: { epochs: number };
    seed: number;
  };
  machine: { gpu: string; torch: string };
  /** Of all epochs. */
  seconds: number;
  curve: Epoch[];
  /** The same weights evaluated by this library, where they were fetched. */
  evaluatedHere?: { snn: Scores; ann: Scores } | undefined;
}

const SCORES = fields({
  ...{ argmax: finite, expected: finite, tieInclusive: finite, tied: finite, silent: finite, loss: finite },
}) as Shape<Scores>;
const LIVES = fields({ snn: SCORES, ann: SCORES });
const SHAPE = fields({
  config: fields({
    rule: fields({ T: natural, target: natural }),
    training: fields({ epochs: natural }),
    seed: natural,
  }),
  machine: mapOf(text),
  seconds: finite,
  curve: listOf(fields({ epoch: natural, loss: finite, accuracy: finite, evaluation: optional(LIVES) })),
  evaluatedHere: optional(LIVES),
}) as unknown as Shape<ReleasedRun>;

const FOLDER = join(ROOT, "results", "study", "released-recipe");

/** What is committed with the code, the released target first. */
export function releasedRuns(folder: string = FOLDER): ReleasedRun[] {
  const fix = "restore it from git, or train it as bench/README.md says";
  return ["proxy-k1", "proxy-k2"].map((name) =>
    readJson(join(folder, `${name}.json`), {
      what: "a training of the released recipe",
      shape: SHAPE,
      fix,
    })
  );
}

/** An epoch with its evaluation. */
export type Evaluated = Epoch & { evaluation: { snn: Scores; ann: Scores } };

export function evaluatedOf({ curve }: ReleasedRun): Evaluated[] {
  return curve.filter((line): line is Evaluated => line.evaluation !== undefined);
}

/** "SNN by proxy (K = 1)". */
export function nameOf({ config: { rule } }: ReleasedRun): string {
  return `SNN by proxy (K = ${rule.target})`;
}

/** Nothing of the recipe is reduced, but it was not trained here. */
export function scaleOf({ config: { training, seed }, curve, machine }: ReleasedRun): string {
  const epochs = curve.length < training.epochs ? `epoch ${curve.length} of ${training.epochs}; ` : "";
  return `${epochs}trained in PyTorch ${machine.torch} on one ${machine.gpu}, seed ${seed} of its own generator`;
}
