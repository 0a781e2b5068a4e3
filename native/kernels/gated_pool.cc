// A row of windows goes through all steps before the next one, so that its counts stay in the cache.
#include <algorithm>

#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void gated_pool(const GatedPool&);

namespace {

// One step of one window and one vector of channels: adds its spikes to the counts and returns the bits that pass.
// `spikes` is the word of the window's first neuron that holds these channels, from bit `shift` on.
template <bool kWhole>
uint32_t pass(const GatedPool& work, const uint32_t* spikes, int64_t shift, float* counts, int count) {
  const int64_t words = words_of(work.C);
  const Vector one = broadcast(1.0f);
  Vector largest = broadcast(-1.0f);
  IntVector passed{};
  for (int64_t i = 0; i < work.size; i++) {
    for (int64_t j = 0; j < work.size; j++, counts += work.C) {
      const IntVector fired = from_bits(spikes[(i * work.W + j) * words] >> shift);
      const Vector spiked = take<kWhole>(counts, count) + select(fired, one, Vector{});
      put<kWhole>(counts, spiked, count);
      const IntVector more = spiked > largest;
      largest = select(more, spiked, largest);
      passed = (fired & more) | (passed & ~more);
    }
  }
  return to_bits(passed) << shift;
}

// One step of one window and one word of channels.
uint32_t pass_word(const GatedPool& work, const uint32_t* spikes, float* counts, int64_t channels) {
  uint32_t bits = 0;
  int64_t shift = 0;
  for (; shift + kLanes <= channels; shift += kLanes) bits |= pass<true>(work, spikes, shift, counts + shift, kLanes);
  if (shift == channels) return bits;
  return bits | pass<false>(work, spikes, shift, counts + shift, static_cast<int>(channels - shift));
}

}  // namespace

void gated_pool(const GatedPool& work) {
  const int64_t rows = work.H / work.size, columns = work.W / work.size, words = words_of(work.C);
  const int64_t window = work.size * work.size * work.C;
  parallel_for(work.N * rows, [&](int64_t task) {
    const int64_t image = task / rows, y = task % rows;
    float* counts = work.counts_after + task * columns * window;
    if (work.counts == nullptr) std::fill_n(counts, columns * window, 0.0f);
    if (work.counts != nullptr) std::copy_n(work.counts + task * columns * window, columns * window, counts);
    for (int64_t t = 0; t < work.T; t++) {
      const uint32_t* spikes = work.spikes + ((t * work.N + image) * work.H + y * work.size) * work.W * words;
      uint32_t* pooled = work.pooled + (t * work.N * rows + task) * columns * words;
      for (int64_t x = 0; x < columns; x++) {
        for (int64_t word = 0; word < words; word++) {
          pooled[x * words + word] =
              pass_word(work, spikes + x * work.size * words + word, counts + x * window + word * kWordBits,
                        std::min(kWordBits, work.C - word * kWordBits));
        }
      }
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
