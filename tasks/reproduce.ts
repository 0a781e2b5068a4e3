import { basename, join } from "node:path";
import { Attempts, failureLine } from "../lib/attempts.ts";
import { existingRecords } from "../lib/experiments/existing.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { writeWhole } from "../lib/files.ts";
import { duration } from "../lib/notebook/pace_text.ts";
import { resultsFolder } from "../lib/paths.ts";
import { claimsAtAGlance } from "../lib/report/claims.ts";
import { REPORTS } from "../lib/report/experiments.ts";
import { readable } from "../lib/report/label.ts";
import { makeSite, type SiteOptions } from "../lib/report/site.ts";
import { executeNotebook, projectNotebooks } from "./execute.ts";
import { makeFigures } from "./figures.ts";
import { requireWritableFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** `deno task reproduce`. */
export const reproduceTask = defineTask({
  name: "reproduce",
  description:
    "Runs every notebook, then writes all tables, figures and HTML pages: the claims first, then a page a notebook.",
  declare: (command) =>
    command.option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick"),
  plan({ profile }: { profile: Profile }) {
    requireWritableFolder(join(resultsFolder(), profile));
    return { profile };
  },
  act: reproduceAll,
});

/** A notebook that fails does not end the others; the page has those that ran. */
async function reproduceAll({ profile }: { profile: Profile }): Promise<void> {
  const since = performance.now();
  const notebooks = projectNotebooks();
  const attempts = new Attempts("Reproducing", notebooks.length + 1, tell);
  const executed = await executeAll(notebooks, profile, attempts);
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

function tell(name: string, error: unknown): void {
  console.error(failureLine(name, error));
}

async function executeAll(notebooks: string[], profile: Profile, attempts: Attempts): Promise<string[]> {
  const executed: string[] = [];
  for (const notebook of notebooks) {
    console.log(`${basename(notebook)} (profile ${profile}) ...`);
    const log = (line: string) => console.log(`  ${line}`);
    await attempts.make(basename(notebook), async () => {
      const { output, seconds } = await executeNotebook({ notebook, profile, log });
      console.log(`${basename(notebook)} ... ${duration(seconds)}`);
      executed.push(output);
    });
  }
  return executed;
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
