import { Adam } from "../../learning/adam.ts";
import type { Optimiser } from "../../learning/optimiser.ts";
import {
  constantSchedule,
  cosineSchedule,
  multistepSchedule,
  type Schedule,
} from "../../learning/schedule.ts";
import { Sgd } from "../../learning/sgd.ts";
import type { RunConfig } from "../config/config.ts";

/** A run's optimiser, without state yet. */
export function assembleOptimiser(optimiser: RunConfig["optimiser"]): Optimiser {
  switch (optimiser.name) {
    case "adam":
      return new Adam(optimiser);
    case "adamw":
      return new Adam({ ...optimiser, decoupled: true });
    case "sgd":
      return new Sgd(optimiser);
  }
}

/** Its learning rate step by step; an epoch has `steps`. */
export function assembleSchedule({ optimiser, training: { epochs } }: RunConfig, steps: number): Schedule {
  const { schedule, learningRate, finalLearningRate, milestones = [], factor = 1 } = optimiser;
  switch (schedule) {
    case "constant":
      return constantSchedule(learningRate);
    case "cosine":
      return cosineSchedule(learningRate, finalLearningRate, epochs * steps);
    case "multistep":
      return multistepSchedule(learningRate, milestones.map((epoch) => epoch * steps), factor);
  }
}
