#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void bias_relu_gradient(const BiasReluGradient&);

// One pass where ReLU's gradient and its sum over all rows would take two.
void bias_relu_gradient(const BiasReluGradient& work) {
  const int64_t C = work.C;
  Sums sums(1, work.rows, C);
  for_strips(work.rows, C, [&](auto whole, int64_t chunk, int64_t row, int64_t rows, int64_t channel, int count) {
    constexpr bool kWhole = decltype(whole)::value;
    Vector sum{};
    for (int64_t i = 0, at = row * C + channel; i < rows; i++, at += C) {
      foresee(work.dy + at, C), foresee(work.y + at, C);
      const Vector dx = relu_gradient(take<kWhole>(work.dy + at, count), take<kWhole>(work.y + at, count));
      put<kWhole>(work.dx + at, dx, count);
      sum += dx;
    }
    sums.add(chunk, 0, channel, sum);
  });
  for (int64_t channel = 0; channel < C; channel++) work.dbias[channel] = static_cast<float>(sums.of(0, channel));
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
