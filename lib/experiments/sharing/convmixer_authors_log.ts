/** What ConvMixer's authors log after an epoch. */
export interface LoggedEpoch {
  epoch: number;
  /** Accuracy on the training images as they are augmented, during the epoch. */
  train: number;
  test: number;
  learningRate: number;
}

const TRAIN = [
  ...[0.3938, 0.6178, 0.7012, 0.7383, 0.7662, 0.7751, 0.7901, 0.7974, 0.8040, 0.8084, 0.8237, 0.8373, 0.8529],
  ...[0.8657, 0.8751, 0.8872, 0.8979, 0.9080, 0.9198, 0.9316, 0.9383, 0.9407, 0.9427, 0.9445, 0.9441],
];
const TEST = [
  ...[0.5418, 0.6157, 0.7069, 0.7708, 0.7344, 0.7655, 0.8328, 0.7655, 0.8138, 0.7891, 0.8387, 0.8312, 0.8563],
  ...[0.8700, 0.8527, 0.8907, 0.9019, 0.9068, 0.9139, 0.9240, 0.9238, 0.9248, 0.9253, 0.9255, 0.9260],
];
const RATES = [
  ...[0.005, 0.010, 0.015, 0.020, 0.025, 0.030, 0.035, 0.040, 0.045, 0.050, 0.045250, 0.040500, 0.035750],
  ...[0.031000, 0.026250, 0.021500, 0.016750, 0.012000, 0.007250, 0.002500, 0.002000, 0.001500, 0.001000],
  ...[0.000500, 0],
];

/**
 * The run that ConvMixer's authors publish, of ConvMixer-256/8 on CIFAR-10, epochs counted from 1.
 * Source: README of locuslab/convmixer-cifar10 at 2d3d9b7 (24 January 2022).
 */
export const AUTHORS_LOG: readonly LoggedEpoch[] = TEST.map((test, index) => ({
  epoch: index + 1,
  train: TRAIN[index] as number,
  test,
  learningRate: RATES[index] as number,
}));
