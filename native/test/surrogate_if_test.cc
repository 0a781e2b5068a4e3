// Surrogate neurons and their back-propagation against plain loops in double precision.
#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

// Up to 15 products of float32 values in a row.
constexpr double kTolerance = 1e-4;

void test_case(Random& random, int64_t T, int64_t neurons, bool constant, const IfNeuron& neuron, bool detach, Checks& checks) {
  const float alpha = 2;
  const auto currents = random_floats(random, (constant ? 1 : T) * neurons, 0.7f);
  const auto outer = random_floats(random, T * neurons, 1);
  Buffer<float> spikes(T * neurons), charged(T * neurons), gradients((constant ? 1 : T) * neurons);
  kernels().surrogate_if({T, neurons, currents.data(), constant, neuron, spikes.data(), charged.data()});
  kernels().surrogate_if_gradient(
      {T, neurons, outer.data(), charged.data(), constant, neuron, alpha, detach, gradients.data()});
  for (int64_t i = 0; i < neurons; i++) {
    float membrane = neuron.initial_membrane;
    for (int64_t t = 0; t < T; t++) {
      membrane += currents[(constant ? 0 : t * neurons) + i];
      checks.close(charged[t * neurons + i], membrane, 0, "surrogate membrane");
      checks.equal(spikes[t * neurons + i] == 1.0f, membrane >= neuron.threshold, "surrogate spike");
      if (membrane >= neuron.threshold) membrane = neuron.subtract ? membrane - neuron.threshold : 0;
    }
    double later = 0, sum = 0;
    for (int64_t t = T - 1; t >= 0; t--) {
      const double h = charged[t * neurons + i], x = std::acos(-1.0) / 2 * alpha * (h - neuron.threshold);
      const double slope = alpha / 2 / (1 + x * x);
      const double kept = neuron.subtract ? 1 : h < neuron.threshold;
      const double reset = detach ? kept : kept - slope * (neuron.subtract ? neuron.threshold : h);
      later = outer[t * neurons + i] * slope + later * reset;
      sum += later;
      if (!constant) checks.close(gradients[t * neurons + i], later, kTolerance, "surrogate gradient");
    }
    if (constant) checks.close(gradients[i], sum, kTolerance, "surrogate gradient of a constant current");
  }
}

}  // namespace

void test_surrogate_if(Checks& checks) {
  Random random(20200707);
  for (const IfNeuron& neuron : {IfNeuron{1, false, 0}, IfNeuron{0.7f, true, 0.35f}}) {
    for (const bool constant : {false, true}) {
      for (const bool detach : {false, true}) {
        for (const int64_t neurons : {1, 37, 1024, 2500}) test_case(random, 9, neurons, constant, neuron, detach, checks);
        test_case(random, 1, 5, constant, neuron, detach, checks);
      }
    }
  }
}

}  // namespace weightshare
