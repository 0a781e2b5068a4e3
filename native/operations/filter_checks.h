// What operations ask of a filter, in words.
#pragma once
#include "kernels/spikes.h"
#include "tensorflow/operation.h"

namespace weightshare {

// The widest depthwise filter that is built in, whose row fits the registers.
constexpr int64_t kWidest = 15;

inline void require_side(int64_t kernel) {
  require(kernel % 2 == 1 && kernel >= 1 && kernel <= kWidest,
          "the filter is " + std::to_string(kernel) + " wide, but must be odd and at most " + std::to_string(kWidest));
}

// Spikes [T, N, H, W, words(channels)] for a filter of so many channels.
inline void require_channels(const Input& spikes, const Input& filter, int64_t channels) {
  require(channels > 0 && spikes.shape[4] == words_of(channels),
          "spikes have shape " + to_text(spikes.shape) + ", whose last axis must hold the " + std::to_string(channels) +
              " channels of the filter " + to_text(filter.shape) + " in " + std::to_string(words_of(channels)) + " words");
}

}  // namespace weightshare
