/** Networks and their parameters: what notebooks import as "weightshare/models". */
export { annForward } from "./ann.ts";
export { cifarNetwork } from "./cifar_network.ts";
export { type Classifier, type ClassifierSpec, createClassifier } from "./classifier.ts";
export { convMixer, type ConvMixerOptions } from "./convmixer.ts";
export { CONVMIXER_SHARING } from "./convmixer_sharing.ts";
export { convMixerMacs } from "./entries/convmixer.ts";
export { seResNetMacs } from "./entries/se_resnet.ts";
export { describeLayers, describeParameters, type LayerRow, type ParameterRow } from "./describe.ts";
export { type Fan, fans } from "./fan_out.ts";
export { fashionNetwork, fashionSixLayerNetwork } from "./fashion_network.ts";
export { foldedNetwork, type FoldedOptions } from "./folded_network.ts";
export { layersOf, type NotationOptions } from "./layer_notation.ts";
export { Maker } from "./maker.ts";
export { countParameters, disposeModel, type Model, modelVariables, type Parameter } from "./model.ts";
export {
  type Layer,
  type Life,
  type NamedLayer,
  nameLayers,
  type NetworkSpec,
  neuronCounts,
  neuronLayers,
} from "./network.ts";
export { createNetwork, type Network, networkOfValues, parameterValue } from "./parameters.ts";
export { seResNet, type SeResNetOptions } from "./se_resnet.ts";
export { shareIsomorphic } from "./share_isomorphic.ts";
export { spikingMixer, type SpikingMixerOptions } from "./spiking_mixer.ts";
