import { Attempts } from "../lib/attempts.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { parseProfile } from "../lib/runs/profile.ts";
import type { RunRecord } from "../lib/runs/record.ts";
import { inOrder, readRecord, recordFiles, type RecordFilter } from "../lib/runs/store.ts";
import { missingLines, missingRuns } from "./missing.ts";
import { summary } from "./summary.ts";
import { defineTask, runTask } from "./task.ts";
import { toUser } from "./user_path.ts";

interface Plan extends RecordFilter {
  json?: boolean;
  missing?: boolean;
}

/** `deno task runs`. */
export const runsTask = defineTask({
  name: "runs",
  description: "Lists the records of finished runs, or what is still missing.",
  declare: (command) =>
    command
      .option("--profile <name>", "only this profile", parseProfile)
      .option("--experiment <name>", "only this experiment", (name: string) => findExperiment(name).name)
      .option(
        "--missing",
        "list the runs without a record instead, of every plan that has begun: running, queued, stopped, failed, never begun",
      )
      .option("--json", "print them as JSON"),
  plan: (options: Plan) => options,
  act: ({ missing = false, json = false, ...filter }) =>
    missing ? listMissing(filter, json) : list(filter, json),
});

async function listMissing(filter: RecordFilter, json: boolean): Promise<void> {
  const found = await missingRuns(filter, (line) => console.error(`note: ${line}`));
  if (json) return console.log(JSON.stringify(found, null, 1));
  const lines = found.flatMap(missingLines);
  console.log(
    lines.length > 0 ? lines.join("\n") : 'No plan has begun here; "deno task plan" says what there is.',
  );
}

/** A record that cannot be read does not hide the others. */
async function list(filter: RecordFilter, json: boolean): Promise<void> {
  const files = recordFiles(filter);
  const attempts = new Attempts("Reading records", files.length);
  const lines = new Map<RunRecord, string>();
  for (const file of files) {
    await attempts.make(toUser(file), () => {
      const record = readRecord(file);
      if (record !== undefined) lines.set(record, summary(record));
    });
  }
  print(lines, json);
  attempts.end();
}

function print(lines: ReadonlyMap<RunRecord, string>, json: boolean): void {
  const records = inOrder([...lines.keys()]);
  if (json) return console.log(JSON.stringify(records, null, 1));
  if (records.length === 0) return console.log('No records yet; "deno task reproduce" makes the first.');
  let heading = "";
  for (const record of records) {
    if (heading !== record.experiment) console.log(heading = record.experiment);
    console.log(`  ${lines.get(record)}`);
  }
}

if (import.meta.main) await runTask(runsTask);
