/** A network so small that what it multiplies and what its spikes reach are counted by hand. */
export const COUNTED = {
  input: [4, 4, 1] as const,
  layers: [
    { type: "conv", filters: 2, kernel: 3, norm: true },
    { type: "maxpool", size: 2 },
    { type: "linear", units: 3 },
  ] as const,
};
