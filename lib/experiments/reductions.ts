import type { RunConfig } from "../runs/config/schema.ts";
import { settingPaths, valueAt } from "../runs/config/settings.ts";

/** How much is trained on what. */
export interface Amounts {
  trainImages: number;
  testImages: number;
  epochs: number;
  batch: number;
}

/** What a size takes away from the published amounts, in words; fewer epochs may bring something else with them. */
export function reductions(published: Amounts, size: Amounts, withFewerEpochs = ""): string[] {
  const number = (value: number) => value.toLocaleString("en-US");
  const share = (key: "trainImages" | "testImages" | "epochs", what: string) =>
    size[key] < published[key] ? [`${number(size[key])} of ${number(published[key])} ${what}`] : [];
  return [
    ...share("trainImages", "training images"),
    ...share("testImages", "test images"),
    ...share("epochs", `epochs${withFewerEpochs}`),
    ...(size.batch < published.batch ? [`batch ${size.batch} instead of ${published.batch}`] : []),
  ];
}

/** How a changed setting is told; others by their names. */
const WORDS: Record<string, (value: string, published: string) => string> = {
  "data.trainImages": (value, all) => `${value} of ${all} training images`,
  "data.testImages": (value, all) => `${value} of ${all} test images`,
  "training.epochs": (value, all) => `${value} of ${all} epochs`,
  "training.batch": (value, published) => `batch ${value} instead of ${published}`,
  "network.width": (value, published) => `width x ${value} instead of x ${published}`,
  "network.widths": (value, published) => `widths ${value} instead of ${published}`,
  "network.n": (value, published) => `${value} blocks a stage instead of ${published}`,
  "network.dim": (value, published) => `${value} channels instead of ${published}`,
  "network.depth": (value, published) => `${value} blocks instead of ${published}`,
  "network.kernel": (value, published) =>
    `${value} x ${value} kernels instead of ${published} x ${published}`,
  "network.patch": (value, published) => `patches of ${value} instead of ${published}`,
  "rule.T": (value, published) => `${value} instead of ${published} time steps`,
  "optimiser.learningRate": (value, published) => `learning rate ${value} instead of ${published}`,
};

/** What says how often a network is looked at, or which of several equal runs it is: nothing is reduced by it. */
const NEUTRAL: readonly string[] = [
  "seed",
  "training.evaluateEvery",
  "evaluation.timeSteps",
  "evaluation.heldOutImages",
];

/** In what a configuration departs from its published one, in words, but for what follows from other settings. */
export function departures(config: RunConfig, published: RunConfig, follows: readonly string[]): string[] {
  const paths = new Set([...settingPaths(config), ...settingPaths(published)]);
  return [...paths].filter((path) => !NEUTRAL.includes(path) && !follows.includes(path)).flatMap((path) => {
    const [value, other] = [text(valueAt(config, path)), text(valueAt(published, path))];
    const word = WORDS[path] ?? ((one, another) => `${nameOf(path)} ${one} instead of ${another}`);
    return value === other ? [] : [word(value, other)];
  });
}

/** "stem" of "network.stem", but "network" of "network.name". */
function nameOf(path: string): string {
  const [part = "", ...names] = path.split(".");
  return names.at(-1) === "name" ? part : names.at(-1) ?? part;
}

function text(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join("/");
  return typeof value === "number" && Number.isInteger(value) ? value.toLocaleString("en-US") : String(value);
}
