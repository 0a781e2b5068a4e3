import { basename, join } from "node:path";
import { Attempts, failureLine } from "../lib/attempts.ts";
import { existingRecords } from "../lib/experiments/existing.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { writeWhole } from "../lib/files.ts";
import { inLanes } from "../lib/lanes.ts";
import { duration } from "../lib/notebook/pace_text.ts";
import { resultsFolder } from "../lib/paths.ts";
import { claimsAtAGlance } from "../lib/report/claims.ts";
import { REPORTS } from "../lib/report/experiments.ts";
import { readable } from "../lib/report/label.ts";
import { makeSite, type SiteOptions } from "../lib/report/site.ts";
import { MOST_JOBS, type Together, together, togetherOnEveryCore } from "../lib/runs/processes.ts";
import { runTogether } from "../lib/runs/run_together.ts";
import { whole } from "./arguments.ts";
import { boardOf } from "./board.ts";
import { executeNotebook, projectNotebooks } from "./execute.ts";
import { makeFigures } from "./figures.ts";
import { requireWritableFolder } from "./files.ts";
import { requestsOfNotebooks } from "./notebook_requests.ts";
import { summary } from "./summary.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** `deno task reproduce`. */
export const reproduceTask = defineTask({
  name: "reproduce",
  description:
    "Trains what the notebooks show, on every core; runs every notebook, then writes all tables, figures and HTML pages: the " +
    "claims first, then a page a notebook.",
  declare: (command) =>
    command
      .option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick")
      .option(
        "--jobs <number>",
        "train in so many processes of one thread each; without it, in one a core as far as the memory goes",
        whole("--jobs", 1, MOST_JOBS),
      ),
  plan({ profile, jobs }: { profile: Profile; jobs?: number }): Plan {
    requireWritableFolder(join(resultsFolder(), profile));
    const requests = requestsOfNotebooks(projectNotebooks(), profile);
    const plan = jobs === undefined ? togetherOnEveryCore(requests) : together(requests, jobs);
    return { profile, together: plan };
  },
  act: reproduceAll,
});

interface Plan {
  profile: Profile;
  together: Together;
}

/** A notebook that fails does not end the others; the page has those that ran. */
async function reproduceAll({ profile, together }: Plan): Promise<void> {
  const since = performance.now();
  const notebooks = projectNotebooks();
  const attempts = new Attempts("Reproducing", notebooks.length + 2, report);
  await attempts.make("training", () => trainAll(together));
  const executed = await executeAll(notebooks, { profile, jobs: together.jobs }, attempts);
  const folder = join(resultsFolder(), profile);
  await attempts.make("tables and figures", () => makeFigures({ profile }));
  const site = makeSite({
    title: "Two papers on shared weights: claims, tables and figures",
    facts: [
      ...facts(profile, (performance.now() - since) / 1000),
      ...attempts.failed.map((name) => `Failed, and not shown here: ${name}.`),
    ],
    ...evidence(profile),
    notebooks: executed,
  });
  for (const { name, html } of site) writeWhole(join(folder, name), html);
  console.log(`tables:  ${toUser(join(folder, "tables"))}`);
  console.log(`figures: ${toUser(join(folder, "figures"))}`);
  console.log(`page:    ${toUser(join(folder, "index.html"))}`);
  console.log(`total time ${duration((performance.now() - since) / 1000)} (profile ${profile})`);
  attempts.end();
}

function report(name: string, error: unknown): void {
  console.error(failureLine(name, error));
}

/** Every run that the notebooks show, so that these find records; what fails here they try again and tell. */
async function trainAll(together: Together): Promise<void> {
  const board = boardOf(together);
  const options = { onProgress: board.onProgress, onLine: board.say };
  await runTogether(together, options, (record) => board.report(summary(record))).finally(board.end);
}

/** Several notebooks at once; what ran, in the notebooks' order. */
async function executeAll(
  notebooks: readonly string[],
  { profile, jobs }: { profile: Profile; jobs: number },
  attempts: Attempts,
): Promise<string[]> {
  const executed = await inLanes(
    notebooks,
    jobs,
    (notebook) => attempts.make(basename(notebook), () => executeOne(notebook, profile)),
  );
  return executed.flatMap((output) => output ?? []);
}

async function executeOne(notebook: string, profile: Profile): Promise<string> {
  console.log(`${basename(notebook)} (profile ${profile}) ...`);
  const log = (line: string) => console.log(`  ${line}`);
  const { output, seconds } = await executeNotebook({ notebook, profile, log });
  console.log(`${basename(notebook)} ... ${duration(seconds)}`);
  return output;
}

/** What the first page says under its title. */
function facts(profile: Profile, seconds: number): string[] {
  const now = new Date().toISOString().slice(0, 16).replace("T", " ");
  return [
    `Profile ${profile}; made ${now} UTC in ${duration(seconds)}.`,
    "Every number's seed, configuration, data and machine stand in its record, results/PROFILE/EXPERIMENT/HASH.json.",
  ];
}

/** The claims that the records speak about, and how big the runs are. */
function evidence(profile: Profile): Pick<SiteOptions, "claims" | "sizes"> {
  const groups = Object.keys(REPORTS).map((name) => ({
    experiment: findExperiment(name),
    records: existingRecords(name, profile),
  })).filter(({ records }) => records.length > 0);
  const claims = claimsAtAGlance(groups.flatMap(({ records }) => records));
  return {
    claims: claims.rows.length === 0 ? null : claims,
    sizes: groups.map(({ experiment, records }) => ({
      title: experiment.title,
      runs: records.length,
      reduced: experiment.reduced(profile).map(readable),
    })),
  };
}

if (import.meta.main) await runTask(reproduceTask);
