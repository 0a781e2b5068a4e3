import { rmSync } from "node:fs";
import { join } from "node:path";
import type { EpochLine } from "../learning/metrics.ts";
import { hashConfig } from "./config/config.ts";
import type { RunRequest } from "./store.ts";

/** The last epoch that this process has drawn of a run, by the run's folder: TensorFlow.js keeps one writer for each folder. */
const drawn = new Map<string, number>();

/**
 * Draws epochs of a run for TensorBoard: losses, accuracies, firing rates, learning rate, in event files in a folder of the
 * run's own below `folder`. What other processes left there goes first, so that every epoch is there once. Nothing without a
 * folder.
 */
export async function drawEpochs(
  folder: string | undefined,
  { experiment, row, config }: Pick<RunRequest, "experiment" | "row" | "config">,
  lines: readonly EpochLine[],
): Promise<void> {
  if (folder === undefined) return;
  const { tf } = await import("../ops/tensorflow.ts"); // reports and plans draw nothing
  const path = join(folder, experiment, `${row}-seed-${config.seed}-${hashConfig(config)}`);
  if (!drawn.has(path)) rmSync(path, { recursive: true, force: true });
  const last = drawn.get(path) ?? 0;
  const writer = tf.node.summaryFileWriter(path);
  for (const line of lines.filter(({ epoch }) => epoch > last)) {
    for (const [name, value] of scalarsOf(line)) writer.scalar(name, value, line.epoch);
  }
  writer.flush();
  drawn.set(path, Math.max(last, ...lines.map(({ epoch }) => epoch)));
}

/** The numbers of an epoch that have a curve of their own. */
function scalarsOf({ learningRate, train, evaluation = {}, rates = {} }: EpochLine): [string, number][] {
  const scores = Object.entries(evaluation).flatMap(([life, { loss, argmax, expected }]) =>
    Object.entries({ loss, accuracy: argmax, expected }).map(([what, value]) =>
      [`${what}/evaluation/${life}`, value] as const
    )
  );
  const all = [
    ["loss/training", train.loss],
    ["accuracy/training", train.accuracy],
    ...scores,
    ...Object.entries(rates).map(([layer, rate]) => [`firing rate/${layer}`, rate] as const),
    ["learning rate", learningRate],
  ] as const;
  return all.flatMap(([name, value]) => typeof value === "number" ? [[name, value]] : []);
}
