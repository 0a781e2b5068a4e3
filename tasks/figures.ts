import { join } from "node:path";
import { Attempts } from "../lib/attempts.ts";
import { FailureError, UsageError } from "../lib/errors.ts";
import { requestsOf } from "../lib/experiments/experiment.ts";
import { existingRecords } from "../lib/experiments/existing.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile, type Profile } from "../lib/runs/profile.ts";
import type { RunRecord } from "../lib/runs/record.ts";
import { listRecords } from "../lib/runs/store.ts";
import { resultsFolder } from "../lib/paths.ts";
import { closeBrowser } from "../lib/report/browser.ts";
import { agreementReport } from "../lib/report/agreement/mod.ts";
import { benchmarkReport } from "../lib/report/bench/mod.ts";
import { figures, REPORTS, tables } from "../lib/report/experiments.ts";
import { bothPapersClaims } from "../lib/report/claims.ts";
import { effortTable } from "../lib/report/effort_table.ts";
import { releasedReport } from "../lib/report/released_recipe/mod.ts";
import { exportReport } from "../lib/report/export.ts";
import type { Figure } from "../lib/report/figure.ts";
import { exportPublication } from "../lib/report/publication/export.ts";
import {
  parseStyle,
  parseWidth,
  type Style,
  type StyleName,
  STYLES,
  withColumn,
} from "../lib/report/publication/style.ts";
import type { Table } from "../lib/report/table.ts";
import { path } from "./arguments.ts";
import { requireWritableFolder } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Options {
  profile: Profile;
  experiment?: string;
  unfinished?: boolean;
  /** A folder; without it results/PROFILE. */
  out?: string;
  /** Of a publication: its files go to paper/STYLE of the folder. */
  style?: StyleName;
  /** Millimetres of a column; without it the style's. */
  width?: number;
}

/** `deno task figures`. */
export const figuresTask = defineTask({
  name: "figures",
  description:
    "Writes tables (CSV, Markdown, LaTeX) and figures (SVG, PNG, PDF) of the runs that are there, or all as a publication wants them (--style).",
  declare: (command) =>
    command
      .option("--profile <name>", "smoke, quick, study or paper", parseProfile, "quick")
      .option("--experiment <name>", "only this experiment", reported)
      .option("--unfinished", 'also what runs under way have done so far, labelled "epoch 41 of 100"')
      .option("--out <folder>", "write below this folder instead of results/PROFILE", path)
      .option(
        "--style <name>",
        `for a publication, into paper/STYLE: ${Object.keys(STYLES).join(", ")}`,
        parseStyle,
      )
      .option("--width <length>", "of a column of that publication, e.g. 89mm", parseWidth),
  plan(options: Options): Options {
    if (options.width !== undefined && options.style === undefined) {
      throw new UsageError(
        "Reading --width: it is the width of a publication's column; give its --style, too.",
      );
    }
    requireWritableFolder(folderOf(options));
    return options;
  },
  act: async (options) => void await makeFigures(options),
});

/** An experiment that has tables or figures. */
function reported(name: string): string {
  const known = Object.keys(REPORTS);
  if (known.includes(findExperiment(name).name)) return name;
  throw new UsageError(
    `Drawing the experiment "${name}": it has no tables or figures; use one of ${known.join(", ")}.`,
  );
}

function folderOf({ profile, out, style }: Options): string {
  const folder = out ?? join(resultsFolder(), profile);
  return style === undefined ? folder : join(folder, "paper", style);
}

/** The asked style of a publication; undefined where none is. */
function styleOf({ style, width }: Options): Style | undefined {
  return style === undefined ? undefined : withColumn(STYLES[style], width);
}

/**
 * Reads the records that are there and writes their tables and figures below results/PROFILE, or `out`. An experiment whose
 * records cannot be read or drawn does not end the others.
 */
export async function makeFigures(options: Options): Promise<string> {
  const folder = folderOf(options);
  const reports = reportsOf(options);
  const attempts = new Attempts("Drawing", reports.length);
  let drawn = 0;
  const style = styleOf(options);
  const log = (path: string) => console.log(toUser(path));
  const draw = async (report: Shown) => {
    const written = style === undefined
      ? await exportReport(report, folder, log)
      : await exportPublication(report, style, folder, log);
    drawn += written.length;
  };
  try {
    for (const [name, report] of reports) await attempts.make(name, () => draw(report()));
  } finally {
    await closeBrowser();
  }
  attempts.end();
  if (drawn === 0) throw noRecords(options.profile, options.experiment);
  return folder;
}

interface Shown {
  tables: Table[];
  figures: Figure[];
}

/**
 * What is shown, by name: of every experiment and both papers' claims, or of the one asked for; beside all of `study` what is committed of benchmarks, of
 * other frameworks and of the released recipe.
 */
export function reportsOf(
  { profile, experiment, unfinished = false }: Options,
): [name: string, report: () => Shown][] {
  const names = experiment === undefined ? Object.keys(REPORTS) : [experiment];
  const everything = experiment === undefined;
  return [
    ...names.map((
      name,
    ): [string, () => Shown] => [name, () => reportOf(recordsThere(name, profile, unfinished))]),
    ...(everything ? [overall(names, profile, unfinished)] : []),
    ...(everything && profile === "study" ? committed() : []),
  ];
}

/** The claims of both papers and what their runs took, over all experiments; nothing where there are no runs. */
function overall(names: readonly string[], profile: Profile, unfinished: boolean): [string, () => Shown] {
  return ["claims", () => {
    const records = names.flatMap((name) => existingRecords(name, profile, { unfinished }));
    const claims = bothPapersClaims(records);
    const finished = names.flatMap((experiment) => listRecords({ profile, experiment }));
    const all = [...records, ...finished];
    return {
      tables: [
        ...(claims.rows.length > 0 ? [claims] : []),
        ...(all.length > 0 ? [effortTable(all)] : []),
      ],
      figures: [],
    };
  }];
}

function committed(): [string, () => Shown][] {
  return [["benchmarks", benchmarkReport], ["agreement", agreementReport], [
    "released recipe",
    releasedReport,
  ]];
}

function reportOf(records: readonly RunRecord[]): Shown {
  return { tables: tables(records), figures: figures(records) };
}

function recordsThere(name: string, profile: Profile, unfinished: boolean): RunRecord[] {
  const requests = requestsOf(findExperiment(name), profile);
  const records = existingRecords(name, profile, { unfinished });
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
        toUser(join(resultsFolder(), profile))
      }; make them with "deno task train ${name} --profile ${profile}".`,
  );
}

if (import.meta.main) await runTask(figuresTask);
