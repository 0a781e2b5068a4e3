import type { Experiment } from "./experiment.ts";

/*
 * The study's runs that bench/peers/in_pytorch trains in PyTorch on one GPU, where two cores need days. Their weights were read and
 * measured here: the last line of every record and all that is found out about the trained network are this library's. Seeds are of
 * PyTorch's generators.
 */

const SEEDS: readonly number[] = [1, 2, 3];

/** The study's settings of an experiment, trained elsewhere with some seeds; `products` is their precision. */
export function inPyTorch(
  experiment: Experiment,
  { products, rows, seeds = SEEDS, fewer = {} }: {
    products: "bfloat16" | "TF32";
    /** All where absent. */
    rows?: readonly string[];
    seeds?: readonly number[];
    /** Seeds of rows that have fewer, by row. */
    fewer?: Readonly<Record<string, readonly number[]>>;
  },
): Experiment {
  const { name, title, reduced } = experiment;
  return {
    name: `${name}-in-pytorch`,
    title: `${title}, trained in PyTorch`,
    elsewhere:
      `bench/README.md says how a GPU trains it; "deno task train ${name}" trains the same settings here`,
    reduced: (
      profile,
    ) => [...reduced(profile), `trained in PyTorch with ${products} products, on a GPU`],
    rows: (profile) =>
      profile !== "study" ? [] : experiment.rows(profile)
        .filter(({ id }) => rows === undefined || rows.includes(id))
        .map(({ configs, ...row }) => ({
          ...row,
          configs: configs.slice(0, 1).flatMap((config) =>
            (fewer[row.id] ?? seeds).map((seed) => ({ ...config, seed }))
          ),
        })),
  };
}
