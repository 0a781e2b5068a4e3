#include <algorithm>
#include <cmath>

#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void norm_moments(const NormMoments&);
void norm(const Norm&);
void norm_gradient(const NormGradient&);

namespace {

// gamma / sqrt(variance + epsilon).
Channels scales(const float* gamma, const float* variance, float epsilon, int64_t C) {
  Channels scale(C);
  for (int64_t channel = 0; channel < C; channel++) scale[channel] = gamma[channel] / std::sqrt(variance[channel] + epsilon);
  return scale;
}

}  // namespace

// Moments about the first row, which is near enough to the mean for its square not to drown the variance.
void norm_moments(const NormMoments& work) {
  const int64_t C = work.C;
  const Channels first(C, work.x);
  Sums sums(2, work.rows, C);
  for_strips(work.rows, C, [&](auto whole, int64_t chunk, int64_t row, int64_t rows, int64_t channel, int count) {
    const float* x = work.x + row * C + channel;
    const Vector origin = first.at(channel);
    Vector sum{}, squares{};
    for (int64_t i = 0; i < rows; i++, x += C) {
      foresee(x, C);
      const Vector distance = take<decltype(whole)::value>(x, count) - origin;
      sum += distance;
      squares += distance * distance;
    }
    sums.add(chunk, 0, channel, sum);
    sums.add(chunk, 1, channel, squares);
  });
  for (int64_t channel = 0; channel < C; channel++) {
    const double mean = sums.of(0, channel) / work.rows, square = sums.of(1, channel) / work.rows;
    work.mean[channel] = static_cast<float>(work.x[channel] + mean);
    work.variance[channel] = static_cast<float>(std::max(0.0, square - mean * mean));
  }
}

void norm(const Norm& work) {
  const int64_t C = work.C;
  const Channels mean(C, work.mean), beta(C, work.beta), scale = scales(work.gamma, work.variance, work.epsilon, C);
  for_strips(work.rows, C, [&](auto whole, int64_t, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    const Vector centre = mean.at(channel), factor = scale.at(channel), base = beta.at(channel);
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      foresee(work.x + at, C);
      Vector y = (take<kWhole>(work.x + at, count) - centre) * factor + base;
      if (work.relu) y = relu(y);
      put<kWhole>(work.y + at, y, count);
    }
  });
}

// With n = (x - mean) / sd and dy = 0 where ReLU cut: dbeta = sum dy, dgamma = sum dy n, and
// dx = gamma / sd (dy - dbeta / rows - n dgamma / rows), without the last two terms where the statistics are frozen.
void norm_gradient(const NormGradient& work) {
  const int64_t C = work.C;
  const Channels mean(C, work.mean), beta(C, work.beta), scale = scales(work.gamma, work.variance, work.epsilon, C);
  // The gradient that reaches the norm at a place of this channel.
  const auto inner = [&](Vector dy, Vector distance, Vector factor, Vector base) {
    return work.relu ? relu_gradient(dy, distance * factor + base) : dy;
  };
  Sums sums(2, work.rows, C);
  for_strips(work.rows, C, [&](auto whole, int64_t chunk, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    const Vector centre = mean.at(channel), factor = scale.at(channel), base = beta.at(channel);
    Vector sum{}, product{};
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      foresee(work.dy + at, C), foresee(work.x + at, C);
      const Vector distance = take<kWhole>(work.x + at, count) - centre;
      const Vector dy = inner(take<kWhole>(work.dy + at, count), distance, factor, base);
      sum += dy;
      product += dy * distance;
    }
    sums.add(chunk, 0, channel, sum);
    sums.add(chunk, 1, channel, product);
  });
  Channels constant(C), slope(C);
  for (int64_t channel = 0; channel < C; channel++) {
    const double inverse = 1 / std::sqrt(static_cast<double>(work.variance[channel]) + work.epsilon);
    const double dbeta = sums.of(0, channel), dgamma = sums.of(1, channel) * inverse;
    work.dbeta[channel] = static_cast<float>(dbeta);
    work.dgamma[channel] = static_cast<float>(dgamma);
    constant[channel] = work.frozen ? 0 : static_cast<float>(dbeta / work.rows);
    slope[channel] = work.frozen ? 0 : static_cast<float>(dgamma * inverse / work.rows);
  }
  for_strips(work.rows, C, [&](auto whole, int64_t, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    const Vector centre = mean.at(channel), factor = scale.at(channel), base = beta.at(channel);
    const Vector offset = constant.at(channel), decline = slope.at(channel);
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      foresee(work.dy + at, C), foresee(work.x + at, C);
      const Vector distance = take<kWhole>(work.x + at, count) - centre;
      const Vector dy = inner(take<kWhole>(work.dy + at, count), distance, factor, base);
      put<kWhole>(work.dx + at, (dy - offset - distance * decline) * factor, count);
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
