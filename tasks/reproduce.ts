import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile, type Profile } from "../lib/experiments/profile.ts";
import { writeWhole } from "../lib/files.ts";
import { duration } from "../lib/notebook/pace_text.ts";
import { resultsFolder } from "../lib/paths.ts";
import { REPORTS } from "../lib/report/experiments.ts";
import { readable } from "../lib/report/label.ts";
import { makePage } from "../lib/report/page.ts";
import { runCommand } from "./command.ts";
import { executeNotebook, projectNotebooks } from "./execute.ts";
import { makeFigures } from "./figures.ts";

await runCommand((command) =>
  command
    .name("deno task reproduce")
    .description("Runs every notebook, then writes all tables, figures and one HTML page.")
    .option("--profile <name>", "smoke, quick, study or paper", "quick")
    .action(reproduceAll)
);

async function reproduceAll({ profile: name }: { profile: string }): Promise<void> {
  const profile = parseProfile(name);
  const since = performance.now();
  const executed = await executeAll(profile);
  const folder = await makeFigures({ profile });
  const page = join(folder, "index.html");
  const seconds = (performance.now() - since) / 1000;
  writeWhole(
    page,
    makePage({
      title: "weightshare: the papers' tables and figures",
      facts: facts(profile, seconds),
      notebooks: executed,
    }),
  );
  const shown = (path: string) => relative(process.cwd(), path);
  console.log(`tables:  ${shown(join(folder, "tables"))}`);
  console.log(`figures: ${shown(join(folder, "figures"))}`);
  console.log(`page:    ${shown(page)}`);
  console.log(`total time ${duration((performance.now() - since) / 1000)} (profile ${profile})`);
}

async function executeAll(profile: Profile): Promise<string[]> {
  const executed: string[] = [];
  for (const notebook of projectNotebooks()) {
    console.log(`${basename(notebook)} (profile ${profile}) ...`);
    const { output, seconds } = await executeNotebook({
      notebook,
      profile,
      log: (line) => console.log(`  ${line}`),
    });
    console.log(`${basename(notebook)} ... ${duration(seconds)}`);
    executed.push(output);
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
