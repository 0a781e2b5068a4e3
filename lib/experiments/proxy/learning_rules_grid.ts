import type { RunConfig } from "../../runs/config/config.ts";
import type { Profile } from "../../runs/profile.ts";
import type { Tuning } from "./comparison.ts";
import type { Experiment } from "../experiment.ts";
import { contestants, type ContestSize, contestTuningRows } from "./learning_rules.ts";

/** What is trained and judged on. */
export type Trials = Record<Profile, Omit<Tuning, "width">>;

/** Three epochs at least: in fewer the norm policies are the same. */
export const SHORT: Trials = {
  smoke: { trainImages: 100, validationImages: 50, epochs: 3 },
  quick: { trainImages: 1_000, validationImages: 500, epochs: 3 },
  study: { trainImages: 20_000, validationImages: 5_000, epochs: 3 },
  paper: { trainImages: 50_000, validationImages: 10_000, epochs: 100 },
};

/** 1e-2 since the first three were best at their upper end for the ANN and the SNN by proxy on Fashion-MNIST. */
const RATES: readonly number[] = [3e-4, 1e-3, 3e-3, 1e-2];

/** A comparison whose rules a grid is for. */
interface Compared<Size> extends Pick<Experiment, "name" | "title"> {
  /** The comparison's size, but for what is tuned on. */
  sizeOf: (profile: Profile) => Size;
  baseOf: (size: Size) => RunConfig;
  reductionOf: (size: Size) => string[];
  /** Rows that are tried; all that are trained where absent. */
  tried?: (size: Size) => readonly string[];
  trials?: Trials;
  rates?: readonly number[];
}

/** Every learning rate with every norm policy, the same trials for each rule, judged on validation images. */
export function gridOf<Size extends ContestSize>(
  { name, title, sizeOf, baseOf, reductionOf, tried, trials = SHORT, rates = RATES }: Compared<Size>,
): Experiment {
  const tuned = (profile: Profile): Size => ({ ...sizeOf(profile), ...trials[profile] });
  return {
    ...{ name, title },
    reduced: (profile) => reductionOf(tuned(profile)),
    rows(profile) {
      const size = tuned(profile);
      const base = baseOf(size);
      const { validationImages } = trials[profile];
      return contestTuningRows(
        contestants(size).filter(({ id }) => tried === undefined || tried(size).includes(id)),
        { ...base, data: { ...base.data, validationImages } },
        rates,
      );
    },
  };
}
