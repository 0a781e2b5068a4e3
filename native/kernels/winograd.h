// Winograd's minimal filtering of 4 outputs by 3 weights in one dimension, or of 3 by 4: polynomials are evaluated at the
// points 0, 1, -1, 2, -2 and infinity, multiplied there, and the product is interpolated. Applied to rows and columns of a
// tile of 6 x 6 inputs it takes 36 multiplications where 144 are needed. Source: Lavin and Gray, arXiv 1509.09308.
#pragma once
#include "kernels/simd.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

constexpr int kPoints = 6;
constexpr int kTile = 4;
constexpr int kTaps = 3;

// Six inputs at the points; entries are `stride` apart.
struct InputToPoints {
  static constexpr int kFrom = 6, kTo = kPoints;
  static inline __attribute__((always_inline)) void apply(const Vector* d, Vector* v, int stride) {
    const Vector d0 = d[0], d1 = d[stride], d2 = d[2 * stride], d3 = d[3 * stride], d4 = d[4 * stride],
                 d5 = d[5 * stride];
    const Vector even = d4 - 4.0f * d2, odd = d3 - 4.0f * d1, far = d4 - d2, twice = 2.0f * (d3 - d1);
    v[0] = 4.0f * d0 - 5.0f * d2 + d4;
    v[stride] = even + odd;
    v[2 * stride] = even - odd;
    v[3 * stride] = far + twice;
    v[4 * stride] = far - twice;
    v[5 * stride] = 4.0f * d1 - 5.0f * d3 + d5;
  }
};

// Three weights at the points, with the factors of the interpolation.
struct WeightsToPoints {
  static constexpr int kFrom = kTaps, kTo = kPoints;
  static inline __attribute__((always_inline)) void apply(const Vector* g, Vector* v, int stride) {
    const Vector g0 = g[0], g1 = g[stride], g2 = g[2 * stride];
    const Vector outer = (g0 + g2) * (-1.0f / 6), inner = g1 * (1.0f / 6);
    const Vector even = g0 * (1.0f / 24) + g2 * (1.0f / 6), odd = g1 * (1.0f / 12);
    v[0] = g0 * 0.25f;
    v[stride] = outer - inner;
    v[2 * stride] = outer + inner;
    v[3 * stride] = even + odd;
    v[4 * stride] = even - odd;
    v[5 * stride] = g2;
  }
};

// Products at the points to four outputs.
struct PointsToOutput {
  static constexpr int kFrom = kPoints, kTo = kTile;
  static inline __attribute__((always_inline)) void apply(const Vector* m, Vector* y, int stride) {
    const Vector sum = m[stride] + m[2 * stride], difference = m[stride] - m[2 * stride];
    const Vector sum2 = m[3 * stride] + m[4 * stride], difference2 = m[3 * stride] - m[4 * stride];
    const Vector first = m[0], last = m[5 * stride];
    y[0] = first + sum + sum2;
    y[stride] = difference + 2.0f * difference2;
    y[2 * stride] = sum + 4.0f * sum2;
    y[3 * stride] = difference + 8.0f * difference2 + last;
  }
};

// Four gradients of outputs at the points, with the factors of the interpolation.
struct GradientToPoints {
  static constexpr int kFrom = kTile, kTo = kPoints;
  static inline __attribute__((always_inline)) void apply(const Vector* e, Vector* v, int stride) {
    const Vector e0 = e[0], e1 = e[stride], e2 = e[2 * stride], e3 = e[3 * stride];
    const Vector even = (e0 + e2) * (-1.0f / 6), odd = (e1 + e3) * (1.0f / 6);
    const Vector even2 = (e0 + 4.0f * e2) * (1.0f / 24), odd2 = (e1 + 4.0f * e3) * (1.0f / 12);
    v[0] = e0 * 0.25f;
    v[stride] = even - odd;
    v[2 * stride] = even + odd;
    v[3 * stride] = even2 + odd2;
    v[4 * stride] = even2 - odd2;
    v[5 * stride] = e3;
  }
};

// Products at the points to three gradients of weights.
struct PointsToWeights {
  static constexpr int kFrom = kPoints, kTo = kTaps;
  static inline __attribute__((always_inline)) void apply(const Vector* m, Vector* y, int stride) {
    const Vector sum = m[stride] + m[2 * stride], difference = m[stride] - m[2 * stride];
    const Vector sum2 = m[3 * stride] + m[4 * stride], difference2 = m[3 * stride] - m[4 * stride];
    const Vector first = m[0], last = m[5 * stride];
    y[0] = first + sum + sum2;
    y[stride] = difference + 2.0f * difference2;
    y[2 * stride] = sum + 4.0f * sum2 + last;
  }
};

// Transforms columns, then rows, of a square of vectors; both squares have rows of six.
template <typename Transform>
inline __attribute__((always_inline)) void transform_square(const Vector* from, Vector* to) {
  Vector half[kPoints * kPoints];
  WEIGHTSHARE_UNROLL
  for (int column = 0; column < Transform::kFrom; column++) Transform::apply(from + column, half + column, kPoints);
  WEIGHTSHARE_UNROLL
  for (int row = 0; row < Transform::kTo; row++) Transform::apply(half + kPoints * row, to + kPoints * row, 1);
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
