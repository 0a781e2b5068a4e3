import type { Experiment } from "../experiment.ts";
import { BFLOAT16_ON_GPU, inPyTorch } from "../in_pytorch.ts";
import {
  convMixerCropFlipCifar10,
  convMixerCropFlipCifar100,
  convMixerFewImages,
  convMixerPlain,
} from "./convmixer_regimes.ts";
import { seResNetFullWidthCifar10 } from "./se_resnet_full_width.ts";

const EXTREMES = { how: BFLOAT16_ON_GPU, rows: ["none", "all", "equal-half"] } as const;

export const convMixerFewImagesInPyTorch: Experiment = inPyTorch(convMixerFewImages, EXTREMES);
export const convMixerPlainInPyTorch: Experiment = inPyTorch(convMixerPlain, { how: BFLOAT16_ON_GPU });
export const convMixerCropFlipCifar10InPyTorch: Experiment = inPyTorch(
  convMixerCropFlipCifar10,
  { ...EXTREMES, seeds: [1, 2, 3, 4, 5] },
);
export const convMixerCropFlipCifar100InPyTorch: Experiment = inPyTorch(convMixerCropFlipCifar100, EXTREMES);
export const seResNetFullWidthCifar10InPyTorch: Experiment = inPyTorch(
  seResNetFullWidthCifar10,
  { how: BFLOAT16_ON_GPU, rows: ["none", "all", "equal-single"] },
);
