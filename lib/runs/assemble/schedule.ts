import {
  constantSchedule,
  cosineSchedule,
  multistepSchedule,
  piecewiseLinearSchedule,
  type Schedule,
} from "../../learning/schedule.ts";
import type { RunConfig } from "../config/config.ts";

/** A run's learning rate step by step; an epoch has `steps`. */
export function assembleSchedule({ optimiser, training: { epochs } }: RunConfig, steps: number): Schedule {
  const { schedule, learningRate, finalLearningRate, milestones = [], factor = 1, points = [] } = optimiser;
  switch (schedule) {
    case "constant":
      return constantSchedule(learningRate);
    case "cosine":
      return cosineSchedule(learningRate, finalLearningRate, epochs * steps);
    case "multistep":
      return multistepSchedule(learningRate, milestones.map((epoch) => epoch * steps), factor);
    case "piecewise-linear":
      return piecewiseLinearSchedule(learningRate, points, epochs * steps);
  }
}
