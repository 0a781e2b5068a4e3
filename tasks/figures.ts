import { join, relative, resolve } from "node:path";
import { FailureError, UsageError } from "../lib/errors.ts";
import { requestsOf } from "../lib/experiments/experiment.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile, type Profile } from "../lib/experiments/profile.ts";
import type { RunRecord } from "../lib/experiments/record.ts";
import { readRecord, runPaths } from "../lib/experiments/store.ts";
import { resultsFolder } from "../lib/paths.ts";
import { closeBrowser } from "../lib/report/browser.ts";
import { benchmarkReport } from "../lib/report/bench/mod.ts";
import { figures, REPORTS, tables } from "../lib/report/experiments.ts";
import { exportReport } from "../lib/report/export.ts";
import { runCommand } from "./command.ts";

interface Options {
  profile: string;
  experiment?: string;
  out?: string;
}

/** Reads the records that are there and writes their tables and figures below results/PROFILE, or `out`. */
export async function makeFigures({ profile: name, experiment, out }: Options): Promise<string> {
  const profile = parseProfile(name);
  const folder = resolve(out ?? join(resultsFolder(), profile));
  const records = chosenExperiments(experiment).flatMap((chosen) => recordsThere(chosen, profile));
  if (records.length === 0) throw noRecords(profile, experiment);
  try {
    const benchmarks = profile === "study" && experiment === undefined ? [benchmarkReport()] : [];
    const reports = [{ tables: tables(records), figures: figures(records) }, ...benchmarks];
    const all = {
      tables: reports.flatMap((report) => report.tables),
      figures: reports.flatMap((report) => report.figures),
    };
    await exportReport(all, folder, (path) => console.log(relative(process.cwd(), path)));
  } finally {
    await closeBrowser();
  }
  return folder;
}

function chosenExperiments(name: string | undefined): string[] {
  const known = Object.keys(REPORTS);
  if (name === undefined) return known;
  if (known.includes(findExperiment(name).name)) return [name];
  throw new UsageError(
    `Drawing the experiment "${name}": it has no tables or figures; use one of ${known.join(", ")}.`,
  );
}

function recordsThere(name: string, profile: Profile): RunRecord[] {
  const requests = requestsOf(findExperiment(name), profile);
  const records = requests.flatMap((request) => readRecord(runPaths(request).record) ?? []);
  if (records.length > 0 && records.length < requests.length) {
    console.error(
      `${name}: only ${records.length} of ${requests.length} runs are there; "deno task train ${name} --profile ${profile}" ` +
        "trains the others",
    );
  }
  return records;
}

function noRecords(profile: Profile, experiment: string | undefined): FailureError {
  const name = experiment ?? Object.keys(REPORTS)[0];
  return new FailureError(
    `Drawing ${experiment ?? "all experiments"} at the profile ${profile}: there are no records in ` +
      `${
        relative(process.cwd(), join(resultsFolder(), profile))
      }; make them with "deno task train ${name} --profile ${profile}".`,
  );
}

if (import.meta.main) {
  await runCommand((command) =>
    command
      .name("deno task figures")
      .description(
        "Writes tables (CSV, Markdown, LaTeX) and figures (SVG, PNG, PDF) of the runs that are there.",
      )
      .option("--profile <name>", "smoke, quick, study or paper", "quick")
      .option("--experiment <name>", "only this experiment")
      .option("--out <folder>", "write below this folder instead of results/PROFILE")
      .action(async (options: Options) => void await makeFigures(options))
  );
}
