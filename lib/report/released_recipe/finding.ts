import { reportedValues, SNN_BY_PROXY } from "../../experiments/reported.ts";
import type { Finding } from "../findings.ts";
import { evaluatedOf, lastOf, nameOf, type ReleasedRun } from "./runs.ts";
import { percent } from "./table.ts";

/** What the whole recipe says of the accuracy in the abstract: a run is no test, but every epoch under each rule is a fact. */
export function releasedFinding(run: ReleasedRun): Finding {
  const lines = evaluatedOf(run).map(({ evaluation }) => evaluation.snn);
  const last = lastOf(run).evaluation.snn;
  const [claim] = reportedValues("fashion-mnist", SNN_BY_PROXY).filter(({ tag }) => tag === "abstract");
  if (claim === undefined) throw new Error("the abstract's accuracy is no reported value");
  const most = Math.max(...lines.map(({ argmax }) => argmax));
  const ties = lines.map(({ tieInclusive }) => tieInclusive);
  const reached = (share: number) => 100 * share >= claim.value;
  return {
    claim: `${claim.value.toFixed(2)} % (tie rule not given)`,
    network: `${nameOf(run)}, released recipe`,
    measured: `${percent(last.argmax)} argmax, ${
      percent(last.tieInclusive)
    } tie-inclusive after epoch ${run.curve.length}; best of ${lines.length} evaluations ${
      percent(most)
    } and ${percent(Math.max(...ties))}`,
    n: 1,
    test: null,
    verdict: `one run: ${
      reached(most) ? "argmax reaches it" : "argmax never reaches it"
    }, the tie-inclusive rule ${ties.some(reached) ? "does" : "does not either"}`,
  };
}
