import assert from "node:assert/strict";
import { type AdamOptions, adamStepNative, adamStepReference } from "../../lib/ops/adam_step.ts";
import { type RandomStream, randomStream } from "../../lib/ops/random.ts";
import { randomChance, randomNormal, randomNumber } from "../../lib/ops/random_distributions.ts";
import { type SgdOptions, sgdStepNative, sgdStepReference } from "../../lib/ops/sgd_step.ts";
import { tf } from "../../lib/ops/tensorflow.ts";

const SIZE = 500;
/** Half the distance from 1 to the next float32: what one rounding may cost, relatively. */
const ROUNDING = 2 ** -24;

/** A number in double precision, and how far a float32 computation of it may stray: a bound carried along its terms. */
interface Bounded {
  value: number;
  error: number;
}

const exact = (value: number): Bounded => ({ value, error: 0 });
/** One more rounding. */
const rounded = ({ value, error }: Bounded): Bounded => ({
  value,
  error: error + ROUNDING * Math.abs(value),
});
/** A constant in float32: rounded once. */
const constant = (value: number): Bounded => rounded(exact(value));

function add(a: Bounded, b: Bounded): Bounded {
  return rounded({ value: a.value + b.value, error: a.error + b.error });
}

function multiply(a: Bounded, b: Bounded): Bounded {
  const error = a.error * Math.abs(b.value) + b.error * Math.abs(a.value) + a.error * b.error;
  return rounded({ value: a.value * b.value, error });
}

function divide(a: Bounded, b: Bounded): Bounded {
  const value = a.value / b.value;
  return rounded({ value, error: (a.error + Math.abs(value) * b.error) / Math.max(b.value - b.error, 0) });
}

function root({ value, error }: Bounded): Bounded {
  return rounded({ value: Math.sqrt(value), error: Math.sqrt(value + error) - Math.sqrt(value) });
}

interface State {
  value: Float32Array;
  gradient: Float32Array;
  first: Float32Array;
  second: Float32Array;
}

function randomState(stream: RandomStream): State {
  const normal = (scale: number) => Float32Array.from({ length: SIZE }, () => scale * randomNormal(stream));
  const size = 10 ** randomNumber(stream, -4, 1);
  return {
    value: normal(0.3),
    gradient: normal(size),
    first: normal(size),
    second: normal(size).map((entry) => entry * entry),
  };
}

/** Betas near to and far from 1, decays up to ones that leave little of a parameter, steps at the start and later. */
function randomAdam(stream: RandomStream): { options: AdamOptions; learningRate: number; k: number } {
  const learningRate = 10 ** randomNumber(stream, -5, -1);
  return {
    learningRate,
    k: 1 + Math.floor(10 ** randomNumber(stream, 0, 4)),
    options: {
      beta1: randomChance(stream, 0.5) ? 0.9 : randomNumber(stream),
      beta2: 1 - 10 ** randomNumber(stream, -5, -1),
      epsilon: 10 ** randomNumber(stream, -10, -3),
      weightDecay: randomNumber(stream, 0, 1.2) / learningRate ** randomNumber(stream, 0, 1),
      decoupled: randomChance(stream, 0.5),
    },
  };
}

/** Adam's formulas (lib/learning/adam.ts) on one entry, float32 bounds carried along. */
function adamOf(state: State, i: number, { options, learningRate, k }: ReturnType<typeof randomAdam>) {
  const { beta1, beta2, epsilon, weightDecay, decoupled } = options;
  const at = (name: keyof State) => exact(state[name][i] as number);
  const l2 = decoupled ? 0 : weightDecay;
  const g = add(at("gradient"), multiply(at("value"), constant(l2)));
  const first = add(multiply(at("first"), constant(beta1)), multiply(g, constant(1 - beta1)));
  const second = add(
    multiply(at("second"), constant(beta2)),
    multiply(multiply(g, g), constant(1 - beta2)),
  );
  const spread = constant(1 / Math.sqrt(1 - beta2 ** k));
  const deviation = add(multiply(root(second), spread), constant(epsilon));
  const step = divide(multiply(first, constant(learningRate / (1 - beta1 ** k))), deviation);
  const kept = multiply(at("value"), constant(decoupled ? 1 - learningRate * weightDecay : 1));
  return { first, second, value: add(kept, { ...step, value: -step.value }) };
}

function check(got: Float32Array, wanted: (i: number) => Bounded, where: string): void {
  got.forEach((found, i) => {
    const { value, error } = wanted(i);
    assert.ok(
      Math.abs(found - value) <= error + 2 ** -149,
      `${where}[${i}]: ${found}, but ${value} within ${error} is the formula's`,
    );
  });
}

for (const [kernels, step] of [["native", adamStepNative], ["reference", adamStepReference]] as const) {
  Deno.test(`one step of Adam and AdamW is its formula in double precision but for float32 roundings: ${kernels}`, () => {
    for (let index = 0; index < 60; index++) {
      const stream = randomStream(11, "adam", index);
      const [state, settings] = [randomState(stream), randomAdam(stream)];
      tf.tidy(() => {
        const variables = {
          value: tf.variable(tf.tensor1d(state.value.slice())),
          first: tf.variable(tf.tensor1d(state.first.slice())),
          second: tf.variable(tf.tensor1d(state.second.slice())),
        };
        const { options, ...rest } = settings;
        const update = { ...variables, gradient: tf.tensor1d(state.gradient), decays: true };
        step([update], options, { ...rest, gradientScale: 1 });
        for (const name of ["first", "second", "value"] as const) {
          const got = variables[name].dataSync() as Float32Array;
          check(got, (i) => adamOf(state, i, settings)[name], `${name} of ${JSON.stringify(settings)}`);
          variables[name].dispose();
        }
      });
    }
  });
}

for (const [kernels, step] of [["native", sgdStepNative], ["reference", sgdStepReference]] as const) {
  Deno.test(`one step of gradient descent is its formula in double precision but for float32 roundings: ${kernels}`, () => {
    for (let index = 0; index < 60; index++) {
      const stream = randomStream(11, "sgd", index);
      const state = randomState(stream);
      const options: SgdOptions = {
        momentum: randomNumber(stream),
        weightDecay: 10 ** randomNumber(stream, -5, 1),
      };
      const learningRate = 10 ** randomNumber(stream, -5, 0);
      const velocityOf = (i: number) =>
        add(
          multiply(exact(state.first[i] as number), constant(options.momentum)),
          add(
            exact(state.gradient[i] as number),
            multiply(exact(state.value[i] as number), constant(options.weightDecay)),
          ),
        );
      const valueOf = (i: number) =>
        add(exact(state.value[i] as number), multiply(velocityOf(i), constant(-learningRate)));
      tf.tidy(() => {
        const value = tf.variable(tf.tensor1d(state.value.slice()));
        const velocity = tf.variable(tf.tensor1d(state.first.slice()));
        step([{ value, gradient: tf.tensor1d(state.gradient), velocity }], options, learningRate);
        check(velocity.dataSync() as Float32Array, velocityOf, `velocity of ${JSON.stringify(options)}`);
        check(value.dataSync() as Float32Array, valueOf, `value of ${JSON.stringify(options)}`);
        value.dispose(), velocity.dispose();
      });
    }
  });
}
