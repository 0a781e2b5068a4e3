import type { Experiment } from "./experiment.ts";

/*
 * The study's runs that bench/peers/in_pytorch trains in PyTorch, nearly all on one GPU, where two cores need days. Their weights were read and
 * measured here: the last line of every record and all that is found out about the trained network are this library's. Seeds are of
 * PyTorch's generators.
 */

/** How learning rules are trained, and kernel sharing. */
export const TF32_ON_GPU = "with TF32 products, on a GPU";
export const BFLOAT16_ON_GPU = "with bfloat16 products, on a GPU";

const SEEDS: readonly number[] = [1, 2, 3];

/** The study's settings of an experiment, trained elsewhere with some seeds; `how` says in which precision, and where. */
export function inPyTorch(
  experiment: Experiment,
  { how, rows, seeds = SEEDS }: {
    how: string;
    /** All where absent. */
    rows?: readonly string[];
    seeds?: readonly number[];
  },
): Experiment {
  const { name, title, reduced } = experiment;
  return {
    name: `${name}-in-pytorch`,
    title: `${title}, trained in PyTorch`,
    elsewhere:
      `bench/README.md says how a GPU trains it; "deno task train ${name}" trains the same settings here`,
    reduced: (profile) => [...reduced(profile), `trained in PyTorch ${how}`],
    rows: (profile) =>
      profile !== "study" ? [] : experiment.rows(profile)
        .filter(({ id }) => rows === undefined || rows.includes(id))
        .map(({ configs, ...row }) => ({
          ...row,
          configs: configs.slice(0, 1).flatMap((config) => seeds.map((seed) => ({ ...config, seed }))),
        })),
  };
}
