// Blocks of output channels: the columns of a weight matrix that one pass holds in registers.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/simd.h"
#include "kernels/spikes.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

// Vectors of sums that fit into the registers beside the membranes.
constexpr int kMostVectors = 8;

// Channels of a block: a multiple of 32 (so that blocks start at words) that pads `channels` no more than needed.
inline int64_t block_width(int64_t channels) {
  const int64_t padded = words_of(channels) * kWordBits;
  int64_t width = std::max<int64_t>(kWordBits, kMostVectors * kLanes);
  while (width > kWordBits && padded % width != 0) width /= 2;
  return width;
}

// Copies columns [first, first + width) of rows [0, rows) of a [rows, channels] matrix, padded by zeros.
inline void pack_columns(const float* matrix, int64_t rows, int64_t channels, int64_t first, int64_t width, float* to) {
  const int64_t count = std::min(width, channels - first);
  for (int64_t row = 0; row < rows; row++, to += width) {
    memcpy(to, matrix + row * channels + first, count * sizeof(float));
    std::fill(to + count, to + width, 0.0f);
  }
}

// Adds up the rows named by the events; a row has kVectors vectors. With few vectors a row, several sums run side by
// side to hide the latency of additions, so the order is: event i into sum i % ways, then the sums in order.
template <int kVectors, typename Index>
inline __attribute__((always_inline)) void add_rows(Vector (&sum)[kVectors], const Index* events, int64_t count,
                                                    const float* rows) {
  constexpr int kWays = kVectors >= kMostVectors ? 1 : kMostVectors / kVectors;
  constexpr int64_t kRow = kVectors * kLanes;
  Vector more[kWays][kVectors] = {};
  int64_t i = 0;
  for (; i + kWays <= count; i += kWays) {
    WEIGHTSHARE_UNROLL
    for (int way = 0; way < kWays; way++) {
      const float* row = rows + static_cast<int64_t>(events[i + way]) * kRow;
      WEIGHTSHARE_UNROLL
      for (int v = 0; v < kVectors; v++) {
        if (kWays == 1) {
          sum[v] += load(row + v * kLanes);
        } else {
          more[way][v] += load(row + v * kLanes);
        }
      }
    }
  }
  for (; i < count; i++) {
    const float* row = rows + static_cast<int64_t>(events[i]) * kRow;
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) sum[v] += load(row + v * kLanes);
  }
  if (kWays == 1) return;
  WEIGHTSHARE_UNROLL
  for (int way = 0; way < kWays; way++) {
    WEIGHTSHARE_UNROLL
    for (int v = 0; v < kVectors; v++) sum[v] += more[way][v];
  }
}

// Calls body<kVectors>() for the number of vectors in a block of `width` channels.
template <typename Body>
inline void with_vectors(int64_t width, Body&& body) {
  switch (width / kLanes) {
    case 8:
      return body(std::integral_constant<int, 8>());
    case 4:
      return body(std::integral_constant<int, 4>());
    default:
      return body(std::integral_constant<int, 2>());
  }
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
