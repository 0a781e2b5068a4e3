// GELU, x Phi(x) with the normal distribution function Phi (arXiv 1606.08415), in vectors of floats: within 2.5e-6 of the
// exact value, relatively, for x >= -11 (1e-6 for x >= -5); below that it is less than 1e-26. The derivative is within 1e-6.
#pragma once
#include "kernels/simd.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

struct Gelu {
  Vector value, slope;
};

// exp(-t t / 2) for 0 <= t <= 12: a polynomial fitted to exp on [-ln 2 / 2, ln 2 / 2] (relative error 3e-9) times a power
// of two. Rounding the square costs up to 2.5e-6 where it is largest.
inline Vector gauss(Vector t) {
  constexpr float kRound = 12582912.0f;  // adding 1.5 * 2^23 rounds to a whole number, held in the lowest bits
  const Vector half = t * -0.5f;
  const Vector shifted = half * t * 1.44269504f + kRound;
  const Vector power = shifted - kRound;
  const Vector r = (half * t - power * 0.693359375f) - power * -2.12194440e-4f;
  Vector p = broadcast(1.38145812e-3f);
  p = p * r + 8.36871736e-3f;
  p = p * r + 4.16683884e-2f;
  p = p * r + 1.66665206e-1f;
  p = p * r + 4.99999934e-1f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return (Vector)((IntVector)p + ((IntVector)shifted << 23));
}

// Phi(-t) / exp(-t t / 2) for 0 <= t <= 12: a polynomial fitted in s = a / (a + t) (relative error 1.2e-7).
inline Vector tail_ratio(Vector t) {
  constexpr float kA = 4.25f;
  const Vector s = kA / (t + kA);
  Vector q = broadcast(-6.34310785e-2f);
  q = q * s + 2.06347354e-1f;
  q = q * s + -1.40078033e-1f;
  q = q * s + 1.75209884e-1f;
  q = q * s + 3.77389709e-2f;
  q = q * s + 9.74700491e-2f;
  q = q * s + 9.28216408e-2f;
  q = q * s + 9.39211532e-2f;
  return q * s;
}

inline Vector magnitude(Vector x) { return (Vector)((IntVector)x & 0x7fffffff); }

// t, at most 12, where the normal density and Phi(-t) are zero for all that matters.
inline Vector up_to_12(Vector t) { return t < 12.0f ? t : broadcast(12.0f); }

inline Vector gelu(Vector x) {
  const Vector size = magnitude(x), t = up_to_12(size);
  const Vector positive_part = (Vector)((IntVector)x & ~((IntVector)x >> 31));
  return positive_part - size * (gauss(t) * tail_ratio(t));
}

// GELU and its derivative Phi(x) + x exp(-x x / 2) / sqrt(2 pi).
inline Gelu gelu_with_slope(Vector x) {
  const Vector size = magnitude(x), t = up_to_12(size), density = gauss(t);
  const Vector tail = density * tail_ratio(t);
  const IntVector negative = (IntVector)x >> 31;
  const Vector step = (Vector)((IntVector)broadcast(1.0f) & ~negative);
  const Vector signed_tail = (Vector)((IntVector)tail | ((IntVector)x & static_cast<int32_t>(0x80000000)));
  const Vector positive_part = (Vector)((IntVector)x & ~negative);
  return {positive_part - size * tail, step - signed_tail + x * density * 0.398942280f};
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
