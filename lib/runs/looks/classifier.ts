import { type Dataset, slice } from "../../data/dataset.ts";
import { type Between, evaluate } from "../../learning/evaluate.ts";
import type { Reader } from "../../learning/rule.ts";
import type { Model } from "../../models/model.ts";
import { type Assembly, inOrder } from "../assemble/assemble.ts";
import type { RunConfig } from "../config/config.ts";
import type { ClassifierReport, Filters } from "../record.ts";

/** Filters of a layer that are kept, and digits of their values. */
const SHOWN = 64;
const DIGITS = 4;

/** Scores the trained classifier on as many training images, not augmented, as there are test images; copies filters. */
export async function classifierReport(
  model: Model,
  reader: Reader<Model>,
  config: RunConfig,
  { dataset, trained, evaluated }: Pick<Assembly, "trained" | "evaluated"> & { dataset: Dataset },
  between: Between,
): Promise<ClassifierReport> {
  const images = Math.min(trained.count, evaluated.count);
  const source = inOrder(config, dataset, slice(trained, 0, images));
  const { evaluation: { ann } } = await evaluate(model, reader, source, between);
  if (ann === undefined) throw new Error(`The rule "${reader.name}" scored no ANN.`);
  return { training: { ...ann, images }, filters: depthwiseFilters(model) };
}

/** The depthwise filters that all blocks share, or those of the first and the last block; none without such layers. */
function depthwiseFilters({ parameters }: Model): Filters[] {
  const layers = [...parameters.values()].filter(({ name }) => name.endsWith("depthwise.kernel"));
  const shown = layers.length > 1 ? [layers[0], layers.at(-1)] : layers;
  return shown.flatMap((layer) => {
    if (layer === undefined) return [];
    const [size = 0, , channels = 0] = layer.value.shape;
    const values = layer.value.dataSync(); // [size, size, channels, 1]
    const filters = Array.from(
      { length: Math.min(SHOWN, channels) },
      (_, channel) =>
        Array.from(
          { length: size * size },
          (_, i) => Number((values[i * channels + channel] as number).toFixed(DIGITS)),
        ),
    );
    return [{ name: layer.name.replace(/\.kernel$/, ""), size, channels, filters }];
  });
}
