// A matrix [rows, C] is swept as it lies in memory, row by row and vector by vector of channels; constants and sums of all
// channels stay in the first-level cache. Sums over rows: single precision in a strip of 16 rows, double over the strips of a
// chunk of 512 rows, then over the chunks in order, whatever the number of threads.
#pragma once
#include <algorithm>
#include <type_traits>
#include <vector>

#include "kernels/simd.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

constexpr int64_t kStripRows = 16;
constexpr int64_t kChunkRows = 512;

inline int64_t chunks_of(int64_t rows) { return (rows + kChunkRows - 1) / kChunkRows; }

// Neighbouring channels of a row as kernels see them: two vectors, one, or the first lanes of one. A matrix's are taken and
// put; what has room for whole vectors is held.
struct TwoVectors {
  using Value = Pair;
  static constexpr int kChannels = 2 * kLanes;
  static Value held(const float* from) { return {load(from), load(from + kLanes)}; }
  static void hold(float* to, Value value) { store(to, value.first), store(to + kLanes, value.second); }
  static Value take(const float* from) { return held(from); }
  static void put(float* to, Value value) { hold(to, value); }
};
struct OneVector {
  using Value = Vector;
  static Value held(const float* from) { return load(from); }
  static void hold(float* to, Value value) { store(to, value); }
  static Value take(const float* from) { return held(from); }
  static void put(float* to, Value value) { hold(to, value); }
};
struct SomeLanes : OneVector {
  int count;
  explicit SomeLanes(int64_t count) : count(static_cast<int>(count)) {}
  Value take(const float* from) const { return load_some(from, count); }
  void put(float* to, Value value) const { store_some(to, value, count); }
};

// A value for every channel, followed by zeros up to whole vectors.
class Channels {
 public:
  explicit Channels(int64_t C) : values_(C + kLanes) {}
  Channels(int64_t C, const float* from) : Channels(C) { std::copy(from, from + C, values_.begin()); }
  float& operator[](int64_t channel) { return values_[channel]; }
  template <typename Lanes>
  typename Lanes::Value at(int64_t channel, const Lanes& lanes) const {
    return lanes.held(values_.data() + channel);
  }

 private:
  std::vector<float> values_;
};

// Sums of `kinds` quantities for every channel, added up chunk by chunk.
class Sums {
 public:
  Sums(int kinds, int64_t rows, int64_t C)
      : kinds_(kinds), padded_((C + kLanes - 1) / kLanes * kLanes), values_(chunks_of(rows) * kinds * padded_) {}

  void add(int64_t chunk, int kind, int64_t channel, Vector sum) {
    float lanes[kLanes];
    store(lanes, sum);
    double* to = values_.data() + (chunk * kinds_ + kind) * padded_ + channel;
    for (int lane = 0; lane < kLanes; lane++) to[lane] += static_cast<double>(lanes[lane]);
  }

  // Sum over all chunks.
  double of(int kind, int64_t channel) const {
    double sum = 0;
    for (size_t at = kind * padded_ + channel; at < values_.size(); at += kinds_ * padded_) sum += values_[at];
    return sum;
  }

 private:
  int64_t kinds_, padded_;
  std::vector<double> values_;
};

// One vector of channels of one row; only `count` lanes are real, all where whole.
template <bool whole>
Vector take(const float* from, int count) {
  return whole ? load(from) : load_some(from, count);
}

template <bool whole>
void put(float* to, Vector vector, int count) {
  if (whole) {
    store(to, vector);
  } else {
    store_some(to, vector, count);
  }
}

// Calls each(lanes, first channel) for all channels, two vectors at a time.
template <typename Each>
inline __attribute__((always_inline)) void for_channels(int64_t C, const Each& each) {
  int64_t channel = 0;
  for (; channel + TwoVectors::kChannels <= C; channel += TwoVectors::kChannels) each(TwoVectors(), channel);
  for (; channel + kLanes <= C; channel += kLanes) each(OneVector(), channel);
  if (channel < C) each(SomeLanes(C - channel), channel);
}

// Calls each(lanes, place in the matrix, first channel) for all channels of all rows; chunks of rows go to the threads.
template <typename Each>
void for_rows(int64_t rows, int64_t C, const Each& each) {
  parallel_for(chunks_of(rows), [&](int64_t chunk) {
    const int64_t end = std::min(rows, (chunk + 1) * kChunkRows);
    for (int64_t row = chunk * kChunkRows; row < end; row++) {
      for_channels(C, [&](auto lanes, int64_t channel) { each(lanes, row * C + channel, channel); });
    }
  });
}

// The sums over all rows of what each(lanes, place, first channel, sums) adds to the sums of these channels, one for each kind.
template <int kKinds, typename Each>
Sums sum_rows(int64_t rows, int64_t C, const Each& each) {
  Sums sums(kKinds, rows, C);
  const int64_t padded = C + kLanes;
  parallel_for(chunks_of(rows), [&](int64_t chunk) {
    const int64_t end = std::min(rows, (chunk + 1) * kChunkRows);
    float* strip = scratch_of<float>(Scratch::kRow, kKinds * padded);
    for (int64_t first = chunk * kChunkRows; first < end; first += kStripRows) {
      std::fill(strip, strip + kKinds * padded, 0.0f);
      for (int64_t row = first; row < std::min(end, first + kStripRows); row++) {
        for_channels(C, [&](auto lanes, int64_t channel) {
          typename decltype(lanes)::Value sum[kKinds];
          WEIGHTSHARE_UNROLL
          for (int kind = 0; kind < kKinds; kind++) sum[kind] = lanes.held(strip + kind * padded + channel);
          each(lanes, row * C + channel, channel, sum);
          WEIGHTSHARE_UNROLL
          for (int kind = 0; kind < kKinds; kind++) lanes.hold(strip + kind * padded + channel, sum[kind]);
        });
      }
      for (int64_t channel = 0; channel < C; channel += kLanes) {
        for (int kind = 0; kind < kKinds; kind++) sums.add(chunk, kind, channel, load(strip + kind * padded + channel));
      }
    }
  });
  return sums;
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
