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
  const Sums sums = sum_rows<2>(work.rows, C, [&](auto lanes, int64_t at, int64_t channel, auto& sum) {
    const auto distance = lanes.take(work.x + at) - first.at(channel, lanes);
    sum[0] += distance;
    sum[1] += distance * distance;
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
  for_rows(work.rows, C, [&](auto lanes, int64_t at, int64_t channel) {
    auto y = (lanes.take(work.x + at) - mean.at(channel, lanes)) * scale.at(channel, lanes) + beta.at(channel, lanes);
    if (work.relu) y = relu(y);
    lanes.put(work.y + at, y);
  });
}

// With n = (x - mean) / sd and dy = 0 where ReLU cut: dbeta = sum dy, dgamma = sum dy n, and
// dx = gamma / sd (dy - dbeta / rows - n dgamma / rows), without the last two terms where the statistics are frozen.
void norm_gradient(const NormGradient& work) {
  const int64_t C = work.C;
  const Channels mean(C, work.mean), beta(C, work.beta), scale = scales(work.gamma, work.variance, work.epsilon, C);
  // The gradient that reaches the norm at a place of this channel.
  const auto inner = [&](auto dy, auto distance, int64_t channel, const auto& lanes) {
    return work.relu ? relu_gradient(dy, distance * scale.at(channel, lanes) + beta.at(channel, lanes)) : dy;
  };
  const Sums sums = sum_rows<2>(work.rows, C, [&](auto lanes, int64_t at, int64_t channel, auto& sum) {
    const auto distance = lanes.take(work.x + at) - mean.at(channel, lanes);
    const auto dy = inner(lanes.take(work.dy + at), distance, channel, lanes);
    sum[0] += dy;
    sum[1] += dy * distance;
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
  for_rows(work.rows, C, [&](auto lanes, int64_t at, int64_t channel) {
    const auto distance = lanes.take(work.x + at) - mean.at(channel, lanes);
    const auto dy = inner(lanes.take(work.dy + at), distance, channel, lanes);
    lanes.put(work.dx + at, (dy - constant.at(channel, lanes) - distance * slope.at(channel, lanes)) * scale.at(channel, lanes));
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
