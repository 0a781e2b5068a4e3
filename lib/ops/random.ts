import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** A stream of random numbers. Streams of different purposes are independent; none is ever global. */
export type RandomStream = RandomGenerator;

/**
 * The stream for one purpose of a run, e.g. `randomStream(seed, "shuffle", epoch)`. Derived by SHA-256, so that
 * nearby seeds give unrelated streams and a resumed run finds the stream of any epoch without replaying others.
 */
export function randomStream(seed: number, ...purpose: (string | number)[]): RandomStream {
  const digest = createHash("sha256").update(JSON.stringify([seed, ...purpose])).digest();
  return xoroshiro128plus(digest.readInt32LE(0) || 1);
}

/** An integer in [from, to], both included. */
export function randomInt(stream: RandomStream, from: number, to: number): number {
  return uniformInt(stream, from, to);
}

/** `count` numbers uniform in [from, to). */
export function randomUniform(stream: RandomStream, count: number, from: number, to: number): Float32Array {
  return Float32Array.from({ length: count }, () => from + (to - from) * uniformFloat64(stream));
}

/** The numbers 0 ... count - 1 in random order (Fisher-Yates). */
export function randomOrder(stream: RandomStream, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(stream, 0, last);
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}
