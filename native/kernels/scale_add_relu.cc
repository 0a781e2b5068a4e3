// One image after the other; each thread takes whole images, so that sums over pixels have one order.
#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void scale_add_relu(const ScaleAddRelu&);
void scale_add_relu_gradient(const ScaleAddReluGradient&);

namespace {

// Calls vector(whole, channel, channels) for every vector of channels.
template <typename Each>
void for_vectors(int64_t C, const Each& each) {
  int64_t channel = 0;
  for (; channel + kLanes <= C; channel += kLanes) each(std::true_type(), channel, kLanes);
  if (channel < C) each(std::false_type(), channel, static_cast<int>(C - channel));
}

}  // namespace

void scale_add_relu(const ScaleAddRelu& work) {
  const int64_t C = work.C;
  parallel_for(work.N, [&](int64_t n) {
    for (int64_t from = 0; from < work.pixels; from += kStripRows) {
      const int64_t end = std::min(work.pixels, from + kStripRows);
      for_vectors(C, [&](auto whole, int64_t channel, int count) {
        constexpr bool kWhole = decltype(whole)::value;
        const Vector scale = take<kWhole>(work.scale + n * C + channel, count);
        int64_t at = (n * work.pixels + from) * C + channel;
        for (int64_t pixel = from; pixel < end; pixel++, at += C) {
          const Vector y = take<kWhole>(work.x + at, count) * scale + take<kWhole>(work.shortcut + at, count);
          put<kWhole>(work.y + at, relu(y), count);
        }
      });
    }
  });
}

void scale_add_relu_gradient(const ScaleAddReluGradient& work) {
  const int64_t C = work.C;
  parallel_for(work.N, [&](int64_t n) {
    Channels sums(C);
    for (int64_t from = 0; from < work.pixels; from += kStripRows) {
      const int64_t end = std::min(work.pixels, from + kStripRows);
      for_vectors(C, [&](auto whole, int64_t channel, int count) {
        constexpr bool kWhole = decltype(whole)::value;
        const Vector scale = take<kWhole>(work.scale + n * C + channel, count);
        Vector sum = sums.at(channel);
        int64_t at = (n * work.pixels + from) * C + channel;
        for (int64_t pixel = from; pixel < end; pixel++, at += C) {
          const Vector dy = relu_gradient(take<kWhole>(work.dy + at, count), take<kWhole>(work.y + at, count));
          sum += dy * take<kWhole>(work.x + at, count);
          put<kWhole>(work.dshortcut + at, dy, count);
          put<kWhole>(work.dx + at, dy * scale, count);
        }
        store(&sums[channel], sum);
      });
    }
    std::copy(&sums[0], &sums[0] + C, work.dscale + n * C);
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
