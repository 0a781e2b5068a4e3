// Spikes as bits: the last axis, C channels, is packed into ceil(C / 32) words, channel c in bit c % 32 of word c / 32;
// the bits after the last channel are zero.
#pragma once
#include <cstdint>

namespace weightshare {

constexpr int64_t kWordBits = 32;

constexpr int64_t words_of(int64_t channels) { return (channels + kWordBits - 1) / kWordBits; }

// Integrate-and-fire neuron without leak: membrane += current; at or above the threshold it fires and is reset to
// zero (hard) or by subtraction of the threshold.
struct IfNeuron {
  float threshold;
  bool subtract;
  float initial_membrane;
};

}  // namespace weightshare
