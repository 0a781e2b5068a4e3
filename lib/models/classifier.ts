import type { NormMode } from "../ops/batch_norm.ts";
import type { tf } from "../ops/tensorflow.ts";
import { type Fill, Maker, randomFill } from "./maker.ts";
import type { Model } from "./model.ts";

/** Images [N, H, W, C] -> logits [N, classes]; differentiable. */
export type Forward = (images: tf.Tensor4D, mode: NormMode) => tf.Tensor2D;

/** A model with one life. */
export interface Classifier extends Model {
  readonly forward: Forward;
}

/** Whether a model has one life, a classifier's. */
export function isClassifier(model: Model): model is Classifier {
  return "forward" in model;
}

/** What a classifier is built from. */
export interface ClassifierSpec {
  readonly classes: number;
  /** Creates the parameters, and returns the forward pass over them. */
  build(make: Maker): Forward;
}

/** Builds a classifier with random initial values, or with others. `seed` >= 1. */
export function createClassifier(spec: ClassifierSpec, seedOrFill: number | Fill): Classifier {
  const make = new Maker(typeof seedOrFill === "number" ? randomFill(seedOrFill) : seedOrFill);
  const forward = spec.build(make);
  return { classes: spec.classes, parameters: make.parameters, statistics: make.statistics, forward };
}
