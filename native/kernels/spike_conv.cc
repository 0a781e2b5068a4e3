#include <algorithm>
#include <atomic>
#include <type_traits>
#include <vector>

#include "kernels/events.h"
#include "kernels/integrate_fire.h"
#include "kernels/table.h"
#include "kernels/weight_block.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

bool spike_conv(const SpikeConv&);

namespace {

constexpr int64_t kTasksPerThread = 4;

// Output rows [from, to) of one image, and the input rows that they see.
struct Tile {
  int64_t image, from, to, input_from, input_to;
  int64_t input_rows() const { return input_to - input_from; }
};

// The events of a tile: for every step, input row and column the indices column * C + channel, in order.
struct Events {
  uint32_t* indices;
  uint32_t* offsets;  // [T, rows, W + 1]
};

const uint32_t* input_row(const SpikeConv& work, int64_t t, int64_t image, int64_t row) {
  return work.spikes + ((t * work.N + image) * work.H + row) * work.W * words_of(work.C);
}

// For every number up to T its divisors but itself, in ascending order.
using Divisors = std::vector<std::vector<int64_t>>;

Divisors proper_divisors(int64_t T) {
  Divisors divisors(T + 1);
  for (int64_t divisor = 1; divisor <= T / 2; divisor++) {
    for (int64_t multiple = 2 * divisor; multiple <= T; multiple += divisor) divisors[multiple].push_back(divisor);
  }
  return divisors;
}

// Splits periodic trains into the step at which each neuron fires first and the multiples of that step.
class FirstSpikes {
 public:
  FirstSpikes(const SpikeConv& work, const Tile& tile, const Divisors& divisors)
      : work_(work),
        tile_(tile),
        divisors_(divisors),
        size_(tile.input_rows() * work.W * words_of(work.C)),
        seen_(size_) {}

  // Bits of the neurons that fire for the first time at step t (from 0); call with t = 0, 1, ... in turn.
  const uint32_t* at(int64_t t) {
    const uint32_t* now = input_row(work_, t, tile_.image, tile_.input_from);
    std::vector<uint32_t> first(size_), repeats(size_);
    for (const int64_t divisor : divisors_[t + 1]) {
      const std::vector<uint32_t>& earlier = firsts_[divisor - 1];
      for (int64_t i = 0; i < size_; i++) repeats[i] |= earlier[i];
    }
    uint32_t differences = 0;
    for (int64_t i = 0; i < size_; i++) {
      first[i] = now[i] & ~seen_[i];
      differences |= now[i] ^ (first[i] | repeats[i]);
      seen_[i] |= now[i];
    }
    periodic_ = periodic_ && differences == 0;
    firsts_.push_back(std::move(first));
    return firsts_.back().data();
  }

  // Whether all trains seen so far fire at the multiples of their first spike's step and at no other.
  bool periodic() const { return periodic_; }

 private:
  const SpikeConv& work_;
  const Tile& tile_;
  const Divisors& divisors_;
  const int64_t size_;
  std::vector<uint32_t> seen_;
  std::vector<std::vector<uint32_t>> firsts_;
  bool periodic_ = true;
};

// Lists the events of the tile: all spikes, or the first spikes of periodic trains. False where those are not periodic.
bool list_events(const SpikeConv& work, const Tile& tile, const Divisors& divisors, Events& events) {
  const int64_t words = words_of(work.C), rows = tile.input_rows();
  events.indices = scratch_of<uint32_t>(Scratch::kEvents, work.T * rows * work.W * work.C + kWordBits);
  events.offsets = scratch_of<uint32_t>(Scratch::kOffsets, work.T * rows * (work.W + 1));
  uint32_t* end = events.indices;
  uint32_t* offset = events.offsets;
  FirstSpikes firsts(work, tile, divisors);
  for (int64_t t = 0; t < work.T; t++) {
    const uint32_t* bits = work.periodic ? firsts.at(t) : input_row(work, t, tile.image, tile.input_from);
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t column = 0; column < work.W; column++) {
        *offset++ = static_cast<uint32_t>(end - events.indices);
        for (int64_t word = 0; word < words; word++) {
          end = append_events(*bits++, static_cast<uint32_t>(column * work.C + word * kWordBits), end);
        }
      }
      *offset++ = static_cast<uint32_t>(end - events.indices);
    }
  }
  return !work.periodic || firsts.periodic();
}

// The events that one output pixel sees at step t as rows of the filter [kernel_height, kernel_width, C]; returns how
// many. Whole vectors are copied, so entries up to a vector after the last may be overwritten.
int64_t window_events(const SpikeConv& work, const Tile& tile, const Events& events, int64_t t, int64_t y, int64_t x,
                      uint32_t* rows) {
  const int64_t left = x * work.stride - work.left, top = y * work.stride - work.top;
  const int64_t from = std::max<int64_t>(left, 0), to = std::min(left + work.kernel_width, work.W);
  if (from >= to) return 0;
  int64_t count = 0;
  for (int64_t k = std::max<int64_t>(0, -top); k < work.kernel_height && top + k < work.H; k++) {
    const int64_t row = t * tile.input_rows() + top + k - tile.input_from;
    const uint32_t* offsets = events.offsets + row * (work.W + 1);
    // An index counts columns from the input's left edge; the filter's first column stands at column `left`.
    const IntVector shift = static_cast<int32_t>((k * work.kernel_width - left) * work.C) - IntVector{};
    for (uint32_t i = offsets[from]; i < offsets[to]; i += kLanes) {
      IntVector indices;
      memcpy(&indices, events.indices + i, sizeof indices);
      indices += shift;
      memcpy(rows + count + i - offsets[from], &indices, sizeof indices);
    }
    count += offsets[to] - offsets[from];
  }
  return count;
}

// The currents of one block of channels at one output pixel over all steps, [T, width], without bias.
template <int kVectors>
void window_currents(const SpikeConv& work, const Tile& tile, const Divisors& divisors, const Events& events,
                     const float* filter, int64_t y, int64_t x, uint32_t* rows, float* currents) {
  constexpr int64_t kWidth = kVectors * kLanes;
  for (int64_t t = 0; t < work.T; t++) {
    Vector sum[kVectors] = {};
    add_rows<kVectors>(sum, rows, window_events(work, tile, events, t, y, x, rows), filter);
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) store(currents + t * kWidth + v * kLanes, sum[v]);
  }
  if (!work.periodic) return;
  // Step t + 1 receives what first came at any of its divisors; from the last step on, so that sources are unchanged.
  for (int64_t t = work.T; t >= 2; t--) {
    for (const int64_t divisor : divisors[t]) {
      float* to = currents + (t - 1) * kWidth;
      const float* from = currents + (divisor - 1) * kWidth;
      WEIGHTSHARE_UNROLL
      for (int v = 0; v < kVectors; v++) store(to + v * kLanes, load(to + v * kLanes) + load(from + v * kLanes));
    }
  }
}

// Bias is added, neurons fire, and the spikes of all steps are stored.
template <int kVectors>
void fire_block(const SpikeConv& work, const float* currents, const float* bias, int64_t pixel, int64_t channel,
                int64_t* totals) {
  constexpr int64_t kWidth = kVectors * kLanes;
  const IfLanes neuron(work.neuron);
  const int64_t words = words_of(work.F), pixels = work.N * work.out_height * work.out_width;
  Vector membrane[kVectors];
  for (Vector& lanes : membrane) lanes = neuron.initial;
  for (int64_t t = 0; t < work.T; t++) {
    uint32_t bits[kWidth / kWordBits] = {};
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) {
      const Vector current = load(currents + t * kWidth + v * kLanes) + load(bias + v * kLanes);
      bits[v * kLanes / kWordBits] |= fire(membrane[v], current, neuron) << (v * kLanes % kWordBits);
    }
    uint32_t* fired = work.fired + (t * pixels + pixel) * words + channel / kWordBits;
    for (int64_t word = 0; word < kWidth / kWordBits; word++) {
      const uint32_t valid = bits[word] & valid_bits(channel + word * kWordBits, work.F);
      if (channel + word * kWordBits < work.F) fired[word] = valid;
      totals[t] += __builtin_popcount(valid);
    }
  }
}

template <int kVectors>
void store_block(const SpikeConv& work, const float* currents, const float* bias, int64_t pixel, int64_t channel) {
  constexpr int64_t kWidth = kVectors * kLanes;
  const int64_t pixels = work.N * work.out_height * work.out_width;
  for (int64_t t = 0; t < work.T; t++) {
    float* to = work.currents + (t * pixels + pixel) * work.F + channel;
    for (int v = 0; v < kVectors; v++) {
      const int64_t left = std::min<int64_t>(work.F - channel - v * kLanes, kLanes);
      if (left > 0) store_some(to + v * kLanes, load(currents + t * kWidth + v * kLanes) + load(bias + v * kLanes), left);
    }
  }
}

template <int kVectors>
bool run_tile(const SpikeConv& work, const Tile& tile, const Divisors& divisors, const float* filters,
              const float* biases, int64_t* totals) {
  constexpr int64_t kWidth = kVectors * kLanes;
  Events events;
  if (!list_events(work, tile, divisors, events)) return false;
  float* currents = scratch_of<float>(Scratch::kSums, work.T * kWidth);
  const int64_t window = work.kernel_height * work.kernel_width * work.C;
  uint32_t* rows = scratch_of<uint32_t>(Scratch::kOther, window + kLanes);
  for (int64_t channel = 0; channel < work.F; channel += kWidth) {
    const float* filter = filters + window * channel;
    for (int64_t y = tile.from; y < tile.to; y++) {
      for (int64_t x = 0; x < work.out_width; x++) {
        window_currents<kVectors>(work, tile, divisors, events, filter, y, x, rows, currents);
        const int64_t pixel = (tile.image * work.out_height + y) * work.out_width + x;
        if (work.fired != nullptr) {
          fire_block<kVectors>(work, currents, biases + channel, pixel, channel, totals);
        } else {
          store_block<kVectors>(work, currents, biases + channel, pixel, channel);
        }
      }
    }
  }
  return true;
}

Tile tile_of(const SpikeConv& work, int64_t image, int64_t from, int64_t to) {
  const int64_t top = from * work.stride - work.top;
  const int64_t bottom = (to - 1) * work.stride - work.top + work.kernel_height;
  const int64_t input_from = std::min(std::max<int64_t>(top, 0), work.H);
  return {image, from, to, input_from, std::max(input_from, std::min(bottom, work.H))};
}

}  // namespace

bool spike_conv(const SpikeConv& work) {
  const int64_t width = block_width(work.F), padded = (work.F + width - 1) / width * width;
  const int64_t rows = work.kernel_height * work.kernel_width * work.C;
  float* filters = scratch_of<float>(Scratch::kWeights, (rows + 1) * padded);
  float* biases = filters + rows * padded;
  parallel_for(padded / width, [&](int64_t block) {
    pack_columns(work.filter, rows, work.F, block * width, width, filters + rows * block * width);
    pack_columns(work.bias, 1, work.F, block * width, width, biases + block * width);
  });
  const Divisors divisors = work.periodic ? proper_divisors(work.T) : Divisors();
  int64_t tiles = 1;
  while (work.N * tiles < kTasksPerThread * thread_count() && 2 * tiles <= work.out_height) tiles *= 2;
  const int64_t height = (work.out_height + tiles - 1) / tiles;
  tiles = (work.out_height + height - 1) / height;
  std::vector<std::atomic<int64_t>> totals(work.T);
  std::atomic<bool> right{true};
  parallel_for(work.N * tiles, [&](int64_t task) {
    const int64_t from = task % tiles * height;
    const Tile tile = tile_of(work, task / tiles, from, std::min(work.out_height, from + height));
    std::vector<int64_t> spikes(work.T);
    with_vectors(width, [&](auto vectors) {
      if (!run_tile<vectors.value>(work, tile, divisors, filters, biases, spikes.data())) right = false;
    });
    for (int64_t t = 0; t < work.T; t++) totals[t] += spikes[t];
  });
  if (work.totals != nullptr) {
    for (int64_t t = 0; t < work.T; t++) work.totals[t] += totals[t];
  }
  return right;
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
