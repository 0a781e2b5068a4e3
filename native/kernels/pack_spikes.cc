#include <algorithm>
#include <atomic>

#include "kernels/simd.h"
#include "kernels/table.h"
#include "runtime/parallel.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

int64_t pack_spikes(const PackSpikes&);

namespace {

constexpr int64_t kRowsPerTask = 256;

// The bits of `count` (at most 32) floats; `wrong` gets a bit for each that is neither 0 nor 1.
uint32_t pack_word(const float* from, int64_t count, uint32_t& wrong) {
  uint32_t bits = 0;
  for (int64_t lane = 0; lane < count; lane += kLanes) {
    const Vector values = load_some(from + lane, static_cast<int>(std::min<int64_t>(kLanes, count - lane)));
    const IntVector ones = (IntVector)(values == broadcast(1.0f)), zeros = (IntVector)(values == Vector{});
    bits |= to_bits(ones) << lane;
    wrong |= to_bits(~(ones | zeros)) << lane;
  }
  return bits;
}

uint32_t pack_whole_word(const float* from, uint32_t& wrong) {
  uint32_t bits = 0;
  WEIGHTSHARE_UNROLL
  for (int lane = 0; lane < kWordBits; lane += kLanes) {
    const Vector values = load(from + lane);
    const IntVector ones = (IntVector)(values == broadcast(1.0f)), zeros = (IntVector)(values == Vector{});
    bits |= to_bits(ones) << lane;
    wrong |= to_bits(~(ones | zeros)) << lane;
  }
  return bits;
}

}  // namespace

int64_t pack_spikes(const PackSpikes& work) {
  const int64_t words = words_of(work.C);
  std::atomic<int64_t> first_wrong{-1};
  parallel_for((work.rows + kRowsPerTask - 1) / kRowsPerTask, [&](int64_t task) {
    const int64_t end = std::min(work.rows, (task + 1) * kRowsPerTask);
    for (int64_t row = task * kRowsPerTask; row < end; row++) {
      for (int64_t word = 0; word < words; word++) {
        const int64_t at = row * work.C + word * kWordBits, count = std::min(kWordBits, work.C - word * kWordBits);
        uint32_t wrong = 0;
        work.bits[row * words + word] =
            count == kWordBits ? pack_whole_word(work.spikes + at, wrong) : pack_word(work.spikes + at, count, wrong);
        if (wrong != 0) first_wrong = at + __builtin_ctz(wrong);
      }
    }
  });
  return first_wrong;
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
