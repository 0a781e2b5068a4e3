/** How long an array of a real Slurm takes, beside what the plan says of it beforehand. */
import { join } from "node:path";
import { FailureError } from "../../lib/errors.ts";
import { requestsOf } from "../../lib/experiments/experiment.ts";
import { findExperiment } from "../../lib/experiments/experiments.ts";
import { ownFolder } from "../../lib/own_folder.ts";
import { Estimator } from "../../lib/runs/estimate.ts";
import { plan } from "../../lib/runs/plan.ts";
import { asTasks, makespan } from "../../lib/runs/schedule.ts";
import { readRecord } from "../../lib/runs/store.ts";
import { NODES, requireSlurm, Slurm } from "../../test/cluster/slurm.ts";
import { EXPERIMENT, Submission } from "../../test/cluster/submission.ts";
import type { CampaignOptions, CampaignResult } from "./campaign.ts";

const PROFILE = "quick";

/** A prediction may be off by so much of what was measured. */
const TOLERANCE = 0.2;

/**
 * Trains an experiment once with a process a core, predicts from its records what an array on as many nodes of one core takes,
 * and runs `tries` such arrays. Not for a machine that does something else.
 */
export async function makespanCampaign({ tries }: CampaignOptions): Promise<CampaignResult> {
  requireSlurm();
  const { path: scratch, remove } = await ownFolder("makespan");
  const slurm = await Slurm.start(join(scratch, "slurm"));
  try {
    const known = new Submission(slurm, join(scratch, "known"), PROFILE);
    const { code, stderr } = await known.train("--jobs", String(NODES.length));
    if (code !== 0) throw new FailureError(`Training what is to be predicted: ${stderr}`);
    const predicted = predict(known);
    const measured: number[] = [];
    for (let place = 0; place < tries; place++) {
      measured.push(await measure(new Submission(slurm, join(scratch, `array-${place}`), PROFILE)));
    }
    const off = measured.filter((seconds) => !(Math.abs(predicted / seconds - 1) <= TOLERANCE));
    return {
      tried: tries,
      said: `${EXPERIMENT}, ${PROFILE}, ${NODES.length} nodes of one core: predicted ${
        predicted.toFixed(1)
      } s, measured ${measured.map((seconds) => `${seconds.toFixed(1)} s`).join(", ")}`,
      wrong: off.map((seconds) => `predicted ${predicted.toFixed(1)} s, measured ${seconds.toFixed(1)} s`),
    };
  } finally {
    await slurm.stop();
    await remove();
  }
}

/** What the plan says of the nodes, from these records. */
function predict(known: Submission): number {
  const estimator = new Estimator(known.records().flatMap((path) => readRecord(path) ?? []));
  const runs = plan(requestsOf(findExperiment(EXPERIMENT), PROFILE));
  const works = runs.map(({ request, after }) => ({ seconds: estimator.of(request).seconds ?? NaN, after }));
  return makespan(asTasks(works), NODES.length);
}

/** Seconds from the submission to the end of the last task. */
async function measure(submission: Submission): Promise<number> {
  const start = performance.now();
  await submission.submit("30");
  await submission.slurm.end(60);
  const seconds = (performance.now() - start) / 1000;
  const missing = await submission.missing();
  if (!/: all \d+ runs/.test(missing)) throw new FailureError(`An array did not end: ${submission.logs()}`);
  return seconds;
}
