import { UsageError } from "../errors.ts";
import type { NormMode } from "../ops/batch_norm.ts";
import { convNorm } from "../ops/conv_layer.ts";
import { convNormPair } from "../ops/conv_pair.ts";
import { globalAverage } from "../ops/global_average.ts";
import { scaleAddRelu } from "../ops/scale_add_relu.ts";
import { tf } from "../ops/tensorflow.ts";
import { checkChannels } from "./check_images.ts";
import { checkWhole } from "./check_numbers.ts";
import type { ClassifierSpec } from "./classifier.ts";
import type { Maker } from "./maker.ts";

export interface SeResNetOptions {
  /** Blocks of a stage; the depth is 6 n + 2 with three stages. */
  n: number;
  /** Channels of the stem, 16 in KS. */
  stem: number;
  /** Channels of the stages, 64, 128, 256 in KS. */
  widths: readonly number[];
  /** Stages (from 1) whose isomorphic convolutions are one. */
  sharedStages: readonly number[];
  /** The squeeze's width is the stage's divided by this, 16 in KS. */
  reduction: number;
  classes: number;
  /** Height, width, channels of an image. */
  image: readonly [number, number, number];
}

/**
 * SE-ResNet for small images: 3 x 3 stem, stages of n basic blocks with squeeze-and-excitation, strides 1, 2, 2, ...,
 * global average pooling and a linear layer. In a shared stage one kernel [3, 3, c, c] serves the second convolution
 * of every block and the first of every block whose input has c channels; norms, squeezes and shortcuts are never shared.
 * Source: He et al., arXiv 1512.03385; Hu et al., arXiv 1709.01507; sharing: KS, arXiv 2210.14151, released code.
 *
 * ```ts
 * import { countParameters, createClassifier, seResNet } from "weightshare/models";
 *
 * const published = { stem: 16, widths: [64, 128, 256], reduction: 16, classes: 10, image: [32, 32, 3] } as const;
 * const shared = createClassifier(seResNet({ ...published, n: 2, sharedStages: [1, 2, 3] }), 1);
 * console.log(countParameters(shared)); // 1223002, of 2771290 where nothing is shared
 * ```
 */
export function seResNet(options: SeResNetOptions): ClassifierSpec {
  check(options);
  const { n, stem, widths, sharedStages, reduction, classes, image } = options;
  return {
    classes,
    build(make) {
      const stemKernel = make.kaimingNormal("stem", [3, 3, image[2], stem]);
      const stemNorm = make.norm("stem.norm", stem);
      const blocks = widths.flatMap((width, index) => {
        const stage = `stages.${index + 1}`;
        const shared = sharedStages.includes(index + 1)
          ? make.kaimingNormal(`${stage}.shared`, [3, 3, width, width])
          : undefined;
        return Array.from({ length: n }, (_, b) => {
          const from = b > 0 ? width : widths[index - 1] ?? stem;
          const stride = b === 0 && index > 0 ? 2 : 1;
          return basicBlock(make, `${stage}.blocks.${b + 1}`, { from, width, stride, reduction, shared });
        });
      });
      const head = make.weights<tf.Tensor2D>("head", [widths.at(-1) as number, classes]);
      return (images, mode) => {
        checkChannels(image[2], images);
        let x = convNorm(images, stemKernel, stemNorm, mode, { relu: true, first: true });
        for (const block of blocks) x = block(x, mode);
        const pooled = globalAverage(x); // [N, last width]
        return tf.add(tf.matMul(pooled, head.kernel), head.bias);
      };
    },
  };
}

interface BlockOptions {
  from: number;
  width: number;
  stride: number;
  reduction: number;
  /** The stage's kernel, where it is shared. */
  shared: tf.Tensor4D | undefined;
}

function basicBlock(make: Maker, name: string, { from, width, stride, reduction, shared }: BlockOptions) {
  const isomorphic = from === width ? shared : undefined;
  const conv1 = isomorphic ?? make.kaimingNormal(`${name}.conv1`, [3, 3, from, width]);
  const norm1 = make.norm(`${name}.norm1`, width);
  const conv2 = shared ?? make.kaimingNormal(`${name}.conv2`, [3, 3, width, width]);
  const norm2 = make.norm(`${name}.norm2`, width);
  const squeezed = Math.floor(width / reduction);
  const squeeze = make.matrix(`${name}.squeeze`, width, squeezed);
  const excite = make.matrix(`${name}.excite`, squeezed, width);
  const shortcut = from === width && stride === 1 ? undefined : {
    kernel: make.kaimingNormal(`${name}.shortcut`, [1, 1, from, width]),
    norm: make.norm(`${name}.shortcutNorm`, width),
  };
  return (x: tf.Tensor4D, mode: NormMode): tf.Tensor4D => {
    const [first, second] = [{ kernel: conv1, norm: norm1 }, { kernel: conv2, norm: norm2 }];
    const y = convNormPair(x, first, second, mode, stride); // [N, H, W, width]
    const pooled = globalAverage(y); // [N, width]
    const gates = tf.relu(tf.matMul(pooled, squeeze));
    const scale = tf.sigmoid(tf.matMul(gates, excite)) as tf.Tensor2D; // [N, width]
    const skipped = shortcut === undefined
      ? x
      : convNorm(x, shortcut.kernel, shortcut.norm, mode, { stride, relu: false });
    return scaleAddRelu(y, scale, skipped);
  };
}

function check({ n, stem, widths, sharedStages, reduction, classes, image }: SeResNetOptions): void {
  const building = "Building an SE-ResNet";
  checkWhole(building, { n, stem, reduction, classes });
  checkWhole(
    building,
    Object.fromEntries(widths.map((width, index) => [`the width of stage ${index + 1}`, width])),
  );
  const stages = widths.map((_, index) => index + 1);
  const unknown = sharedStages.find((stage) => !stages.includes(stage));
  if (widths.length === 0 || unknown !== undefined) {
    throw new UsageError(
      `${building}: stage ${unknown} is to be shared, but the stages are ${
        stages.join(", ")
      }; name some of these.`,
    );
  }
  const narrow = widths.find((width) => width < reduction);
  if (narrow !== undefined) {
    throw new UsageError(
      `${building}: reduction is ${reduction}, but must be at most ${narrow}, the smallest width of a stage.`,
    );
  }
  const strides = 2 ** (widths.length - 1);
  if (Math.min(image[0], image[1]) < strides) {
    throw new UsageError(
      `${building}: the image has ${image[0]} x ${
        image[1]
      } pixels, but ${widths.length} stages need ${strides} at least.`,
    );
  }
}
