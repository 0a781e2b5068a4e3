import { twoLivesSpec } from "../../models/all.ts";
import type { RunRecord, TimeStepScore } from "../../runs/record.ts";
import { annCost, type SpikingCost, spikingCosts } from "../../spiking/energy.ts";

/** A network is fast enough at the first step whose accuracy is so close to its best, as a fraction. */
export const CLOSE = 0.005;

/** A read-out time of a trained SNN, with what an image has cost until then. */
export interface ReadOut extends TimeStepScore, SpikingCost {}

/** The record's SNN read out after every step of its one simulation; empty where it has none, or costs were not counted. */
export function readOuts({ spiking, config }: RunRecord): ReadOut[] {
  if (spiking?.spikesPerStep === undefined) return [];
  const costs = spikingCosts(twoLivesSpec(config.network), spiking.spikesPerStep);
  return spiking.overTime.map((score, index) => ({ ...score, ...costs[index] as SpikingCost }));
}

/** The read-out with the best argmax accuracy, the earliest of several. */
export function bestReadOut<Score extends TimeStepScore>(scores: readonly Score[]): Score | undefined {
  return scores.toSorted((a, b) => b.argmax - a.argmax || a.t - b.t)[0];
}

/** The earliest read-out within half a point of the best one. */
export function neededReadOut<Score extends TimeStepScore>(scores: readonly Score[]): Score | undefined {
  const best = bestReadOut(scores);
  return best && scores.find(({ argmax }) => argmax >= best.argmax - CLOSE);
}

/** The ANN's multiply-accumulate operations and energy for an image. */
export function costOfAnn({ config }: RunRecord): { macs: number; energy: number } {
  return annCost(twoLivesSpec(config.network));
}
