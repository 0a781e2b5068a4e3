/** TensorFlow.js on the project's library, and seeded randomness: what notebooks import as "weightshare/ops". */
export type { Norm, NormMode } from "./batch_norm.ts";
export { biasGeluNorm } from "./bias_gelu_norm.ts";
export { globalAverage } from "./global_average.ts";
export { type IfNeuron, type IfState, type Reset, stepIf } from "./if_neuron.ts";
export { kernelsInUse } from "./kernels.ts";
export { type ConvWeights, depthwiseLayer, pointwiseLayer } from "./mixer_layer.ts";
export { type RandomStream, randomStream, randomUniform } from "./random.ts";
export { replaceValue } from "./replace_value.ts";
export { tensorflowVersion, tf, threadCount } from "./tensorflow.ts";
