// One image after the other; each thread takes whole images, so that sums over pixels have one order.
#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void scale_add_relu(const ScaleAddRelu&);
void scale_add_relu_gradient(const ScaleAddReluGradient&);

void scale_add_relu(const ScaleAddRelu& work) {
  const int64_t C = work.C;
  parallel_for(work.N, [&](int64_t n) {
    const Channels scale(C, work.scale + n * C);
    for (int64_t pixel = n * work.pixels; pixel < (n + 1) * work.pixels; pixel++) {
      for_channels(C, [&](auto lanes, int64_t channel) {
        const int64_t at = pixel * C + channel;
        // Taken first: with the shortcut's load in between, the last lanes' products were rounded before they were added.
        const auto x = lanes.take(work.x + at), shortcut = lanes.take(work.shortcut + at);
        lanes.put(work.y + at, relu(x * scale.at(channel, lanes) + shortcut));
      });
    }
  });
}

void scale_add_relu_gradient(const ScaleAddReluGradient& work) {
  const int64_t C = work.C;
  parallel_for(work.N, [&](int64_t n) {
    const Channels scale(C, work.scale + n * C);
    Channels sums(C);
    for (int64_t pixel = n * work.pixels; pixel < (n + 1) * work.pixels; pixel++) {
      for_channels(C, [&](auto lanes, int64_t channel) {
        const int64_t at = pixel * C + channel;
        const auto dy = relu_gradient(lanes.take(work.dy + at), lanes.take(work.y + at));
        lanes.hold(&sums[channel], sums.at(channel, lanes) + dy * lanes.take(work.x + at));
        lanes.put(work.dshortcut + at, dy);
        lanes.put(work.dx + at, dy * scale.at(channel, lanes));
      });
    }
    std::copy(&sums[0], &sums[0] + C, work.dscale + n * C);
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
