#include <algorithm>
#include <cmath>

#include "kernels/simd.h"
#include "kernels/table.h"
#include "runtime/parallel.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void surrogate_if(const SurrogateIf&);
void surrogate_if_gradient(const SurrogateIfGradient&);

namespace {

// Neurons whose membranes stay in the first-level cache over all steps.
constexpr int64_t kBlock = 1024;

template <typename Body>
void for_blocks(int64_t neurons, const Body& body) {
  parallel_for((neurons + kBlock - 1) / kBlock, [&](int64_t block) {
    const int64_t from = block * kBlock;
    body(from, std::min(kBlock, neurons - from));
  });
}

template <bool kSubtract, bool kDetached>
void gradient_block(const SurrogateIfGradient& work, int64_t from, int64_t count) {
  const float threshold = work.neuron.threshold, half = work.alpha / 2;
  const float steepness = static_cast<float>(1.57079632679489662 * work.alpha);
  float later[kBlock] = {}, sum[kBlock] = {};
  for (int64_t t = work.T - 1; t >= 0; t--) {
    const float* charged = work.charged + t * work.neurons + from;
    const float* outer = work.spike_gradients + t * work.neurons + from;
    for (int64_t i = 0; i < count; i++) {
      const float h = charged[i], x = steepness * (h - threshold);
      const float slope = half / (1.0f + x * x);
      const float silent = h < threshold ? 1.0f : 0.0f;
      const float kept = kSubtract ? 1.0f : silent;
      const float reset = kDetached ? kept : kept - slope * (kSubtract ? threshold : h);
      later[i] = outer[i] * slope + later[i] * reset;
      sum[i] += later[i];
    }
    if (!work.constant) std::copy(later, later + count, work.current_gradients + t * work.neurons + from);
  }
  if (work.constant) std::copy(sum, sum + count, work.current_gradients + from);
}

}  // namespace

void surrogate_if(const SurrogateIf& work) {
  const float threshold = work.neuron.threshold;
  for_blocks(work.neurons, [&](int64_t from, int64_t count) {
    float membrane[kBlock];
    std::fill(membrane, membrane + count, work.neuron.initial_membrane);
    for (int64_t t = 0; t < work.T; t++) {
      const float* currents = work.currents + (work.constant ? 0 : t * work.neurons) + from;
      float* charged = work.charged + t * work.neurons + from;
      float* spikes = work.spikes + t * work.neurons + from;
      for (int64_t i = 0; i < count; i++) {
        const float h = membrane[i] + currents[i];
        const bool fires = h >= threshold;
        charged[i] = h;
        spikes[i] = fires ? 1.0f : 0.0f;
        membrane[i] = !fires ? h : work.neuron.subtract ? h - threshold : 0.0f;
      }
    }
  });
}

void surrogate_if_gradient(const SurrogateIfGradient& work) {
  for_blocks(work.neurons, [&](int64_t from, int64_t count) {
    if (work.neuron.subtract) {
      return work.detach_reset ? gradient_block<true, true>(work, from, count)
                               : gradient_block<true, false>(work, from, count);
    }
    return work.detach_reset ? gradient_block<false, true>(work, from, count)
                             : gradient_block<false, false>(work, from, count);
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
