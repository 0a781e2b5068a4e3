/** Which layers all blocks of a ConvMixer have in common. KS shares both; each alone is our extension. */
export const CONVMIXER_SHARING = ["none", "depthwise", "pointwise", "all"] as const;
