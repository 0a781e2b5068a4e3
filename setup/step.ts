import { FailureError, messageOf } from "../lib/errors.ts";
import { lockSetup } from "./lock.ts";
import type { Reporter, StepLine } from "./reporter.ts";

/** One part of the set-up. */
export interface Step {
  id: string;
  /** What is set up, as the user reads it: "npm packages". */
  title: string;
  /** The steps that must be done before. */
  needs: readonly string[];
  /** Why the part is not there, or null when it is. Quick: it hashes small files and looks at the size of big ones. */
  problem(): Promise<string | null>;
  /** Throws one clear sentence when the machine lacks what `run` needs. Asked before anything is changed. */
  require?(): Promise<void>;
  /** Sets the part up from whatever state it is in, and vouches for it last. */
  run(report: (progress: string) => void): Promise<void>;
  /** Versions of a part that is there. */
  detail(): string;
}

/**
 * Does what is missing, independent steps at the same time. Of `wanted` ids alone, where given: others are looked at only
 * where a missing one needs them. Returns the ids of the steps that were run.
 */
export async function runSteps(
  steps: readonly Step[],
  root: string,
  reporter: Reporter,
  wanted: readonly string[] = steps.map(({ id }) => id),
): Promise<string[]> {
  const missing = await unfinished(steps.filter(({ id }) => wanted.includes(id)));
  if (missing.length === 0) return [];
  const concerned = withNeeds(steps, missing, wanted); // what is made anew may take another wanted one with it
  for (const step of await unfinished(concerned)) await step.require?.();
  const onWait = () => reporter.note("waiting for another set-up of this checkout to end");
  return await lockSetup(root, onWait, () => schedule(concerned, reporter));
}

/** The wanted steps and all that the missing ones need, in their order. */
function withNeeds(steps: readonly Step[], missing: readonly Step[], wanted: readonly string[]): Step[] {
  const ids = new Set<string>();
  const add = (id: string) => {
    ids.add(id);
    for (const need of steps.find((step) => step.id === id)?.needs ?? []) add(need);
  };
  for (const { id } of missing) add(id);
  return steps.filter(({ id }) => ids.has(id) || wanted.includes(id));
}

/** The steps whose part is missing. */
export async function unfinished(steps: readonly Step[]): Promise<Step[]> {
  const problems = await Promise.all(steps.map((step) => step.problem()));
  return steps.filter((_, index) => problems[index] !== null);
}

async function schedule(steps: readonly Step[], reporter: Reporter): Promise<string[]> {
  const ran: string[] = [];
  const failures: unknown[] = [];
  const done = new Map<string, Promise<boolean>>();
  for (const [index, step] of steps.entries()) {
    const needs = Promise.all(step.needs.map((id) => done.get(id) ?? true));
    const begin = () => reporter.begin(index + 1, steps.length, step.title);
    done.set(step.id, needs.then((all) => all.includes(false) ? false : perform(step, begin, ran, failures)));
  }
  await Promise.all(done.values());
  reporter.end();
  for (const error of failures.slice(1)) reporter.note(`error: ${messageOf(error)}`);
  if (failures.length > 0) throw failures[0];
  return ran;
}

/** Whether the step's part is there in the end. */
async function perform(
  step: Step,
  begin: () => StepLine,
  ran: string[],
  failures: unknown[],
): Promise<boolean> {
  if (await step.problem() === null) return true;
  const line = begin();
  try {
    await step.run(line.report);
    const problem = await step.problem();
    if (problem !== null) throw new FailureError(`Setting up ${step.title}: it ran, and yet ${problem}.`);
    ran.push(step.id);
    line.done();
    return true;
  } catch (error) {
    failures.push(error);
    line.failed();
    return false;
  }
}
