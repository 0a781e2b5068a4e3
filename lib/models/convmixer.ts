import { UsageError } from "../errors.ts";
import { biasGeluNorm } from "../ops/bias_gelu_norm.ts";
import { depthwiseLayer, pointwiseLayer } from "../ops/mixer_layer.ts";
import { globalAverage } from "../ops/global_average.ts";
import { tf } from "../ops/tensorflow.ts";
import type { ClassifierSpec } from "./classifier.ts";
import { checkChannels } from "./check_images.ts";
import { checkSize, checkWhole } from "./check_numbers.ts";
import { CONVMIXER_SHARING, type ConvMixerSharing, own, type Owner, ownersOf } from "./convmixer_sharing.ts";

export interface ConvMixerOptions {
  /** Channels everywhere. */
  dim: number;
  /** Number of blocks. */
  depth: number;
  /** Side of the depthwise filters, odd. */
  kernel: number;
  /** Side of the patches that the stem embeds; also its stride. */
  patch: number;
  classes: number;
  sharing: ConvMixerSharing;
  /** Height, width, channels of an image. */
  image: readonly [number, number, number];
}

/**
 * ConvMixer: patch embedding, then `depth` times [depthwise convolution with residual, pointwise convolution], each
 * followed by GELU and a batch norm of its own, then global average pooling and a linear layer.
 * Source: Trockman and Kolter, arXiv 2201.09792; sharing: KS, arXiv 2210.14151, released code.
 *
 * ```ts
 * import { convMixer, countParameters, createClassifier } from "weightshare/models";
 *
 * const options = { dim: 256, depth: 16, kernel: 9, patch: 1, classes: 10, image: [32, 32, 3] } as const;
 * const parameters = (sharing: "none" | "all") =>
 *   countParameters(createClassifier(convMixer({ ...options, sharing }), 1));
 * console.log(parameters("none"), parameters("all")); // 1409034 107274
 * ```
 */
export function convMixer(options: ConvMixerOptions): ClassifierSpec {
  check(options);
  const { dim, depth, kernel, patch, classes, sharing, image } = options;
  return {
    classes,
    build(make) {
      const owners = ownersOf(sharing);
      const depthwise = byOwner(
        depth,
        owners.depthwise,
        (owner) => make.depthwise(`${owner}.depthwise`, kernel, dim),
      );
      const pointwise = byOwner(
        depth,
        owners.pointwise,
        (owner) => make.weights<tf.Tensor4D>(`${owner}.pointwise`, [1, 1, dim, dim]),
      );
      const stem = make.weights<tf.Tensor4D>("stem", [patch, patch, image[2], dim]);
      const stemNorm = make.norm("stem.norm", dim);
      const blocks = Array.from({ length: depth }, (_, i) => ({
        depthwise: depthwise(i),
        depthwiseNorm: make.norm(`blocks.${i}.depthwiseNorm`, dim),
        pointwise: pointwise(i),
        pointwiseNorm: make.norm(`blocks.${i}.pointwiseNorm`, dim),
      }));
      const head = make.weights<tf.Tensor2D>("head", [dim, classes]);
      return (images, mode) => {
        checkChannels(image[2], images);
        const patches = tf.conv2d(images, stem.kernel, patch, "valid"); // [N, H / patch, W / patch, dim]
        let x = biasGeluNorm(patches, stem.bias, stemNorm, mode);
        for (const { depthwise, depthwiseNorm, pointwise, pointwiseNorm } of blocks) {
          x = depthwiseLayer(x, depthwise, depthwiseNorm, mode);
          x = pointwiseLayer(x, pointwise, pointwiseNorm, mode);
        }
        const pooled = globalAverage(x); // [N, dim]
        return tf.add(tf.matMul(pooled, head.kernel), head.bias);
      };
    },
  };
}

/** Weights of block i: its own, or those that it shares, which are made first and once. */
function byOwner<Value>(
  depth: number,
  ownerOf: Owner,
  create: (owner: string) => Value,
): (i: number) => Value {
  const shared = new Map<string, Value>();
  for (let i = 0; i < depth; i++) {
    const owner = ownerOf(i);
    if (owner !== own(i) && !shared.has(owner)) shared.set(owner, create(owner));
  }
  return (i) => shared.get(ownerOf(i)) ?? create(ownerOf(i));
}

function check({ dim, depth, kernel, patch, classes, sharing, image }: ConvMixerOptions): void {
  const building = "Building a ConvMixer";
  checkWhole(building, { dim, depth, kernel, patch, classes });
  if (!CONVMIXER_SHARING.includes(sharing)) {
    throw new UsageError(
      `${building}: sharing is "${sharing}", but must be one of ${CONVMIXER_SHARING.join(", ")}.`,
    );
  }
  if (kernel % 2 === 0) {
    throw new UsageError(`${building}: kernel is ${kernel}, but must be odd to keep the size of the image.`);
  }
  checkSize(building, "patch", patch, image);
}
