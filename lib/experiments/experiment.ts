import type { RunConfig } from "../runs/config/config.ts";
import type { Follows } from "./follow.ts";
import type { Profile } from "../runs/profile.ts";
import type { RunRequest } from "../runs/store.ts";

/** The runs behind one table. */
export interface Experiment {
  name: string;
  title: string;
  /** What a profile reduces against the published recipe, in words; nothing at `paper`, but for what grids hold out. */
  reduced: (profile: Profile) => string[];
  /** The table's rows; every row is run once per seed. */
  rows: (profile: Profile) => Row[];
  /** Of runs that are not trained here, whose records are read alone: how to come by them, in words that end a sentence. */
  elsewhere?: string;
}

export interface Row {
  /** Short and stable, e.g. "proxy-k1". */
  id: string;
  configs: RunConfig[];
  /** Settings of these configurations that follow from others; changing a setting keeps to them. */
  follows?: Follows;
}

/** Every run of an experiment at a profile, row by row and seed by seed. */
export function requestsOf(experiment: Experiment, profile: Profile): RunRequest[] {
  return experiment.rows(profile).flatMap(({ id, configs }) =>
    configs.map((config) => ({
      experiment: experiment.name,
      row: id,
      profile,
      reduced: experiment.reduced(profile),
      config,
      ...(experiment.elsewhere === undefined ? {} : { elsewhere: experiment.elsewhere }),
    }))
  );
}
