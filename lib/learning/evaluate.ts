import type { BatchSource, HostBatch } from "../data/batches.ts";
import type { Life } from "../models/network.ts";
import type { Model } from "../models/model.ts";
import { tf } from "../ops/tensorflow.ts";
import { RateCounter } from "../spiking/rates.ts";
import { CorrectImages } from "../spiking/correct_images.ts";
import { countsWithMembranes } from "../spiking/output_membranes.ts";
import { ShareCounter } from "../spiking/readout.ts";
import type { Simulation, SimulationOptions } from "../spiking/simulation.ts";
import { checkFinite } from "./finite.ts";
import type { Evaluation } from "./metrics.ts";
import type { Reader } from "./rule.ts";
import { toTensors } from "./tensors.ts";

/** Called between batches with the number done; may yield to the event loop or throw to stop. */
export type Between = (batchesDone: number, batches: number) => void | Promise<void>;

/** Sees every simulation that an evaluation makes. */
export interface Watch {
  /** What simulations are to be told. */
  options: Partial<Pick<SimulationOptions, "T" | "onPooled">>;
  see(simulation: Simulation, batch: HostBatch): void;
}

/**
 * Scores every life of the model on all images of the source, with frozen norm statistics. Losses, outputs and rates that are
 * not finite end it with a DivergenceError.
 */
export async function evaluate<ModelType extends Model>(
  model: ModelType,
  rule: Reader<ModelType>,
  source: BatchSource,
  between: Between = () => {},
  watch?: Watch,
): Promise<Evaluation> {
  const sums = new Map(
    rule.lives.map((life) => [life, { shares: new ShareCounter(`${NAMES[life]}'s output`), loss: 0 }]),
  );
  const correct = new Map(rule.lives.map((life) => [life, new CorrectImages()]));
  const held = new ShareCounter("SNN's output with membranes");
  const rates = new RateCounter();
  let images = 0;
  let agreeing = 0;
  for (let step = 0; step < source.steps; step++) {
    const host = source.batch(1, step);
    const predictions = tf.tidy(() => {
      const batch = toTensors(host, source.shape, model.classes);
      return rule.lives.map((life) => {
        const sum = sums.get(life) as { shares: ShareCounter; loss: number };
        const output = life === "ann"
          ? artificialOutputs(rule, model, batch.images)
          : spikingOutputs(rule, model, batch.images, (simulation) => {
            rates.add(simulation);
            const holding = countsWithMembranes(simulation);
            if (holding !== undefined) held.add(holding.dataSync() as Float32Array, host.labels);
            watch?.see(simulation, host);
          }, watch?.options);
        const loss = rule.loss(output, batch.targets).dataSync()[0] as number;
        checkFinite(loss, `${NAMES[life]}'s loss on evaluated images`);
        sum.loss += loss * host.size;
        const answers = sum.shares.add(output.dataSync() as Float32Array, host.labels);
        correct.get(life)?.add(answers, host.labels);
        return answers;
      });
    });
    images += host.size;
    agreeing += (predictions[0] ?? []).filter((prediction, row) =>
      predictions.at(-1)?.[row] === prediction
    ).length;
    await between(step + 1, source.steps);
  }
  const found = rates.rates();
  for (const [layer, rate] of Object.entries(found)) checkFinite(rate, `firing rate of ${layer}`);
  const evaluation = scoresOf(sums, images);
  if (evaluation.snn !== undefined && held.images > 0) evaluation.snn.withMembrane = held.shares().argmax;
  return {
    evaluation,
    correct: Object.fromEntries([...correct].map(([life, one]) => [life, one.text()])),
    ...(rule.lives.includes("snn") ? { rates: found } : {}),
    ...(rule.lives.length > 1 ? { agreement: agreeing / images } : {}),
  };
}

const NAMES: Record<Life, string> = { ann: "ANN", snn: "SNN" };

function artificialOutputs<ModelType extends Model>(
  rule: Reader<ModelType>,
  model: ModelType,
  images: tf.Tensor4D,
): tf.Tensor2D {
  if (rule.outputs === undefined) throw new Error(`The rule "${rule.name}" has no artificial life.`);
  return rule.outputs(model, images);
}

function spikingOutputs<ModelType extends Model>(
  rule: Reader<ModelType>,
  model: ModelType,
  images: tf.Tensor4D,
  see: (simulation: Simulation) => void,
  options: Watch["options"] = {},
): tf.Tensor2D {
  if (rule.spiking === undefined) throw new Error(`The rule "${rule.name}" has no spiking life.`);
  const simulation = rule.spiking.simulate(model, images, { membranes: true, ...options });
  see(simulation);
  return rule.spiking.output(simulation);
}

function scoresOf(
  sums: Map<Life, { shares: ShareCounter; loss: number }>,
  images: number,
): Evaluation["evaluation"] {
  const scores = [...sums].map((
    [life, { shares, loss }],
  ) => [life, { loss: loss / images, ...shares.shares() }]);
  return Object.fromEntries(scores);
}
