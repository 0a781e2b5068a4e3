// Events: the indices of the bits that are set.
#pragma once
#include <cstdint>

#include "kernels/simd.h"
#include "kernels/spikes.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

// Appends base + the index of every set bit of `word` to `events`, in order; returns the new end. Entries up to 32
// after the new end may be overwritten.
template <typename Index>
inline Index* append_events(uint32_t word, uint32_t base, Index* events) {
#if defined(__AVX512F__)
  const __m512i low = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (int half = 0; half < 2; half++, word >>= 16, base += 16) {
    const __m512i all = _mm512_add_epi32(low, _mm512_set1_epi32(static_cast<int>(base)));
    const __m512i active = _mm512_maskz_compress_epi32(static_cast<__mmask16>(word), all);
    if (sizeof(Index) == 4) {
      _mm512_storeu_si512(events, active);
    } else {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(events), _mm512_cvtepi32_epi16(active));
    }
    events += __builtin_popcount(word & 0xffffu);
  }
  return events;
#endif
  for (; word != 0; word &= word - 1) *events++ = static_cast<Index>(base + __builtin_ctz(word));
  return events;
}

// Appends the values of the lanes whose bit in `word` is set, in order; returns the new end. Entries up to a word's after the
// new end may be overwritten.
inline uint32_t* append_lanes(uint32_t word, const IntVector (&values)[kWordBits / kLanes], uint32_t* events) {
#if defined(__AVX512F__)
  for (int v = 0; v < kWordBits / kLanes; v++, word >>= kLanes) {
    _mm512_storeu_si512(events, _mm512_maskz_compress_epi32(static_cast<__mmask16>(word), (__m512i)values[v]));
    events += __builtin_popcount(word & ((1u << kLanes) - 1));
  }
  return events;
#endif
  uint32_t all[kWordBits];
  memcpy(all, values, sizeof all);
  for (; word != 0; word &= word - 1) *events++ = all[__builtin_ctz(word)];
  return events;
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
