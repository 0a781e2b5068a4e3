// Depthwise convolution of spikes by events, and the IF neurons behind it, over all steps. A task has one image and 32 channels. For
// one vector of channels at a time the currents of a step stand between zeros as wide as the filter reaches, so that a pixel whose
// neurons fire adds its filter, masked by them, to its surroundings without a look at the border; pixels without a spike cost a look
// at their bits. Currents and membranes of a vector of channels stay in the first-level cache, and currents are never stored.
// A neuron's sum is in the order of the pixels.
#include <algorithm>
#include <atomic>
#include <vector>

#include "kernels/filter_side.h"
#include "kernels/integrate_fire.h"
#include "kernels/table.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void spike_depthwise(const SpikeDepthwise&);

namespace {

constexpr uint32_t kLaneBits = (1u << kLanes) - 1;

// The filter of one vector of channels, [K * K, kLanes], from the last tap to the first: what a pixel gives to its surroundings.
void pack_scattered(const SpikeDepthwise& work, int64_t channel, int count, float* to) {
  const int64_t taps = work.kernel * work.kernel;
  for (int64_t tap = 0; tap < taps; tap++) {
    store(to + tap * kLanes, load_some(work.filter + (taps - 1 - tap) * work.C + channel, count));
  }
}

// Adds the filter, masked, around a pixel of which `corner` is the first neighbour.
template <int K>
inline void scatter(float* corner, int64_t row_size, const float* filter, IntVector mask) {
  for (int64_t y = 0; y < K; y++) {
    float* to = corner + y * row_size;
    WEIGHTSHARE_UNROLL
    for (int x = 0; x < K; x++) {
      const Vector weight = load(filter + (y * K + x) * kLanes);
      store(to + x * kLanes, load(to + x * kLanes) + (Vector)((IntVector)weight & mask));
    }
  }
}

// One vector of the channels of a word of an image over all steps; adds its bits to `fired`.
template <int K>
void run_lanes(const SpikeDepthwise& work, int64_t image, int64_t word, int64_t lane, int64_t* totals) {
  const int64_t channel = word * kWordBits + lane, words = words_of(work.C), pixels = work.H * work.W;
  const int count = static_cast<int>(std::min<int64_t>(kLanes, work.C - channel));
  const int64_t row_size = (work.W + K - 1) * kLanes, size = (work.H + K - 1) * row_size;
  float* filter = scratch_of<float>(Scratch::kWeights, K * K * kLanes);
  float* currents = scratch_of<float>(Scratch::kSums, size);
  float* membranes = scratch_of<float>(Scratch::kOther, pixels * kLanes);
  pack_scattered(work, channel, count, filter);
  const IfLanes neuron(work.neuron);
  const Vector bias = load_some(work.bias + channel, count);
  for (int64_t pixel = 0; pixel < pixels; pixel++) store(membranes + pixel * kLanes, neuron.initial);
  for (int64_t t = 0; t < work.T; t++) {
    const int64_t first = ((t * work.N + image) * pixels) * words + word;
    std::fill(currents, currents + size, 0.0f);
    for (int64_t y = 0; y < work.H; y++) {
      for (int64_t x = 0; x < work.W; x++) {
        const uint32_t bits = work.spikes[first + (y * work.W + x) * words] >> lane & kLaneBits;
        if (bits != 0) scatter<K>(currents + y * row_size + x * kLanes, row_size, filter, from_bits(bits));
      }
    }
    const uint32_t valid = valid_bits(channel, work.C) & kLaneBits;
    for (int64_t y = 0; y < work.H; y++) {
      const float* row = currents + (y + K / 2) * row_size + K / 2 * kLanes;
      for (int64_t x = 0; x < work.W; x++) {
        float* held = membranes + (y * work.W + x) * kLanes;
        Vector membrane = load(held);
        const uint32_t fires = fire(membrane, load(row + x * kLanes) + bias, neuron) & valid;
        store(held, membrane);
        work.fired[first + (y * work.W + x) * words] |= fires << lane;
        totals[t] += __builtin_popcount(fires);
      }
    }
  }
}

template <int K>
void run(const SpikeDepthwise& work) {
  const int64_t words = words_of(work.C), pixels = work.H * work.W;
  std::vector<std::atomic<int64_t>> totals(work.T);
  parallel_for(work.N * words, [&](int64_t task) {
    const int64_t image = task / words, word = task % words;
    std::vector<int64_t> spikes(work.T);
    for (int64_t t = 0; t < work.T; t++) {
      uint32_t* fired = work.fired + ((t * work.N + image) * pixels) * words + word;
      for (int64_t pixel = 0; pixel < pixels; pixel++) fired[pixel * words] = 0;
    }
    for (int64_t lane = 0; lane < kWordBits && word * kWordBits + lane < work.C; lane += kLanes) {
      run_lanes<K>(work, image, word, lane, spikes.data());
    }
    for (int64_t t = 0; t < work.T; t++) totals[t] += spikes[t];
  });
  for (int64_t t = 0; t < work.T; t++) work.totals[t] += totals[t];
}

}  // namespace

void spike_depthwise(const SpikeDepthwise& work) {
  with_side(work.kernel, [&](auto side) { run<decltype(side)::value>(work); });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
