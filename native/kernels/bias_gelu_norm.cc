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
  Channels origin(C);
  for_channels(C, [&](auto lanes, int64_t channel) {
    lanes.hold(&origin[channel], gelu(first.at(channel, lanes) + bias.at(channel, lanes)));
  });
  const Sums sums = sum_rows<2>(work.rows, C, [&](auto lanes, int64_t at, int64_t channel, auto& sum) {
    const auto x = lanes.take(work.x + at);
    const auto distance = gelu(x + bias.at(channel, lanes)) - origin.at(channel, lanes);
    sum[0] += distance;
    sum[1] += distance * distance;
  });
  for (int64_t channel = 0; channel < C; channel++) {
    const double mean = sums.of(0, channel) / work.rows, square = sums.of(1, channel) / work.rows;
    work.mean[channel] = static_cast<float>(origin[channel] + mean);
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
  for_rows(work.rows, C, [&](auto lanes, int64_t at, int64_t channel) {
    const auto g = gelu(lanes.take(work.x + at) + bias.at(channel, lanes));
    auto y = (g - mean.at(channel, lanes)) * scale.at(channel, lanes) + beta.at(channel, lanes);
    if (work.residual != nullptr) y += lanes.take(work.residual + at);
    lanes.put(work.y + at, y);
  });
}

// With g = gelu(x + bias) and n = (g - mean) / sd: dbeta = sum dy, dgamma = sum dy n, and
// dg = gamma / sd (dy - dbeta / rows - n dgamma / rows), without the last two terms where the statistics are frozen.
void bias_gelu_norm_gradient(const BiasGeluNormGradient& work) {
  const int64_t C = work.C;
  const Channels bias(C, work.bias), mean(C, work.mean);
  const Sums sums = sum_rows<2>(work.rows, C, [&](auto lanes, int64_t at, int64_t channel, auto& sum) {
    const auto dy = lanes.take(work.dy + at);
    sum[0] += dy;
    sum[1] += dy * (gelu(lanes.take(work.x + at) + bias.at(channel, lanes)) - mean.at(channel, lanes));
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
  const Sums slopes = sum_rows<1>(work.rows, C, [&](auto lanes, int64_t at, int64_t channel, auto& sum) {
    const auto g = gelu_with_slope(lanes.take(work.x + at) + bias.at(channel, lanes));
    const auto dy = lanes.take(work.dy + at);
    const auto normed = dy - constant.at(channel, lanes) - (g.value - mean.at(channel, lanes)) * slope.at(channel, lanes);
    const auto dx = normed * factor.at(channel, lanes) * g.slope;
    sum[0] += dx;
    lanes.put(work.dx + at, dx);
  });
  for (int64_t channel = 0; channel < C; channel++) work.dbias[channel] = static_cast<float>(slopes.of(0, channel));
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
