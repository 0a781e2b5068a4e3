import { UsageError } from "../../errors.ts";

/**
 * Targets [size, classes] with label smoothing: 1 - s + s / classes for the image's class, s / classes elsewhere.
 * Source: Szegedy et al. 2016, arXiv 1512.00567.
 */
export function smoothedTargets(labels: Uint8Array, classes: number, smoothing: number): Float32Array {
  const targets = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => {
    if (label >= classes) {
      throw new UsageError(
        `Making targets: an image has label ${label}, but there are ${classes} classes; give as many classes as the ` +
          `data set has.`,
      );
    }
    targets[row * classes + label] = 1 - smoothing + smoothing / classes;
  });
  return targets;
}
