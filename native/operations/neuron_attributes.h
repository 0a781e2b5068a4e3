// The attributes of every operation with IF neurons.
#pragma once
#include "kernels/spikes.h"
#include "tensorflow/operation.h"

namespace weightshare {

inline IfNeuron neuron_of(const Attributes& attributes) {
  const IfNeuron neuron = {attributes.real("threshold"), attributes.flag("subtract"),
                           attributes.real("initial_membrane")};
  require(neuron.threshold > 0, "threshold is " + std::to_string(neuron.threshold) + ", but must be more than 0");
  return neuron;
}

// Adds the names of the neuron's attributes to those of an operation.
inline std::vector<const char*> with_neuron(std::vector<const char*> attributes) {
  for (const char* name : {"threshold: float", "subtract: bool", "initial_membrane: float"}) {
    attributes.push_back(name);
  }
  return attributes;
}

// Writes spikes per step as the operation's output.
inline void write_totals(Call& call, int output, const std::vector<int64_t>& totals) {
  int32_t* to = call.ints(output, {static_cast<int64_t>(totals.size())});
  for (size_t t = 0; t < totals.size(); t++) {
    require(totals[t] <= INT32_MAX, "more than 2^31 - 1 spikes in one step; use smaller batches");
    to[t] = static_cast<int32_t>(totals[t]);
  }
}

}  // namespace weightshare
