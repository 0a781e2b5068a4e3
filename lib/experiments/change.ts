import { UsageError } from "../errors.ts";
import { hashConfig, parseConfig, type RunConfig } from "../runs/config/config.ts";
import { type Experiment, requestsOf, type Row } from "./experiment.ts";
import { findExperiment } from "./experiments.ts";
import { follow } from "./follow.ts";
import { departures } from "./reductions.ts";
import {
  missingSettings,
  namesKind,
  parseSetting,
  setAt,
  settingPath,
  valueAt,
} from "../runs/config/settings.ts";
import type { RunRequest } from "../runs/store.ts";

/** New values by the settings' names or paths, e.g. { T: 8, "optimiser.learningRate": 1e-3, schedule: "cosine" }. */
export type Settings = Readonly<Record<string, unknown>>;

/** Reads the settings of `--set`, each "KEY=VALUE"; a value is JSON, else a word. */
export function parseSettings(texts: readonly string[]): Settings {
  const entries = texts.map((text) => parseSetting(text, "--set"));
  refuseTwice(entries.map(([key]) => key));
  return Object.fromEntries(entries);
}

/**
 * The run of a row with some settings changed. Settings that follow from others follow, unless they are given as well;
 * naming another kind of a part ("schedule", "optimiser", "rule", "network") drops what the old kind alone has. It is a
 * run of its own, and its row says what differs from the table's, unless the table has that very run. Throws a UsageError
 * for settings that are unknown, given twice, missing or out of bounds.
 */
export function changeRequest(request: RunRequest, settings: Settings): RunRequest {
  if (request.elsewhere !== undefined) {
    throw new UsageError(
      `Changing settings of ${request.row} of ${request.experiment}: it is not trained here; ${request.elsewhere}.`,
    );
  }
  const experiment = findExperiment(request.experiment);
  const row = rowOf(experiment.rows(request.profile), request.row);
  const { config, given } = changeConfig(request.config, row, settings);
  refuseFewImages(request, config, given);
  const hash = hashConfig(config);
  const known = requestsOf(experiment, request.profile).find((one) => hashConfig(one.config) === hash);
  if (known !== undefined) return known;
  const follows = Object.keys(row.follows ?? {}).filter((path) => !given.includes(path));
  return {
    ...request,
    row: `${request.row} with ${Object.entries(settings).map(settingText).join(" ")}`,
    reduced: departures(config, publishedOf(experiment, request.row), follows),
    config,
  };
}

function changeConfig(config: RunConfig, { id, follows = {} }: Row, settings: Settings) {
  const entries = Object.entries(settings).flatMap(expand);
  const given: string[] = [];
  const apply = (changed: RunConfig, [key, value]: Entry): RunConfig => {
    const path = settingPath(changed, key);
    given.push(path);
    refuseTwice(given);
    return setAt(changed, path, value);
  };
  const kinds = entries.filter(([key]) => namesKind(settingPathOrKey(config, key)));
  const others = entries.filter((entry) => !kinds.includes(entry));
  const changed = [...kinds, ...others].reduce(apply, config);
  refuseMissing(id, changed);
  return { config: parseConfig(follow(changed, follows, given)), given };
}

type Entry = readonly [key: string, value: unknown];

/** A part given as a whole is its settings one by one. */
function expand([key, value]: Entry): Entry[] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [[key, value]];
  return Object.entries(value).flatMap(([inner, one]) => expand([`${key}.${inner}`, one]));
}

/** A key may name a setting that only another kind has; that is found out once kinds are set. */
function settingPathOrKey(config: RunConfig, key: string): string {
  try {
    return settingPath(config, key);
  } catch {
    return key;
  }
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new UsageError(`Setting ${twice}: it is given twice; give it once.`);
}

/** Images that a choice has to be made on where it is to count: 5,000 leave a standard error of 0.7 points at most. */
const LEAST_CHOOSING = 5_000;
const CHOOSING = ["data.validationImages", "evaluation.heldOutImages"];

function refuseFewImages({ row, profile }: RunRequest, config: RunConfig, given: readonly string[]): void {
  if (profile !== "study" && profile !== "paper") return;
  for (const path of CHOOSING.filter((one) => given.includes(one))) {
    const images = Number(valueAt(config, path) ?? 0);
    if (images === 0 || images >= LEAST_CHOOSING) continue;
    throw new UsageError(
      `Changing ${row} at the profile ${profile}: ${path} is ${images}, too few to choose on, since their accuracy is uncertain ` +
        `by up to ${
          (50 / Math.sqrt(images)).toFixed(1)
        } points; give ${LEAST_CHOOSING} or more, or use the profile quick.`,
    );
  }
}

function refuseMissing(row: string, config: RunConfig): void {
  const missing = missingSettings(config);
  if (missing.length === 0) return;
  throw new UsageError(
    `Changing ${row}: with these settings it also needs ${missing.join(", ")}; give them as well.`,
  );
}

function rowOf(rows: readonly Row[], id: string): Row {
  const row = rows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`There is no row "${id}".`);
  return row;
}

function publishedOf(experiment: Experiment, id: string): RunConfig {
  return rowOf(experiment.rows("paper"), id).configs[0] as RunConfig;
}

function settingText([key, value]: Entry): string {
  return `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`;
}
