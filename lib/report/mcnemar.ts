/** How two networks' answers to the same images differ. */
export interface Discordance {
  /** Images that one of them alone has right. */
  onlyOne: number;
  onlyOther: number;
  both: number;
  neither: number;
}

/** Counts the images by who is right; throws where the lists are of different images. */
export function discordance(one: readonly boolean[], other: readonly boolean[]): Discordance {
  if (one.length !== other.length) {
    throw new Error(`Comparing two networks image by image: ${one.length} and ${other.length} images.`);
  }
  const counts = { onlyOne: 0, onlyOther: 0, both: 0, neither: 0 };
  one.forEach((right, image) => {
    if (right === other[image]) counts[right ? "both" : "neither"]++;
    else counts[right ? "onlyOne" : "onlyOther"]++;
  });
  return counts;
}

/**
 * McNemar's exact test, two-sided: were both networks equally good, each image that one alone has right would be a fair
 * coin's throw, so p is twice the smaller tail of a binomial distribution. Null without such an image. It speaks about these
 * two trained networks and other images, not about other seeds.
 */
export function mcnemar({ onlyOne, onlyOther }: Discordance): number | null {
  const throws = onlyOne + onlyOther;
  if (throws === 0) return null;
  return Math.min(1, 2 * binomialTail(Math.min(onlyOne, onlyOther), throws));
}

/** P(X <= k) of n fair throws, summed from its largest term in logarithms: no power of two underflows. */
function binomialTail(k: number, n: number): number {
  let logTerm = -n * Math.LN2;
  const logs = [logTerm];
  for (let i = 1; i <= k; i++) logs.push(logTerm += Math.log((n - i + 1) / i));
  const largest = Math.max(...logs);
  return Math.exp(largest) * logs.reduce((sum, log) => sum + Math.exp(log - largest), 0);
}
