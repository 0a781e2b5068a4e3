#include <algorithm>

#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void max_pool_gradient(const MaxPoolGradient&);

namespace {

// One window and one vector of channels: its gradient goes to the first of the largest entries, the others get zero.
template <bool kWhole>
void spread(const MaxPoolGradient& work, const float* x, const float* dy, float* dx, int count) {
  const int64_t row = work.W * work.C;
  Vector largest = take<kWhole>(x, count);
  for (int64_t i = 0; i < work.size; i++) {
    for (int64_t j = 0; j < work.size; j++) {
      const Vector value = take<kWhole>(x + i * row + j * work.C, count);
      largest = select(value > largest, value, largest);
    }
  }
  Vector gradient = take<kWhole>(dy, count);
  for (int64_t i = 0; i < work.size; i++) {
    for (int64_t j = 0; j < work.size; j++) {
      const int64_t at = i * row + j * work.C;
      const IntVector found = (IntVector)(take<kWhole>(x + at, count) == largest);
      put<kWhole>(dx + at, select(found, gradient, Vector{}), count);
      gradient = select(found, Vector{}, gradient);
    }
  }
}

}  // namespace

void max_pool_gradient(const MaxPoolGradient& work) {
  const int64_t height = work.H / work.size, width = work.W / work.size, row = work.W * work.C;
  parallel_for(work.N * height, [&](int64_t task) {
    const int64_t image = task / height, y = task % height;
    const int64_t from = (image * work.H + y * work.size) * row;
    const float* dy = work.dy + task * width * work.C;
    // Columns that no window covers, and with the last windows the rows that none covers.
    const int64_t covered = width * work.size * work.C;
    for (int64_t i = 0; i < work.size; i++) std::fill(work.dx + from + i * row + covered, work.dx + from + (i + 1) * row, 0.0f);
    if (y == height - 1) {
      std::fill(work.dx + from + work.size * row, work.dx + (image + 1) * work.H * row, 0.0f);
    }
    for (int64_t x = 0; x < width; x++, dy += work.C) {
      const int64_t at = from + x * work.size * work.C;
      int64_t channel = 0;
      for (; channel + kLanes <= work.C; channel += kLanes) {
        spread<true>(work, work.x + at + channel, dy + channel, work.dx + at + channel, kLanes);
      }
      if (channel < work.C) {
        spread<false>(work, work.x + at + channel, dy + channel, work.dx + at + channel, static_cast<int>(work.C - channel));
      }
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
