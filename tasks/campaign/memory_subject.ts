/** Trains one row and prints its resident memory, in MiB, at the start of each epoch: EXPERIMENT ROW SETTING... */
import process from "node:process";
import { train } from "../../lib/experiments/train.ts";
import { refuseDivergence } from "../refuse_divergence.ts";
import { parseSettings } from "../../lib/experiments/change.ts";

const [experiment, row, ...settings] = process.argv.slice(2) as [string, string];
let epoch = 0;
const records = await train(experiment, {
  row,
  profile: "smoke",
  seed: 1,
  set: parseSettings(settings),
  onProgress(progress) {
    if (progress.phase !== "train" || progress.epoch === epoch) return;
    epoch = progress.epoch;
    (globalThis as { gc?: () => void }).gc?.();
    console.log(process.memoryUsage().rss / 2 ** 20);
  },
});
records.forEach(refuseDivergence);
