import { mixup } from "../../../lib/data/augment/mixup.ts";
import { smoothedTargets } from "../../../lib/data/augment/targets.ts";
import { Adam } from "../../../lib/learning/adam.ts";
import { clipCoefficient, globalNorm } from "../../../lib/learning/clip.ts";
import { crossEntropies, crossEntropy, meanSquaredError } from "../../../lib/learning/losses.ts";
import type { Optimiser } from "../../../lib/learning/optimiser.ts";
import { cosineSchedule, multistepSchedule } from "../../../lib/learning/schedule.ts";
import { Sgd } from "../../../lib/learning/sgd.ts";
import { tf } from "../../../lib/ops/tensorflow.ts";
import type { Results } from "../compare.ts";
import { type Fixture, type FixtureTensor, tensorOf, valuesOf } from "../fixture.ts";

export function schedule({ config, inputs }: Fixture): Results {
  const numbers = config as Record<string, number>;
  const [rate, at] = config["schedule"] === "cosine"
    ? [
      cosineSchedule(numbers["from"] as number, numbers["to"] as number, numbers["totalSteps"] as number),
      "steps",
    ]
    : [
      multistepSchedule(
        numbers["initial"] as number,
        config["milestones"] as number[],
        numbers["factor"] as number,
      ),
      "epochs",
    ];
  return { learningRates: valuesOf(inputs[at] as FixtureTensor).map(rate) };
}

export function clip(fixture: Fixture): Results {
  const names = Object.keys(fixture.inputs);
  const gradients = new Map(names.map((name) => [name, tensorOf(fixture, name)]));
  const norm = globalNorm(gradients);
  const coefficient = clipCoefficient(norm, fixture.config["maxNorm"] as number);
  const clipped = [...gradients].map(([name, gradient]) =>
    [name.replace("gradients.", "clipped."), tf.mul(gradient, coefficient).dataSync()] as const
  );
  return { norm, coefficient, ...Object.fromEntries(clipped) };
}

export function optimiserSteps(fixture: Fixture): Results {
  const { optimiser: name, learningRate, decayOnlyRankAbove1: only, ...options } = fixture
    .config as never as
      & Record<"learningRate" | "beta1" | "beta2" | "epsilon" | "weightDecay" | "momentum", number>
      & { optimiser: string; decayOnlyRankAbove1: boolean };
  const optimiser: Optimiser = name === "sgd" ? new Sgd(options) : new Adam({
    ...options,
    ...(name === "adamw" ? { decoupled: true, decayVectors: only ? undefined : true } : {}),
  });
  const names = Object.keys(fixture.parameters);
  const parameters = new Map(names.map((name) => {
    const value = tf.variable(tensorOf(fixture, name));
    return [name, { name, value, decays: value.rank > 1 }];
  }));
  const results: Results = {};
  for (const step of [1, 2, 3]) {
    const gradients = new Map(names.map((name) => [name, tensorOf(fixture, `gradients.${step}.${name}`)]));
    optimiser.apply(parameters, gradients, learningRate);
    for (const [name, { value }] of parameters) results[`step${step}.${name}`] = value.dataSync().slice();
  }
  return results;
}

export function loss(fixture: Fixture): Results {
  const counts = fixture.config["loss"] === "mse-counts";
  const input = counts ? "counts" : "logits";
  const targets = targetsOf(fixture);
  const perExample = (x: tf.Tensor2D) =>
    counts ? tf.mean(tf.squaredDifference(x, targets), -1) : crossEntropies(x, targets);
  const { value, grad } = tf.valueAndGrad((x) =>
    (counts ? meanSquaredError : crossEntropy)(x as tf.Tensor2D, targets)
  )(tensorOf(fixture, input));
  return {
    targets: targets.dataSync(),
    perExample: perExample(tensorOf(fixture, input)).dataSync(),
    loss: value.dataSync(),
    [`gradients.${input}`]: grad.dataSync(),
  };
}

/** Smoothed targets; of two label sets, the batch of both is mixed with itself backwards, as in the recipe. */
function targetsOf(fixture: Fixture): tf.Tensor2D {
  const { classes, smoothing = 0, lambda } = fixture.config as Record<string, number>;
  const labels = (name: string) => valuesOf(fixture.inputs[name] as FixtureTensor);
  const smoothed = (all: number[]) => smoothedTargets(Uint8Array.from(all), classes as number, smoothing);
  if (lambda === undefined) {
    return tf.tensor2d(smoothed(labels("labels")), [labels("labels").length, classes as number]);
  }
  const both = smoothed([...labels("labelsA"), ...labels("labelsB").reverse()]);
  const size = labels("labelsA").length;
  const mixed = mixup(both, 2 * size, lambda).subarray(0, size * (classes as number));
  return tf.tensor2d(mixed, [size, classes as number]);
}
