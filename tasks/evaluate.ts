import { z } from "zod";
import { anyOf } from "../lib/choice.ts";
import { RECIPES } from "../lib/data/augment/recipe.ts";
import { DATASET_NAMES } from "../lib/data/sets/all.ts";
import { FailureError, UsageError } from "../lib/errors.ts";
import { inWords } from "../lib/schema_words.ts";
import type { Architecture } from "../lib/exchange/architecture.ts";
import { compareWithRecord } from "../lib/exchange/compare_with_record.ts";
import { type Evaluated, evaluateNetwork, type Reading } from "../lib/exchange/evaluate_network.ts";
import type { GivenImages } from "../lib/exchange/given_images.ts";
import { RULES, type RuleSettings } from "../lib/learning/rules/all.ts";
import { disposeModel } from "../lib/models/model.ts";
import type { Life, RunRecord, Score } from "../lib/runs/record.ts";
import { oneOf, path } from "./arguments.ts";
import { requireFile } from "./files.ts";
import {
  architectureGiven,
  type ArchitectureOptions,
  declareArchitecture,
  NETWORK,
  networkNamed,
  openNamed,
  settingOf,
} from "./network_arguments.ts";
import { defineTask, runTask } from "./task.ts";

interface Plan {
  path: string;
  architecture: Architecture | undefined;
  reading: Reading;
  json: boolean;
}

interface Options extends ArchitectureOptions, Partial<GivenImages> {
  data?: string;
  recipe?: string;
  rule: string[];
  json?: true;
}

const RECIPE_NAMES = ["none", ...Object.keys(RECIPES)] as const;

/** `deno task evaluate`. */
export const evaluateTask = defineTask({
  name: "evaluate",
  description:
    "Evaluates a trained network with all read-outs of its lives; a run's numbers are compared with its record's. " +
    "Exit codes: 0 done; 1 failed, or numbers differ that should be equal; 2 wrong usage.",
  declare: (command) =>
    declareArchitecture(
      command
        .argument("<network>", NETWORK)
        .option("--images <file>", "images to evaluate on, IDX, instead of the run's own", path)
        .option("--labels <file>", "their labels, IDX", path)
        .option(
          "--data <name>",
          `the data set of a network that no run of ours left: ${DATASET_NAMES.join(", ")}`,
        )
        .option("--recipe <name>", `whose normalisation images get: ${RECIPE_NAMES.join(", ")}`)
        .option(
          "--rule <setting...>",
          "read otherwise than as trained: ann, or simulated event by event, e.g. proxy T=8 threshold=2, or converted, " +
            "e.g. conversion T=64 reset=subtract",
          [],
        )
        .option("--json", "print the scores as JSON"),
    ),
  plan: (network: string, options: Options): Plan => ({
    path: networkNamed(network),
    architecture: architectureGiven(options),
    reading: readingOf(options),
    json: options.json === true,
  }),
  act,
});

function readingOf({ images, labels, data, recipe, rule }: Options): Reading {
  return {
    given: givenImages(images, labels),
    data: oneOf("--data", data, DATASET_NAMES),
    recipe: oneOf("--recipe", recipe, RECIPE_NAMES) as Reading["recipe"],
    rule: rule.length === 0 ? undefined : ruleGiven(rule),
  };
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

/** What settings of a rule are where they are not given and no network's training depends on them. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  ...{ threshold: 1, reset: "hard", initialMembrane: 0, output: "count", target: 1 },
  ...{ alpha: 2, detachReset: false, stopAtSaturation: false, percentile: 100, calibrationImages: 1000 },
};

/** The rule of a list of its name and settings. */
export function ruleGiven([name = "", ...texts]: string[]): RuleSettings {
  const entry = oneOf("--rule", name, RULES.map((rule) => rule.name)) as RuleSettings["name"];
  const { shape } = RULES.find((rule) => rule.name === entry)?.schema as z.ZodObject;
  const defaults = Object.entries(DEFAULTS).filter(([key]) => key in shape);
  const settings = { ...Object.fromEntries([...defaults, ...texts.map(settingOf)]), name: entry };
  const parsed = anyOf(RULES).safeParse(settings);
  if (parsed.success) return parsed.data as RuleSettings;
  throw new UsageError(
    `Reading --rule ${name}: ${inWords(settings, parsed.error.issues)}; it has ${
      Object.keys(shape).filter((key) => key !== "name").join(", ") || "no settings"
    }.`,
  );
}

async function act({ path, architecture, reading, json }: Plan): Promise<void> {
  const network = await openNamed(path, architecture);
  try {
    const found = await evaluateNetwork(network, reading);
    console.log(json ? JSON.stringify(found, null, 1) : describe(network.name, found));
    const asTrained = Object.values(reading).every((value) => value === undefined);
    if (network.record !== undefined && asTrained) compare(network.record, found, json);
  } finally {
    disposeModel(network.model);
  }
}

function describe(name: string, { images, of, scores }: Evaluated): string {
  const lives = Object.entries(scores.evaluation).map(([life, score]) => lifeText(life as Life, score));
  const agreement = scores.agreement === undefined
    ? []
    : [`  both lives answer the same for ${percent(scores.agreement)}`];
  return [`${name} on ${images} ${of} images`, ...lives, ...agreement].join("\n");
}

function lifeText(life: Life, score: Score): string {
  const { argmax, expected = argmax, tieInclusive, tied, silent, withMembrane, loss } = score;
  const held = withMembrane === undefined ? "" : `, ${percent(withMembrane)} with membranes`;
  return `  ${life.toUpperCase()}: ${percent(argmax)} argmax, ${percent(expected)} expected over ties, ` +
    `${percent(tieInclusive)} tie-inclusive${held}; ${percent(tied)} tied, ${
      percent(silent)
    } silent; loss ${loss}`;
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
