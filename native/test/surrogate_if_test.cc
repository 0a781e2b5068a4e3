// Surrogate neurons and their back-propagation against plain loops in double precision.
#include "kernels/table.h"
#include "test/check.h"

namespace weightshare {
namespace {

// Up to 15 products of float32 values in a row.
constexpr double kTolerance = 1e-4;

void test_case(Random& random, int64_t T, int64_t rows, int64_t C, bool constant, const IfNeuron& neuron, bool detach, Checks& checks) {
  const float alpha = 2;
  const int64_t neurons = rows * C;
  const auto currents = random_floats(random, (constant ? 1 : T) * neurons, 0.7f);
  const auto outer = random_floats(random, T * neurons, 1);
  Buffer<float> spikes(T * neurons), gradients((constant ? 1 : T) * neurons), channels(C);
  kernels().surrogate_if({T, neurons, currents.data(), constant, neuron, spikes.data()});
  kernels().surrogate_if_gradient({T, neurons, C, outer.data(), currents.data(), constant, neuron, alpha, detach,
                                   gradients.data(), channels.data()});
  Buffer<double> sums(C), charged(T);
  for (int64_t i = 0; i < neurons; i++) {
    float membrane = neuron.initial_membrane;
    for (int64_t t = 0; t < T; t++) {
      membrane += currents[(constant ? 0 : t * neurons) + i];
      charged[t] = membrane;
      checks.equal(spikes[t * neurons + i] == 1.0f, membrane >= neuron.threshold, "surrogate spike");
      if (membrane >= neuron.threshold) membrane = neuron.subtract ? membrane - neuron.threshold : 0;
    }
    double later = 0, sum = 0;
    for (int64_t t = T - 1; t >= 0; t--) {
      const double h = charged[t], x = std::acos(-1.0) / 2 * alpha * (h - neuron.threshold);
      const double slope = alpha / 2 / (1 + x * x);
      const double kept = neuron.subtract ? 1 : h < neuron.threshold;
      const double reset = detach ? kept : kept - slope * (neuron.subtract ? neuron.threshold : h);
      later = outer[t * neurons + i] * slope + later * reset;
      sum += later;
      if (!constant) checks.close(gradients[t * neurons + i], later, kTolerance, "surrogate gradient");
    }
    if (constant) checks.close(gradients[i], sum, kTolerance, "surrogate gradient of a constant current");
    sums[i % C] += sum;
  }
  for (int64_t c = 0; c < C; c++) checks.close(channels[c], sums[c], kTolerance, "surrogate gradient of a channel");
}

}  // namespace

void test_surrogate_if(Checks& checks) {
  Random random(20200707);
  for (const IfNeuron& neuron : {IfNeuron{1, false, 0}, IfNeuron{0.7f, true, 0.35f}}) {
    for (const bool constant : {false, true}) {
      for (const bool detach : {false, true}) {
        for (const int64_t rows : {1, 37, 250}) test_case(random, 9, rows, 10, constant, neuron, detach, checks);
        test_case(random, 1, 5, 1, constant, neuron, detach, checks);
        test_case(random, 150, 9, 33, constant, neuron, detach, checks);
      }
    }
  }
}

}  // namespace weightshare
