import { convMixerActivations, seResNetActivations } from "../../models/activations.ts";
import { type ClassifierSpec, createClassifier } from "../../models/classifier.ts";
import { convMixer, type ConvMixerOptions } from "../../models/convmixer.ts";
import { ownersOf, setsOf } from "../../models/convmixer_sharing.ts";
import { convMixerMacs } from "../../models/entries/convmixer.ts";
import { seResNetMacs } from "../../models/entries/se_resnet.ts";
import { zeroFill } from "../../models/maker.ts";
import { countParameters, disposeModel } from "../../models/model.ts";
import { seResNet, type SeResNetOptions } from "../../models/se_resnet.ts";

/** Parameters of one variant of a published network, counted on the built model. */
export interface ParameterCount {
  architecture: "ConvMixer" | "SE-ResNet";
  classes: number;
  /** Channels: of ConvMixer, or of SE-ResNet's stages. */
  channels: number[];
  /** Blocks: of ConvMixer, or of a stage. */
  depth: number;
  kernel: number;
  patch: number | null;
  /** What is shared: none, depthwise, pointwise, all; or the stages, e.g. "2+3". */
  sharing: string;
  parameters: number;
  /** If the biases of shared convolutions were not shared; null where convolutions have none. */
  parametersIfBiasesNotShared: number | null;
  unsharedParameters: number;
  /** Multiply-accumulate operations for one image. */
  macs: number;
  /** Numbers that a forward pass of one image holds at once beside the weights. */
  activations: number;
}

const IMAGE = [32, 32, 3] as const;
const CLASSES = [10, 100];
const CONVMIXERS = {
  depths: [4, 8, 16, 20, 32],
  kernels: [5, 7, 9],
  patches: [1, 2],
  sharings: ["none", "depthwise", "pointwise", "all"] as const,
};
const SE_RESNET = { stem: 16, widths: [64, 128, 256], reduction: 16, image: IMAGE };
const SE_RESNET_BLOCKS = [2, 3, 4, 6, 8, 10];
const STAGES = [[], [3], [2], [2, 3], [1], [1, 3], [1, 2], [1, 2, 3]];

/** All 336 variants of KS: ConvMixer-256 by depth, kernel, patch and sharing; SE-ResNet by blocks and shared stages. */
export function parameterCounts(): ParameterCount[] {
  return [...convMixers(), ...seResNets()];
}

function convMixers(): ParameterCount[] {
  const { depths, kernels, patches, sharings } = CONVMIXERS;
  const variants = depths.flatMap((depth) =>
    kernels.flatMap((kernel) =>
      patches.flatMap((patch) =>
        CLASSES.map((classes) => ({ dim: 256, depth, kernel, patch, classes, image: IMAGE }))
      )
    )
  );
  return variants.flatMap((variant) => {
    const unsharedParameters = count(convMixer({ ...variant, sharing: "none" }));
    return sharings.map((sharing) => convMixerCount({ ...variant, sharing }, unsharedParameters));
  });
}

/**
 * A ConvMixer counted on the built model, beside its unshared twin, for `parametersTable`. Throws a UsageError for options of
 * which none can be built.
 */
export function convMixerCount(
  options: ConvMixerOptions,
  unsharedParameters: number = count(convMixer({ ...options, sharing: "none" })),
): ParameterCount {
  const { dim, depth, kernel, patch, classes, sharing } = options;
  const parameters = count(convMixer(options));
  const { depthwise, pointwise } = ownersOf(sharing);
  const missing = [depthwise, pointwise].reduce((sum, owner) => sum + depth - setsOf(owner, depth), 0);
  return {
    ...{ architecture: "ConvMixer", classes, channels: [dim], depth, kernel, patch, sharing, parameters },
    parametersIfBiasesNotShared: parameters + missing * dim,
    unsharedParameters,
    macs: convMixerMacs(options),
    activations: convMixerActivations(options),
  };
}

function seResNets(): ParameterCount[] {
  const variants = SE_RESNET_BLOCKS.flatMap((n) => CLASSES.map((classes) => ({ ...SE_RESNET, n, classes })));
  return variants.flatMap((variant) => {
    const unsharedParameters = count(seResNet({ ...variant, sharedStages: [] }));
    return STAGES.map((sharedStages) => seResNetCount({ ...variant, sharedStages }, unsharedParameters));
  });
}

/** An SE-ResNet, likewise. */
export function seResNetCount(
  options: SeResNetOptions,
  unsharedParameters: number = count(seResNet({ ...options, sharedStages: [] })),
): ParameterCount {
  const { n, widths, classes, sharedStages } = options;
  return {
    ...{ architecture: "SE-ResNet", classes, channels: [...widths], depth: n, kernel: 3, patch: null },
    sharing: sharedStages.length === 0 ? "none" : sharedStages.join("+"),
    parameters: count(seResNet(options)),
    parametersIfBiasesNotShared: null,
    unsharedParameters,
    macs: seResNetMacs(options),
    activations: seResNetActivations(options),
  };
}

function count(spec: ClassifierSpec): number {
  const model = createClassifier(spec, zeroFill);
  try {
    return countParameters(model);
  } finally {
    disposeModel(model);
  }
}
