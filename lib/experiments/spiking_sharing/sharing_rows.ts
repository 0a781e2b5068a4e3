import type { RunConfig } from "../../runs/config/config.ts";
import type { Row } from "../experiment.ts";
import type { Follows } from "../follow.ts";
import { contestants, contestRows, type ContestSize } from "../proxy/learning_rules.ts";

/** A network that is trained by every rule. */
export interface Compared {
  /** "none", "all", or "equal-…": unshared, with about as many parameters as "all". */
  id: string;
  network: RunConfig["network"];
  follows?: Follows;
}

/**
 * Every network as an ANN and as an SNN by proxy and by surrogate gradients, e.g. "all-proxy". All have the same seeds: what
 * sharing costs is paired by seed.
 */
export function sharingRows(
  networks: readonly Compared[],
  base: RunConfig,
  size: ContestSize,
  surrogate: "surrogate" | "surrogate-few-steps" = "surrogate",
): Row[] {
  const chosen: Record<string, string> = {
    ann: "ann",
    [`proxy-k${size.targets[0]}`]: "proxy",
    [surrogate]: surrogate,
  };
  const methods = contestants(size).flatMap((method) => {
    const id = chosen[method.id];
    return id === undefined ? [] : [{ ...method, id }];
  });
  return networks.flatMap(({ id, network, follows }) =>
    contestRows(methods, { ...base, network }, size).map((row) => ({
      ...row,
      id: `${id}-${row.id}`,
      follows: { ...row.follows, ...follows },
    }))
  );
}
