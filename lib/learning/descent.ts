import { UsageError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import type { Network } from "../models/parameters.ts";
import { tf } from "../ops/tensorflow.ts";
import { globalNorm } from "./clip.ts";
import { cosine, moved, part } from "./directions.ts";
import type { Direction } from "./learning_directions.ts";
import type { Gradients } from "./optimiser.ts";
import type { Batch } from "./rule.ts";

/** How far one direction leads down. */
export interface Descent {
  direction: string;
  /** Cosine with the reference direction, of all parameters and of each layer; NaN where one has no gradient. */
  cosines: { all: number; layers: Record<string, number> };
  /** By how much the SNN's loss falls when the weights go so far; negative where it rises, 0 where there is no gradient to follow. */
  drops: { length: number; batch: number; heldOut: number }[];
}

export interface DescentOptions {
  directions: readonly Direction[];
  /** The direction that cosines are with. */
  reference: string;
  /** What the directions are taken of, and the images that none of them has seen. */
  batch: Batch;
  heldOut: Batch;
  /** Lengths of a step, as shares of the length of all weights. */
  lengths: readonly number[];
  /** The loss that is to fall. */
  loss(network: Network, batch: Batch): tf.Scalar;
}

/**
 * The descent test: a spiking loss is constant but for jumps, so that no gradient of it exists and each rule puts another in its place.
 * What tells is how far the loss itself falls after a step along each, all steps of one length. Norms are frozen; afterwards the
 * weights are what they were, bit for bit. Throws a UsageError for lengths that are not above 0 and an unknown reference.
 */
export function descend(network: Network, options: DescentOptions): Descent[] {
  const { directions, reference, batch, lengths } = options;
  const wrong = lengths.find((length) => !(length > 0 && Number.isFinite(length)));
  if (wrong !== undefined) {
    throw new UsageError(
      `Testing descent: a step's length is ${wrong}, but must be above 0, as a share of the weights'.`,
    );
  }
  const known = directions.findIndex(({ name }) => name === reference);
  if (known < 0) {
    throw new UsageError(
      `Testing descent: no direction is called "${reference}"; take one of ${
        directions.map(({ name }) => name).join(", ")
      }.`,
    );
  }
  const losses = lossesOf(network, options);
  const gradients = directions.map((direction) => direction.of(network, batch));
  try {
    return gradients.map((one, at) => ({
      direction: (directions[at] as Direction).name,
      cosines: cosinesByLayer(one, gradients[known] as Gradients),
      drops: dropsAlong(network, one, losses, options),
    }));
  } finally {
    for (const one of gradients) tf.dispose([...one.values()]);
  }
}

type Losses = Pick<Descent["drops"][number], "batch" | "heldOut">;

/** The losses of the weights as they are now. */
function lossesOf(network: Network, { batch, heldOut, loss }: DescentOptions): Losses {
  const of = (images: Batch) => tf.tidy(() => loss(network, images).dataSync()[0] as number);
  return { batch: of(batch), heldOut: of(heldOut) };
}

function dropsAlong(
  network: Network,
  direction: Gradients,
  here: Losses,
  options: DescentOptions,
): Descent["drops"] {
  const { lengths } = options;
  if (globalNorm(direction) === 0) return lengths.map((length) => ({ length, batch: 0, heldOut: 0 }));
  const whole = weightsLength(network);
  return lengths.map((length) => {
    const there = moved(network, direction, -length * whole, () => lossesOf(network, options));
    return { length, batch: here.batch - there.batch, heldOut: here.heldOut - there.heldOut };
  });
}

function cosinesByLayer(a: Gradients, b: Gradients): Descent["cosines"] {
  const layers = [...new Set([...a.keys()].map((name) => name.split(".")[0] as string))];
  return {
    all: cosine(a, b),
    layers: Object.fromEntries(
      layers.map((layer) => [layer, cosine(part(a, `${layer}.`), part(b, `${layer}.`))]),
    ),
  };
}

function weightsLength({ parameters }: Model): number {
  return globalNorm(new Map([...parameters].map(([name, { value }]) => [name, value as tf.Tensor])));
}
