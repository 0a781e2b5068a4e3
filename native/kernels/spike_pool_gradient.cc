#include <algorithm>

#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void spike_pool_gradient(const SpikePoolGradient&);

namespace {

// One window and one vector of channels, whose bits begin at `shift` of the words at `spikes`: the gradient goes to the first
// neuron that fires, or to the first of all.
template <bool kWhole>
void spread(const SpikePoolGradient& work, const uint32_t* spikes, int shift, const float* dy, float* dx, int count) {
  const int64_t words = words_of(work.C);
  const auto fired = [&](int64_t i, int64_t j) { return from_bits(spikes[(i * work.W + j) * words] >> shift); };
  IntVector any{};
  for (int64_t i = 0; i < work.size; i++) {
    for (int64_t j = 0; j < work.size; j++) any |= fired(i, j);
  }
  Vector gradient = take<kWhole>(dy, count);
  for (int64_t i = 0; i < work.size; i++) {
    for (int64_t j = 0; j < work.size; j++) {
      const IntVector chosen = i + j == 0 ? fired(0, 0) | ~any : fired(i, j);
      put<kWhole>(dx + (i * work.W + j) * work.C, select(chosen, gradient, Vector{}), count);
      gradient = select(chosen, Vector{}, gradient);
    }
  }
}

}  // namespace

void spike_pool_gradient(const SpikePoolGradient& work) {
  const int64_t height = work.H / work.size, width = work.W / work.size, row = work.W * work.C, words = words_of(work.C);
  parallel_for(work.images * height, [&](int64_t task) {
    const int64_t image = task / height, y = task % height, top = image * work.H + y * work.size;
    const float* dy = work.dy + task * width * work.C;
    float* dx = work.dx + top * row;
    // Columns that no window covers, and with the last windows the rows that none covers.
    for (int64_t i = 0; i < work.size; i++) std::fill(dx + i * row + width * work.size * work.C, dx + (i + 1) * row, 0.0f);
    if (y == height - 1) std::fill(dx + work.size * row, work.dx + (image + 1) * work.H * row, 0.0f);
    for (int64_t x = 0; x < width; x++, dy += work.C) {
      const uint32_t* spikes = work.spikes + (top * work.W + x * work.size) * words;
      float* to = dx + x * work.size * work.C;
      for (int64_t channel = 0; channel < work.C; channel += kLanes) {
        const uint32_t* word = spikes + channel / kWordBits;
        const int shift = static_cast<int>(channel % kWordBits);
        if (channel + kLanes <= work.C) {
          spread<true>(work, word, shift, dy + channel, to + channel, kLanes);
        } else {
          spread<false>(work, word, shift, dy + channel, to + channel, static_cast<int>(work.C - channel));
        }
      }
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
