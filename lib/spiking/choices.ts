/** What a configuration may choose of a simulation; free of TensorFlow, which reading a configuration does not need. */

/**
 * What a layer's norm (and bias) acts on: "of-counts", as published, on the layer's response to the counts of all T steps, so
 * that each step gets 1 / T of the shift; "per-step", a scaling of ours, on every step's current, so that T shifts add up.
 */
export const TANDEM_NORMS = ["of-counts", "per-step"] as const;

/** Where the output of a converted network is read: the last layer's spikes, or its mean current. */
export const READOUTS = ["spikes", "current"] as const;
