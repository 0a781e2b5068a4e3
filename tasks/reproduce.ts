import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { Attempts, failureLine } from "../lib/attempts.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import { writeWhole } from "../lib/files.ts";
import { duration } from "../lib/notebook/pace_text.ts";
import { resultsFolder } from "../lib/paths.ts";
import { REPORTS } from "../lib/report/experiments.ts";
import { readable } from "../lib/report/label.ts";
import { makePage } from "../lib/report/page.ts";
import { executeNotebook, projectNotebooks } from "./execute.ts";
import { makeFigures } from "./figures.ts";
import { requireWritableFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

/** `deno task reproduce`. */
export const reproduceTask = defineTask({
  name: "reproduce",
  description: "Runs every notebook, then writes all tables, figures and one HTML page.",
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
  const page = join(folder, "index.html");
  const seconds = (performance.now() - since) / 1000;
  writeWhole(
    page,
    makePage({
      title: "weightshare: the papers' tables and figures",
      facts: [
        ...facts(profile, seconds),
        ...attempts.failed.map((name) => `Failed, and not shown here: ${name}.`),
      ],
      notebooks: executed,
    }),
  );
  console.log(`tables:  ${toUser(join(folder, "tables"))}`);
  console.log(`figures: ${toUser(join(folder, "figures"))}`);
  console.log(`page:    ${toUser(page)}`);
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

/** What the page says under its title. */
function facts(profile: Profile, seconds: number): string[] {
  const run = Object.keys(REPORTS).filter((name) => existsSync(join(resultsFolder(), profile, name)));
  const experiments = run.map(findExperiment).filter(({ reduced }) => reduced(profile).length > 0);
  return [
    `Profile ${profile}; made ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC in ${
      duration(seconds)
    }.`,
    ...experiments.map(({ title, reduced }) =>
      `Reduced against the published recipe (${title}): ${reduced(profile).map(readable).join("; ")}.`
    ),
    "Every number's seed, configuration, data and machine stand in its record, results/PROFILE/EXPERIMENT/HASH.json.",
  ];
}

if (import.meta.main) await runTask(reproduceTask);
