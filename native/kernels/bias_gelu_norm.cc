#include <algorithm>
#include <cmath>

#include "kernels/gelu.h"
#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void bias_gelu_moments(const BiasGeluMoments&);
void bias_gelu_norm(const BiasGeluNorm&);
void bias_gelu_norm_gradient(const BiasGeluNormGradient&);

// Moments about the first row's value, which is near enough to the mean for its square not to drown the variance.
void bias_gelu_moments(const BiasGeluMoments& work) {
  const int64_t C = work.C;
  const Channels bias(C, work.bias), first(C, work.x);
  Sums sums(2, work.rows, C);
  for_strips(work.rows, C, [&](auto whole, int64_t chunk, int64_t row, int64_t rows, int64_t channel, int count) {
    const float* x = work.x + row * C + channel;
    const Vector shift = bias.at(channel), origin = gelu(first.at(channel) + shift);
    Vector sum{}, squares{};
    for (int64_t i = 0; i < rows; i++, x += C) {
      foresee(x, C);
      const Vector distance = gelu(take<decltype(whole)::value>(x, count) + shift) - origin;
      sum += distance;
      squares += distance * distance;
    }
    sums.add(chunk, 0, channel, sum);
    sums.add(chunk, 1, channel, squares);
  });
  for (int64_t channel = 0; channel < C; channel++) {
    float lanes[kLanes];
    store(lanes, gelu(broadcast(work.x[channel] + work.bias[channel])));
    const double mean = sums.of(0, channel) / work.rows, square = sums.of(1, channel) / work.rows;
    work.mean[channel] = static_cast<float>(lanes[0] + mean);
    work.variance[channel] = static_cast<float>(std::max(0.0, square - mean * mean));
  }
}

void bias_gelu_norm(const BiasGeluNorm& work) {
  const int64_t C = work.C;
  const Channels bias(C, work.bias), mean(C, work.mean), beta(C, work.beta);
  Channels scale(C);
  for (int64_t channel = 0; channel < C; channel++) {
    scale[channel] = work.gamma[channel] / std::sqrt(work.variance[channel] + work.epsilon);
  }
  for_strips(work.rows, C, [&](auto whole, int64_t, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    const Vector shift = bias.at(channel), centre = mean.at(channel), factor = scale.at(channel);
    const Vector base = beta.at(channel);
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      foresee(work.x + at, C);
      Vector y = (gelu(take<kWhole>(work.x + at, count) + shift) - centre) * factor + base;
      if (work.residual != nullptr) foresee(work.residual + at, C), y += take<kWhole>(work.residual + at, count);
      put<kWhole>(work.y + at, y, count);
    }
  });
}

// With g = gelu(x + bias) and n = (g - mean) / sd: dbeta = sum dy, dgamma = sum dy n, and
// dg = gamma / sd (dy - dbeta / rows - n dgamma / rows), without the last two terms where the statistics are frozen.
void bias_gelu_norm_gradient(const BiasGeluNormGradient& work) {
  const int64_t C = work.C;
  const Channels bias(C, work.bias), mean(C, work.mean);
  Sums sums(2, work.rows, C), slopes(1, work.rows, C);
  for_strips(work.rows, C, [&](auto whole, int64_t chunk, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    const Vector shift = bias.at(channel), centre = mean.at(channel);
    Vector sum{}, product{};
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      foresee(work.dy + at, C), foresee(work.x + at, C);
      const Vector dy = take<kWhole>(work.dy + at, count);
      sum += dy;
      product += dy * (gelu(take<kWhole>(work.x + at, count) + shift) - centre);
    }
    sums.add(chunk, 0, channel, sum);
    sums.add(chunk, 1, channel, product);
  });
  Channels factor(C), constant(C), slope(C);
  for (int64_t channel = 0; channel < C; channel++) {
    const double inverse = 1 / std::sqrt(static_cast<double>(work.variance[channel]) + work.epsilon);
    const double dbeta = sums.of(0, channel), dgamma = sums.of(1, channel) * inverse;
    work.dbeta[channel] = static_cast<float>(dbeta);
    work.dgamma[channel] = static_cast<float>(dgamma);
    factor[channel] = static_cast<float>(work.gamma[channel] * inverse);
    constant[channel] = work.frozen ? 0 : static_cast<float>(dbeta / work.rows);
    slope[channel] = work.frozen ? 0 : static_cast<float>(dgamma * inverse / work.rows);
  }
  for_strips(work.rows, C, [&](auto whole, int64_t chunk, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    const Vector shift = bias.at(channel), centre = mean.at(channel);
    const Vector scale = factor.at(channel), offset = constant.at(channel), decline = slope.at(channel);
    Vector sum{};
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      const Gelu g = gelu_with_slope(take<kWhole>(work.x + at, count) + shift);
      foresee(work.dy + at, C), foresee(work.x + at, C);
      const Vector dy = take<kWhole>(work.dy + at, count);
      const Vector dx = (dy - offset - (g.value - centre) * decline) * scale * g.slope;
      sum += dx;
      put<kWhole>(work.dx + at, dx, count);
    }
    slopes.add(chunk, 0, channel, sum);
  });
  for (int64_t channel = 0; channel < C; channel++) work.dbias[channel] = static_cast<float>(slopes.of(0, channel));
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
