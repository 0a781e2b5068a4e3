// A matrix [rows, C] is swept in strips of 16 rows and one vector of channels, so that constants and sums stay in
// registers. Sums over rows: single precision in a strip, double over the strips of a chunk of 512 rows, then over the
// chunks in order, whatever the number of threads.
#pragma once
#include <algorithm>
#include <type_traits>
#include <vector>

#include "kernels/simd.h"
#include "runtime/parallel.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

constexpr int64_t kStripRows = 16;
constexpr int64_t kChunkRows = 512;

inline int64_t chunks_of(int64_t rows) { return (rows + kChunkRows - 1) / kChunkRows; }

// A value for every channel, followed by zeros up to a whole vector.
class Channels {
 public:
  explicit Channels(int64_t C) : values_((C + kLanes - 1) / kLanes * kLanes) {}
  Channels(int64_t C, const float* from) : Channels(C) { std::copy(from, from + C, values_.begin()); }
  float& operator[](int64_t channel) { return values_[channel]; }
  Vector at(int64_t channel) const { return load(values_.data() + channel); }

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

// Asks for the same place of the next strip, which is too far away for the processor to foresee.
inline void foresee(const float* from, int64_t C) { __builtin_prefetch(from + kStripRows * C); }

template <bool whole>
void put(float* to, Vector vector, int count) {
  if (whole) {
    store(to, vector);
  } else {
    store_some(to, vector, count);
  }
}

// Calls strip(whole, chunk, first row, rows, first channel, channels) for every strip; chunks go to the threads.
template <typename Strip>
void for_strips(int64_t rows, int64_t C, const Strip& strip) {
  parallel_for(chunks_of(rows), [&](int64_t chunk) {
    const int64_t end = std::min(rows, (chunk + 1) * kChunkRows);
    for (int64_t row = chunk * kChunkRows; row < end; row += kStripRows) {
      const int64_t count = std::min(kStripRows, end - row);
      int64_t channel = 0;
      for (; channel + kLanes <= C; channel += kLanes) strip(std::true_type(), chunk, row, count, channel, kLanes);
      if (channel < C) strip(std::false_type(), chunk, row, count, channel, static_cast<int>(C - channel));
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
