#include "kernels/integrate_fire.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels/table.h"
#include "runtime/parallel.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void integrate_fire(const IntegrateFire&);

namespace {

constexpr int kVectors = kWordBits / kLanes;  // vectors of one word
constexpr int64_t kNeuronsPerTask = 1 << 14;

// A word's worth of neurons at one position; only `count` of its 32 lanes are real.
void load_word(Vector (&lanes)[kVectors], const float* from, int64_t count) {
  for (int v = 0; v < kVectors; v++) {
    const int64_t left = count - v * kLanes;
    lanes[v] = left >= kLanes ? load(from + v * kLanes) : load_some(from + v * kLanes, std::max<int64_t>(left, 0));
  }
}

void store_word(float* to, const Vector (&lanes)[kVectors], int64_t count) {
  for (int v = 0; v < kVectors; v++) {
    const int64_t left = count - v * kLanes;
    if (left > 0) store_some(to + v * kLanes, lanes[v], std::min<int64_t>(left, kLanes));
  }
}

void run_word(const IntegrateFire& work, const IfLanes& neuron, int64_t position, int64_t word, int64_t* spikes) {
  const int64_t first = word * kWordBits, count = std::min(work.C - first, kWordBits), words = words_of(work.C);
  const int64_t at = position * work.C + first;
  const uint32_t valid = valid_bits(first, work.C);
  Vector membrane[kVectors], current[kVectors];
  if (work.membrane != nullptr) {
    load_word(membrane, work.membrane + at, count);
  } else {
    for (Vector& lanes : membrane) lanes = neuron.initial;
  }
  load_word(current, work.currents + at, count);
  for (int64_t t = 0; t < work.T; t++) {
    if (t > 0 && !work.constant) load_word(current, work.currents + t * work.P * work.C + at, count);
    uint32_t bits = 0;
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) bits |= fire(membrane[v], current[v], neuron) << (v * kLanes);
    bits &= valid;
    work.fired[(t * work.P + position) * words + word] = bits;
    spikes[t] += __builtin_popcount(bits);
  }
  if (work.membrane_after != nullptr) store_word(work.membrane_after + at, membrane, count);
}

}  // namespace

void integrate_fire(const IntegrateFire& work) {
  const IfLanes neuron(work.neuron);
  const int64_t words = words_of(work.C), step = std::max<int64_t>(1, kNeuronsPerTask / (words * kWordBits));
  std::vector<std::atomic<int64_t>> totals(work.T);
  parallel_for((work.P + step - 1) / step, [&](int64_t task) {
    std::vector<int64_t> spikes(work.T);
    for (int64_t p = task * step; p < std::min(work.P, (task + 1) * step); p++) {
      for (int64_t word = 0; word < words; word++) run_word(work, neuron, p, word, spikes.data());
    }
    for (int64_t t = 0; t < work.T; t++) totals[t] += spikes[t];
  });
  for (int64_t t = 0; t < work.T; t++) work.spikes[t] += totals[t];
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
