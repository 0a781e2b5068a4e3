import { existsSync } from "node:fs";
import { FailureError, UsageError } from "../lib/errors.ts";
import { compareWithRecord } from "../lib/exchange/compare_with_record.ts";
import { type Evaluated, evaluateRun, type GivenImages } from "../lib/exchange/evaluate_run.ts";
import { isHash, recordOfHash, runOfRecord } from "../lib/exchange/find_run.ts";
import type { Life, RunRecord, Score } from "../lib/runs/record.ts";
import { path } from "./arguments.ts";
import { requireFile } from "./files.ts";
import { defineTask, runTask } from "./task.ts";
import { fromUser } from "./user_path.ts";

interface Plan {
  record: string;
  given?: GivenImages;
  json: boolean;
}

/** `deno task evaluate`. */
export const evaluateTask = defineTask({
  name: "evaluate",
  description:
    "Evaluates the network that a run left, with all read-outs of both lives, and compares the numbers with the record's. " +
    "Exit codes: 0 done; 1 failed, or numbers differ that should be equal; 2 wrong usage.",
  declare: (command) =>
    command
      .argument("<run>", "a run's hash or its beginning, or the path of its record")
      .option("--images <file>", "images to evaluate on, IDX, instead of the run's own", path)
      .option("--labels <file>", "their labels, IDX", path)
      .option("--json", "print the scores as JSON"),
  plan(run: string, { images, labels, json = false }: Partial<GivenImages> & { json?: boolean }): Plan {
    const given = givenImages(images, labels);
    return { record: recordNamed(run), json, ...(given === undefined ? {} : { given }) };
  },
  act,
});

/** The path of the record that a word names: a path that is there, or a hash. */
export function recordNamed(word: string): string {
  const file = fromUser(word);
  if (isHash(word) && !existsSync(file)) return recordOfHash(word);
  requireFile("Opening", file, "a record (results/PROFILE/EXPERIMENT/HASH.json), or give a run's hash");
  if (file.endsWith(".json")) return file;
  throw new UsageError(`Opening ${word}: it is no record; give a run's hash, or the path of its HASH.json.`);
}

function givenImages(images: string | undefined, labels: string | undefined): GivenImages | undefined {
  if (images === undefined && labels === undefined) return undefined;
  if (images === undefined || labels === undefined) {
    throw new UsageError(
      "Reading the command line: --images and --labels belong together; give both or neither.",
    );
  }
  requireFile("Evaluating on", images, "images in IDX");
  requireFile("Evaluating on", labels, "labels in IDX");
  return { images, labels };
}

async function act({ record: file, given, json }: Plan): Promise<void> {
  const run = runOfRecord(file);
  const found = await evaluateRun(run, given);
  console.log(json ? JSON.stringify(found, null, 1) : describe(run.record, found, given));
  if (given === undefined) compare(run.record, found, json);
}

function describe(
  { row, hash, evaluatedOn }: RunRecord,
  { images, scores }: Evaluated,
  given?: GivenImages,
): string {
  const what = given === undefined ? `${images} ${evaluatedOn} images` : `${images} given images`;
  const lives = Object.entries(scores.evaluation).map(([life, score]) => lifeText(life as Life, score));
  const agreement = scores.agreement === undefined
    ? []
    : [`  both lives answer the same for ${percent(scores.agreement)}`];
  return [`${row} (${hash}) on ${what}`, ...lives, ...agreement].join("\n");
}

function lifeText(
  life: Life,
  { argmax, expected = argmax, tieInclusive, tied, silent, withMembrane, loss }: Score,
) {
  const held = withMembrane === undefined ? "" : `, ${percent(withMembrane)} with membranes`;
  return `  ${life.toUpperCase()}: ${percent(argmax)} argmax, ${percent(expected)} expected over ties, ${
    percent(tieInclusive)
  } ` +
    `tie-inclusive${held}; ${percent(tied)} tied, ${percent(silent)} silent; loss ${loss}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Says whether the numbers are the record's; where they should be and are not, that is a failure. */
function compare(record: RunRecord, { scores }: Evaluated, quiet: boolean): void {
  const { differing, computedOtherwise } = compareWithRecord(record, scores);
  if (differing.length === 0) {
    if (!quiet) console.log("  equal to the record, bit for bit");
    return;
  }
  const some = `${differing.length} numbers differ from the record (${differing[0]})`;
  if (computedOtherwise.length > 0) return console.error(`note: ${some}: ${computedOtherwise.join("; ")}`);
  throw new FailureError(
    `Evaluating ${record.row} (${record.hash}): ${some}, though kernels, threads and TensorFlow are those of the run; ` +
      `report it, with both numbers.`,
  );
}

if (import.meta.main) await runTask(evaluateTask);
