// GELU, x Phi(x) with the normal distribution function Phi (arXiv 1606.08415), in vectors of floats: within 2.5e-6 of the
// exact value, relatively, for x >= -11 (1e-6 for x >= -5); below that it is less than 1e-26. The derivative is within 1e-6.
#pragma once
#include "kernels/simd.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

// For vectors and pairs.
template <typename V>
struct Gelu {
  V value, slope;
};

// p times the power of two whose exponent `shifted` holds in its lowest bits.
inline Vector times_power(Vector p, Vector shifted) { return (Vector)((IntVector)p + ((IntVector)shifted << 23)); }
inline Pair times_power(Pair p, Pair shifted) {
  return {times_power(p.first, shifted.first), times_power(p.second, shifted.second)};
}

inline Vector magnitude(Vector x) { return (Vector)((IntVector)x & 0x7fffffff); }
inline Pair magnitude(Pair x) { return {magnitude(x.first), magnitude(x.second)}; }

// t, at most 12, where the normal density and Phi(-t) are zero for all that matters.
inline Vector up_to_12(Vector t) { return t < 12.0f ? t : broadcast(12.0f); }
inline Pair up_to_12(Pair t) { return {up_to_12(t.first), up_to_12(t.second)}; }

// x where it is not negative, otherwise 0; NaN stays.
inline Vector positive_part(Vector x) { return (Vector)((IntVector)x & ~((IntVector)x >> 31)); }
inline Pair positive_part(Pair x) { return {positive_part(x.first), positive_part(x.second)}; }

// 1 where x is not negative, otherwise 0.
inline Vector step_of(Vector x) { return (Vector)((IntVector)broadcast(1.0f) & ~((IntVector)x >> 31)); }
inline Pair step_of(Pair x) { return {step_of(x.first), step_of(x.second)}; }

// A size, which is not negative, with the sign of x.
inline Vector with_sign(Vector size, Vector x) {
  return (Vector)((IntVector)size | ((IntVector)x & static_cast<int32_t>(0x80000000)));
}
inline Pair with_sign(Pair size, Pair x) { return {with_sign(size.first, x.first), with_sign(size.second, x.second)}; }

// exp(-t t / 2) for 0 <= t <= 12: a polynomial fitted to exp on [-ln 2 / 2, ln 2 / 2] (relative error 3e-9) times a power
// of two. Rounding the square costs up to 2.5e-6 where it is largest.
template <typename V>
inline __attribute__((always_inline)) V gauss(V t) {
  constexpr float kRound = 12582912.0f;  // adding 1.5 * 2^23 rounds to a whole number, held in the lowest bits
  const V half = t * -0.5f;
  const V shifted = half * t * 1.44269504f + kRound;
  const V power = shifted - kRound;
  const V r = (half * t - power * 0.693359375f) - power * -2.12194440e-4f;
  V p = r * 1.38145812e-3f + 8.36871736e-3f;
  p = p * r + 4.16683884e-2f;
  p = p * r + 1.66665206e-1f;
  p = p * r + 4.99999934e-1f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return times_power(p, shifted);
}

// Phi(-t) / exp(-t t / 2) for 0 <= t <= 12: a polynomial fitted in s = a / (a + t) (relative error 1.2e-7).
template <typename V>
inline __attribute__((always_inline)) V tail_ratio(V t) {
  constexpr float kA = 4.25f;
  const V s = kA / (t + kA);
  V q = s * -6.34310785e-2f + 2.06347354e-1f;
  q = q * s + -1.40078033e-1f;
  q = q * s + 1.75209884e-1f;
  q = q * s + 3.77389709e-2f;
  q = q * s + 9.74700491e-2f;
  q = q * s + 9.28216408e-2f;
  q = q * s + 9.39211532e-2f;
  return q * s;
}

template <typename V>
inline __attribute__((always_inline)) V gelu(V x) {
  const V size = magnitude(x), t = up_to_12(size);
  return positive_part(x) - size * (gauss(t) * tail_ratio(t));
}

// GELU and its derivative Phi(x) + x exp(-x x / 2) / sqrt(2 pi).
template <typename V>
inline __attribute__((always_inline)) Gelu<V> gelu_with_slope(V x) {
  const V size = magnitude(x), t = up_to_12(size), density = gauss(t);
  const V tail = density * tail_ratio(t);
  return {positive_part(x) - size * tail, step_of(x) - with_sign(tail, x) + x * density * 0.398942280f};
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
