#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void bias_relu_gradient(const BiasReluGradient&);

// One pass where ReLU's gradient and its sum over all rows would take two.
void bias_relu_gradient(const BiasReluGradient& work) {
  const int64_t C = work.C;
  const Sums sums = sum_rows<1>(work.rows, C, [&](auto lanes, int64_t at, int64_t, auto& sum) {
    const auto dx = relu_gradient(lanes.take(work.dy + at), lanes.take(work.y + at));
    lanes.put(work.dx + at, dx);
    sum[0] += dx;
  });
  for (int64_t channel = 0; channel < C; channel++) work.dbias[channel] = static_cast<float>(sums.of(0, channel));
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
