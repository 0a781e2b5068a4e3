import { converts } from "../learning/rules/all.ts";
import { annOf, hashConfig } from "./config/config.ts";
import type { RunRequest } from "./store.ts";

/** One run of a plan. */
export interface PlannedRun {
  /** Its position among all runs of the plan, finished ones too, from 0: the same at every start. */
  number: number;
  hash: string;
  request: RunRequest;
  /** Numbers of the runs that it waits for. */
  after: number[];
}

/**
 * Runs with their numbers and what each waits for: a conversion for its ANN, or where that is not asked for, for the first
 * conversion that needs the same one and trains it on the way; a run that is asked for twice for the first of both.
 */
export function plan(requests: readonly RunRequest[]): PlannedRun[] {
  const makers = new Map<string, number>();
  const hashes = requests.map(({ config }) => hashConfig(config));
  const keyOf = ({ experiment, profile }: RunRequest, hash: string) => `${profile}/${experiment}/${hash}`;
  const offer = (key: string, number: number) => makers.set(key, makers.get(key) ?? number);
  requests.forEach((request, number) => offer(keyOf(request, hashes[number] as string), number));
  const annKey = (request: RunRequest) => keyOf(request, hashConfig(annOf(request.config)));
  requests.forEach((request, number) => {
    if (converts(request.config.rule)) offer(annKey(request), number);
  });
  return requests.map((request, number) => {
    const hash = hashes[number] as string;
    const needed = [keyOf(request, hash), ...(converts(request.config.rule) ? [annKey(request)] : [])];
    const after = needed.map((key) => makers.get(key) as number).filter((maker) => maker !== number);
    return { number, hash, request, after: [...new Set(after)] };
  });
}
