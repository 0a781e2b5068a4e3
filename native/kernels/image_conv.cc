// Convolution of images, which have so few channels that a row of the kernel is soon added: some pixels and a block of output
// channels at a time stay in registers, and the output is written once, with its bias and ReLU. A sum is taken in the order
// kernel row, column, channel.
#include <algorithm>

#include "kernels/strips.h"
#include "kernels/table.h"
#include "runtime/parallel.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void image_conv(const ImageConv&);

namespace {

// Neighbouring pixels whose sums are held, each a vector of output channels.
constexpr int64_t kPixels = 8;

// `count` channels from `channel` on of `pixels` (at most kPixels) outputs from (y, x) on, all of which see the image alone
// where inside.
template <bool kInside>
void run_pixels(const ImageConv& work, const float* image, int64_t y, int64_t x, int64_t pixels, int64_t channel, int count,
                float* to) {
  const int64_t border = work.kernel / 2;
  Vector sum[kPixels] = {};
  for (int64_t i = std::max<int64_t>(0, border - y); i < std::min(work.kernel, work.H + border - y); i++) {
    for (int64_t j = 0; j < work.kernel; j++) {
      const int64_t column = x + j - border;
      const float* from = image + ((y + i - border) * work.W + column) * work.C;
      const float* weights = work.filter + (i * work.kernel + j) * work.C * work.F + channel;
      for (int64_t c = 0; c < work.C; c++, weights += work.F) {
        const Vector weight = load_some(weights, count);
        WEIGHTSHARE_UNROLL
        for (int64_t p = 0; p < kPixels; p++) {
          if (kInside || (p < pixels && column + p >= 0 && column + p < work.W)) {
            sum[p] += broadcast(from[p * work.C + c]) * weight;
          }
        }
      }
    }
  }
  const Vector bias = work.bias == nullptr ? Vector{} : load_some(work.bias + channel, count);
  for (int64_t p = 0; p < pixels; p++) {
    Vector value = sum[p] + bias;
    if (work.relu) value = relu(value);
    if (count == kLanes) {
      store(to + p * work.F, value);
    } else {
      store_some(to + p * work.F, value, count);
    }
  }
}

}  // namespace

void image_conv(const ImageConv& work) {
  const int64_t border = work.kernel / 2;
  parallel_for(work.N * work.H, [&](int64_t task) {
    const int64_t n = task / work.H, y = task % work.H;
    const float* image = work.x + n * work.H * work.W * work.C;
    for (int64_t x = 0; x < work.W; x += kPixels) {
      const int64_t pixels = std::min(kPixels, work.W - x);
      const bool inside = pixels == kPixels && x >= border && x + kPixels + border <= work.W;
      for (int64_t channel = 0; channel < work.F; channel += kLanes) {
        const int count = static_cast<int>(std::min<int64_t>(kLanes, work.F - channel));
        const auto run = inside ? run_pixels<true> : run_pixels<false>;
        run(work, image, y, x, pixels, channel, count, work.y + (task * work.W + x) * work.F + channel);
      }
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
