import type { RunConfig } from "../runs/config/schema.ts";
import { setAt, valueAt } from "../runs/config/settings.ts";

/**
 * Settings that follow from others, by path, e.g. norms that freeze after half of the epochs. A row's own configurations
 * and those that change a setting are made by the same rules, so that none is left behind.
 */
export type Follows = Readonly<Record<string, (config: RunConfig) => unknown>>;

/** The configuration with settings that follow, one after the other; what is given by hand stays, what is absent too. */
export function follow(config: RunConfig, follows: Follows, given: readonly string[] = []): RunConfig {
  return Object.entries(follows)
    .filter(([path]) => !given.includes(path))
    .reduce(
      (result, [path, valueOf]) =>
        valueAt(result, path) === undefined ? result : setAt(result, path, valueOf(result)),
      config,
    );
}

/** Norms that never freeze. */
export const NEVER_FROZEN: Follows = { "training.freezeNormAfter": ({ training }) => training.epochs };
