/** Whose weights a block uses: a name, the same for all blocks that use the same. Block i's own are those of `own(i)`. */
export type Owner = (block: number) => string;

/** Every block has weights of its own. */
export const own: Owner = (block) => `blocks.${block}`;
/** All blocks have the same. */
const one: Owner = () => "shared";

/** Every way of sharing: whose depthwise and whose pointwise weights a block uses. KS shares both; each alone is our extension. */
const SCHEMES = {
  none: { depthwise: own, pointwise: own },
  depthwise: { depthwise: one, pointwise: own },
  pointwise: { depthwise: own, pointwise: one },
  all: { depthwise: one, pointwise: one },
} as const satisfies Record<string, { depthwise: Owner; pointwise: Owner }>;

/** Which layers the blocks of a ConvMixer have in common. */
export type ConvMixerSharing = keyof typeof SCHEMES;

/** The names of all ways of sharing. */
export const CONVMIXER_SHARING = Object.keys(SCHEMES) as [ConvMixerSharing, ...ConvMixerSharing[]];

/** Whose weights the blocks use. */
export function ownersOf(sharing: ConvMixerSharing): Readonly<Record<"depthwise" | "pointwise", Owner>> {
  return SCHEMES[sharing];
}

/** How many sets of weights so many blocks have. */
export function setsOf(owner: Owner, depth: number): number {
  return new Set(Array.from({ length: depth }, (_, block) => owner(block))).size;
}
