import { createHash } from "node:crypto";
import { datasetOf } from "../../data/sets/all.ts";
import { UsageError } from "../../errors.ts";
import { isSpikingRule, ruleOf } from "../../learning/rules/all.ts";
import { largestLayer, networkOf, parametersOf } from "../../models/all.ts";
import type { Seen } from "../../models/entry.ts";
import { inWords } from "../../schema_words.ts";
import { type RunConfig, runConfig } from "./schema.ts";
import { SCHEDULE_SETTINGS, setAt, settingPath } from "./settings.ts";

export type { RunConfig } from "./schema.ts";

/** Checks a configuration; the error names the bad field, its value and what is allowed. */
export function parseConfig(value: unknown): RunConfig {
  const parsed = runConfig.safeParse(value);
  if (!parsed.success) refuse(inWords(value, parsed.error.issues));
  checkBatch(parsed.data);
  checkSize(parsed.data);
  checkSchedule(parsed.data);
  checkRule(parsed.data);
  return parsed.data;
}

function refuse(why: string): never {
  throw new UsageError(`Configuring the run: ${why}.`);
}

function checkBatch({ data: { trainImages }, training: { batch } }: RunConfig): void {
  if (batch <= trainImages) return;
  refuse(
    `training.batch is ${batch}, but there are only ${trainImages} training images (data.trainImages); ` +
      `choose a batch of at most ${trainImages}`,
  );
}

/** Trainable parameters of the largest network: its training needs five times their four bytes. */
const MOST_PARAMETERS = 100_000_000;
/** Numbers of four bytes that a layer makes of a batch. */
const MOST_NUMBERS = 2 ** 29;

/** What a run's network sees of its data. */
export function seenOf({ data }: Pick<RunConfig, "data">): Seen {
  const { shape, classes } = datasetOf(data.name);
  return { image: shape, classes: classes.length };
}

/** Memory is counted before anything is built. */
function checkSize(config: RunConfig): void {
  const { network, training: { batch } } = config;
  const counted = (number: number) => Math.round(number).toLocaleString("en-US");
  const parameters = parametersOf(network, seenOf(config));
  if (parameters > MOST_PARAMETERS) {
    refuse(
      `network has ${counted(parameters)} parameters, but must have at most ${counted(MOST_PARAMETERS)}; ` +
        `make it narrower or less deep`,
    );
  }
  const numbers = batch * largestLayer(network, seenOf(config));
  if (numbers > MOST_NUMBERS) {
    refuse(
      `training.batch is ${batch}, of which a layer of the network makes ${
        counted(numbers)
      } numbers, but must make at ` +
        `most ${counted(MOST_NUMBERS)}; lower training.batch or make the network narrower`,
    );
  }
}

/** What settings of a schedule are, where an error asks for them. */
const SCHEDULE_WORDS = {
  milestones: "optimiser.milestones (epochs)",
  factor: "optimiser.factor",
  points: "optimiser.points ([share of the run, factor] from 0 to 1)",
};

function checkSchedule({ optimiser }: RunConfig): void {
  const { schedule } = optimiser;
  const given = (Object.keys(SCHEDULE_WORDS) as (keyof typeof SCHEDULE_WORDS)[])
    .filter((name) => optimiser[name] !== undefined);
  const own: readonly (keyof typeof SCHEDULE_WORDS)[] = SCHEDULE_SETTINGS[schedule];
  if (own.some((name) => !given.includes(name))) {
    refuse(
      `optimiser.schedule is "${schedule}", which needs ${
        own.map((name) => SCHEDULE_WORDS[name]).join(" and ")
      }`,
    );
  }
  const others = given.filter((name) => !own.includes(name));
  if (others.length > 0) {
    refuse(
      `optimiser.schedule is "${schedule}", which has no ${others.join(" and no ")}; remove ${
        others.length > 1 ? "them" : "it"
      }`,
    );
  }
}

function checkRule({ network, rule, data, evaluation }: RunConfig): void {
  const spiking = isSpikingRule(rule);
  if (spiking && networkOf(network).lives === 1) {
    refuse(
      `network.name is "${network.name}", which has no spiking counterpart, so rule.name must be ann, not ${rule.name}`,
    );
  }
  if (!spiking && evaluation !== undefined) {
    refuse(
      `evaluation.timeSteps is ${evaluation.timeSteps}, but rule.name is ${rule.name}, which has no time steps; leave it out`,
    );
  }
  const problem = ruleOf(rule).problem?.(rule, data);
  if (problem !== undefined) refuse(problem);
}

/** The ANN that a conversion starts from: the same configuration, trained the usual way. */
export function annOf({ evaluation: _evaluation, ...config }: RunConfig): RunConfig {
  return { ...config, rule: { name: "ann" } };
}

/** JSON with sorted keys: equal configurations give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}

/** The name of a run: the first 16 hexadecimal digits of its configuration's SHA-256. */
export function hashConfig(config: RunConfig): string {
  return createHash("sha256").update(canonicalJson(config)).digest("hex").slice(0, 16);
}

/** Sets one field, named by its path ("rule.T") or, where that is unique, by its last part ("T"); nothing follows. */
export function setField(config: RunConfig, key: string, value: unknown): RunConfig {
  return setAt(config, settingPath(config, key), value);
}
