import { UsageError } from "../errors.ts";

/** How big a run is: seconds, minutes, hours on a laptop, or the published recipe. */
export const PROFILES = ["smoke", "quick", "study", "paper"] as const;
export type Profile = typeof PROFILES[number];

/** Checks a profile's name. */
export function parseProfile(name: string): Profile {
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined) {
    throw new UsageError(`Choosing a profile: "${name}" is unknown; use one of ${PROFILES.join(", ")}.`);
  }
  return profile;
}
