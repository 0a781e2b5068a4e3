import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { jsonOrText } from "../../json.ts";
import { isSpikingRule, RULES } from "../../learning/rules/all.ts";
import { type RunConfig, runConfig } from "./schema.ts";

/** A part of a run that is of one kind among several: its path, the path that names its kind, and its kinds' settings. */
interface Choice {
  path: string;
  kind: string;
  /** Settings of each kind, by their names within the part; of schedules those that others must not have. */
  own: ReadonlyMap<string, readonly string[]>;
}

type Shape = Record<string, z.ZodType>;

/** What each schedule asks for, and others must not have. */
export const SCHEDULE_SETTINGS = {
  "constant": [],
  "cosine": [],
  "multistep": ["milestones", "factor"],
  "piecewise-linear": ["points"],
} as const satisfies Record<RunConfig["optimiser"]["schedule"], readonly string[]>;

const CHOICES: readonly Choice[] = [
  ...(["network", "rule", "optimiser"] as const).map((path): Choice => ({
    path,
    kind: `${path}.name`,
    own: new Map(runConfig.shape[path].options.map(({ shape }) => [shape.name.value, Object.keys(shape)])),
  })),
  {
    path: "optimiser.schedule",
    kind: "optimiser.schedule",
    own: new Map(Object.entries(SCHEDULE_SETTINGS)),
  },
];

/** A setting as `what` gives it, "KEY=VALUE"; a value is JSON, else a word. */
export function parseSetting(text: string, what: string): [key: string, value: unknown] {
  const [key = "", ...value] = text.split("=");
  if (key !== "" && value.length > 0) return [key, jsonOrText(value.join("="))];
  const lack = value.length > 0 ? 'no name before its "="' : 'no "="';
  throw new UsageError(`Reading ${what} ${text}: it has ${lack}; write KEY=VALUE.`);
}

/** The paths of all settings that a run of this configuration can have, optional ones that it leaves out among them. */
export function settingPaths(config: RunConfig): string[] {
  return leaves(runConfig, config, "");
}

/** Required settings that a configuration lacks, by path. */
export function missingSettings(config: RunConfig): string[] {
  const required = (path: string) => !OPTIONAL.has(path) && valueAt(config, path) === undefined;
  return settingPaths(config).filter(required);
}

/** The path that a key names: a whole path ("rule.T"), a part that has kinds ("rule"), or a unique last part ("T"). */
export function settingPath(config: RunConfig, key: string): string {
  const choice = CHOICES.find(({ path }) => path === key);
  if (choice !== undefined) return choice.kind;
  const known = settingPaths(config);
  const paths = known.filter((path) => path === key || path.endsWith(`.${key}`));
  if (paths.length === 1) return paths[0] as string;
  const what = paths.length > 1 ? "could be several settings" : "is not a setting of this run";
  const some = paths.length > 1 ? paths : known;
  throw new UsageError(`Setting ${key}: it ${what}; use one of ${some.join(", ")}.`);
}

/** Whether the setting at a path names the kind of a part: these come before the settings of that part. */
export function namesKind(path: string): boolean {
  return CHOICES.some(({ kind }) => kind === path);
}

/** The value at a path, or undefined. */
export function valueAt(config: RunConfig, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Shape | undefined)?.[key], config);
}

/**
 * Sets one value; null takes an optional setting away. Where it names another kind of a part, settings go that the new
 * kind has not; what both have is kept.
 */
export function setAt(config: RunConfig, path: string, value: unknown): RunConfig {
  if (value === null && OPTIONAL.has(path)) return without(config, path);
  const changed = replaceAt(config, path.split("."), value) as RunConfig;
  const choice = CHOICES.find(({ kind }) => kind === path);
  if (choice === undefined) return changed;
  const own = choice.own.get(String(value));
  if (own !== undefined) return withoutOthers(changed, choice, own);
  const kinds = [...choice.own.keys()].join(", ");
  throw new UsageError(
    `Configuring the run: ${path} is ${JSON.stringify(value)}, but must be one of ${kinds}.`,
  );
}

/** Settings that some kind of the part has, but not the one with `own`; a rule without SNN has nothing to read out either. */
function withoutOthers(
  config: RunConfig,
  { path, kind, own: all }: Choice,
  own: readonly string[],
): RunConfig {
  const part = path === kind ? path.slice(0, path.lastIndexOf(".")) : path;
  const others = [...all.values()].flat().filter((name) => !own.includes(name)).map((name) =>
    `${part}.${name}`
  );
  const rule = RULES.find(({ name }) => name === valueAt(config, "rule.name"));
  const readOut = rule !== undefined && !isSpikingRule(rule)
    ? ["evaluation.timeSteps", "evaluation.heldOutImages"]
    : [];
  return [...others, ...readOut].reduce(without, config);
}

/** A group that has lost its last setting goes as well. */
function without(config: RunConfig, path: string): RunConfig {
  const [group, name] = [path.slice(0, path.indexOf(".")), path.slice(path.indexOf(".") + 1)];
  const { [name]: _gone, ...rest } = (valueAt(config, group) ?? {}) as Shape;
  const { [group]: _group, ...others } = config as unknown as Shape;
  return (Object.keys(rest).length === 0 ? others : { ...others, [group]: rest }) as unknown as RunConfig;
}

function replaceAt(value: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const object = value as Shape | undefined;
  return { ...object, [key]: replaceAt(object?.[key], rest, replacement) };
}

/** A list is one setting; of kinds it is the one that `value` has that counts. */
function leaves(type: z.ZodType, value: unknown, path: string): string[] {
  if (type instanceof z.ZodOptional) return leaves(type.unwrap() as z.ZodType, value, path);
  const shape = shapeOf(type, value);
  if (shape === undefined) return [path];
  return Object.entries(shape).flatMap(([key, inner]) =>
    leaves(inner, (value as Shape | undefined)?.[key], path === "" ? key : `${path}.${key}`)
  );
}

function shapeOf(type: z.ZodType, value: unknown): Shape | undefined {
  if (type instanceof z.ZodObject) return type.shape as Shape;
  if (!(type instanceof z.ZodDiscriminatedUnion)) return undefined;
  const { name } = value as { name: string };
  const options = type.options as unknown as z.ZodObject<{ name: z.ZodLiteral<string> }>[];
  return options.find(({ shape }) => shape.name.value === name)?.shape ?? { name: z.string() };
}

/** Paths of settings that may be left out. */
const OPTIONAL: ReadonlySet<string> = new Set(optionalPaths(runConfig, "", false));

function optionalPaths(type: z.ZodType, path: string, optional: boolean): string[] {
  if (type instanceof z.ZodOptional) return optionalPaths(type.unwrap() as z.ZodType, path, true);
  const shapes = type instanceof z.ZodObject
    ? [type.shape as Shape]
    : type instanceof z.ZodDiscriminatedUnion
    ? type.options.map((option) => (option as z.ZodObject).shape as Shape)
    : undefined;
  if (shapes === undefined) return optional ? [path] : [];
  return shapes.flatMap((shape) =>
    Object.entries(shape).flatMap(([key, inner]) =>
      optionalPaths(inner, path === "" ? key : `${path}.${key}`, optional)
    )
  );
}
