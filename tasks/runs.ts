import { parseProfile } from "../lib/experiments/profile.ts";
import { listRecords } from "../lib/experiments/store.ts";
import { findExperiment } from "../lib/experiments/experiments.ts";
import { runCommand } from "./command.ts";
import { summary } from "./summary.ts";

interface Options {
  profile?: string;
  experiment?: string;
  json?: boolean;
}

await runCommand((command) =>
  command
    .name("deno task runs")
    .description("Lists the records of finished runs.")
    .option("--profile <name>", "only this profile")
    .option("--experiment <name>", "only this experiment")
    .option("--json", "print the records as JSON")
    .action(list)
);

function list({ profile, experiment, json }: Options): void {
  const records = listRecords({
    ...(profile === undefined ? {} : { profile: parseProfile(profile) }),
    ...(experiment === undefined ? {} : { experiment: findExperiment(experiment).name }),
  });
  if (json === true) return console.log(JSON.stringify(records, null, 1));
  if (records.length === 0) return console.log('No records yet; "deno task reproduce" makes the first.');
  let heading = "";
  for (const record of records) {
    if (heading !== record.experiment) console.log(heading = record.experiment);
    console.log(`  ${summary(record)}`);
  }
}
