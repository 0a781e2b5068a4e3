import { orderedBatches } from "../lib/data/batches.ts";
import { slice } from "../lib/data/dataset.ts";
import { loadDataset } from "../lib/data/load.ts";
import { RELEASED } from "../lib/experiments/fashion_mnist_proxy.ts";
import { assemble } from "../lib/experiments/assemble.ts";
import { toTensors } from "../lib/learning/tensors.ts";
import { countParameters, disposeModel } from "../lib/models/model.ts";
import { tf } from "../lib/ops/tensorflow.ts";
import { measure, type Measurement } from "./measure.ts";

/** One proxy training step of the full seven-layer network on a batch of 100 images, optimiser included. */
export function benchProxyStep(repeats: number): Measurement[] {
  const { model, rule, optimiser } = assemble(RELEASED);
  const dataset = loadDataset("fashion-mnist");
  const batch = 100;
  const host = orderedBatches(slice(dataset.train, 0, batch), dataset.shape, batch).batch(1, 0);
  const measurements = (["train", "frozen"] as const).map((mode) =>
    measure(
      `proxy-step, ${countParameters(model).toLocaleString("en-US")} parameters, norms ${mode}`,
      batch,
      repeats,
      () =>
        tf.tidy(() => {
          const result = rule.step(model, toTensors(host, dataset.shape, 10), mode);
          optimiser.apply(model.parameters, result.gradients, 1e-4);
          result.loss.dataSync();
          tf.dispose([result.loss, result.output, ...result.gradients.values()]);
        }),
    )
  );
  optimiser.dispose();
  disposeModel(model);
  return measurements;
}
