// One step of integrate-and-fire on a block of neurons held in registers.
#pragma once
#include "kernels/simd.h"
#include "kernels/spikes.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

// The neuron's constants in every lane.
struct IfLanes {
  explicit IfLanes(const IfNeuron& neuron)
      : threshold(broadcast(neuron.threshold)),
        initial(broadcast(neuron.initial_membrane)),
        subtract(neuron.subtract) {}
  Vector threshold, initial;
  bool subtract;
};

// Charges, fires and resets one vector of membranes; returns one bit per neuron that fired.
inline uint32_t fire(Vector& membrane, Vector current, const IfLanes& neuron) {
  membrane += current;
  const IntVector fires = membrane >= neuron.threshold;
  const Vector after = neuron.subtract ? membrane - neuron.threshold : Vector{};
  membrane = fires ? after : membrane;
  return to_bits(fires);
}

// Ones for the channels of the word that starts at channel `first`.
inline uint32_t valid_bits(int64_t first, int64_t channels) {
  const int64_t count = channels - first;
  return count >= kWordBits ? ~0u : count <= 0 ? 0u : (1u << count) - 1;
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
