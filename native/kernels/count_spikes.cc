#include <algorithm>

#include "kernels/strips.h"
#include "kernels/table.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void count_spikes(const CountSpikes&);

namespace {

constexpr int64_t kPositionsPerTask = 256;

// The counts of one vector of channels, from bit `shift` of the words at `bits`, which are `stride` apart from step to step.
Vector count(const uint32_t* bits, int64_t stride, int64_t T, int shift) {
  const Vector one = broadcast(1.0f);
  Vector sum{};
  for (int64_t t = 0; t < T; t++) sum += select(from_bits(bits[t * stride] >> shift), one, Vector{});
  return sum;
}

}  // namespace

void count_spikes(const CountSpikes& work) {
  const int64_t words = words_of(work.C);
  parallel_for((work.P + kPositionsPerTask - 1) / kPositionsPerTask, [&](int64_t task) {
    const int64_t end = std::min(work.P, (task + 1) * kPositionsPerTask);
    for (int64_t position = task * kPositionsPerTask; position < end; position++) {
      for (int64_t channel = 0; channel < work.C; channel += kLanes) {
        const uint32_t* bits = work.spikes + position * words + channel / kWordBits;
        const Vector sum = count(bits, work.P * words, work.T, static_cast<int>(channel % kWordBits));
        float* to = work.counts + position * work.C + channel;
        if (channel + kLanes <= work.C) {
          store(to, sum);
        } else {
          store_some(to, sum, static_cast<int>(work.C - channel));
        }
      }
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
