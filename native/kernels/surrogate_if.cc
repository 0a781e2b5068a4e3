// Learning through IF neurons keeps their currents alone: on the way back the membranes of a block of neurons are computed
// again, which takes less time than to write and read those of all steps.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/integrate_fire.h"
#include "kernels/strips.h"
#include "kernels/table.h"
#include "runtime/parallel.h"
#include "runtime/scratch.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void surrogate_if(const SurrogateIf&);
void surrogate_if_gradient(const SurrogateIfGradient&);

namespace {

// Most neurons of a block, and floats of their membranes over all steps, which stay in the first-level cache.
constexpr int64_t kBlock = 1024;
constexpr int64_t kBlockFloats = 8 * 1024;
constexpr int64_t kLeastBlock = 64;

int64_t block_of(int64_t T) { return std::max(kLeastBlock, std::min(kBlock, kBlockFloats / T / kLeastBlock * kLeastBlock)); }

template <typename Body>
void for_blocks(int64_t neurons, int64_t T, const Body& body) {
  const int64_t size = block_of(T);
  parallel_for((neurons + size - 1) / size, [&](int64_t block) {
    const int64_t from = block * size;
    body(from, std::min(size, neurons - from));
  });
}

// Calls body(whole, i, lanes) for every vector of a block.
template <typename Body>
inline void for_vectors(int64_t count, const Body& body) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) body(std::true_type(), i, kLanes);
  if (i < count) body(std::false_type(), i, static_cast<int>(count - i));
}

// Calls step(whole, t, i, lanes, membranes before the reset, fires) for every vector of a block, step after step.
template <typename Step>
void charge(int64_t T, int64_t neurons, const float* currents, bool constant, const IfNeuron& constants, int64_t from,
            int64_t count, const Step& step) {
  const IfLanes neuron(constants);
  float membranes[kBlock];
  std::fill(membranes, membranes + kBlock, constants.initial_membrane);
  for (int64_t t = 0; t < T; t++) {
    const float* current = currents + (constant ? 0 : t * neurons) + from;
    for_vectors(count, [&](auto whole, int64_t i, int lanes) {
      const Vector charged = load(membranes + i) + take<decltype(whole)::value>(current + i, lanes);
      const IntVector fires = charged >= neuron.threshold;
      const Vector after = neuron.subtract ? charged - neuron.threshold : Vector{};
      store(membranes + i, select(fires, after, charged));
      step(whole, t, i, lanes, charged, fires);
    });
  }
}

template <bool kSubtract, bool kDetached>
void gradient_block(const SurrogateIfGradient& work, int64_t from, int64_t count, float* totals) {
  const Vector threshold = broadcast(work.neuron.threshold), half = broadcast(work.alpha / 2), one = broadcast(1.0f);
  const Vector steepness = broadcast(static_cast<float>(1.57079632679489662 * work.alpha));
  const int64_t stride = (count + kLanes - 1) / kLanes * kLanes;
  float* charged = scratch_of<float>(Scratch::kSums, work.T * stride);
  charge(work.T, work.neurons, work.currents, work.constant, work.neuron, from, count,
         [&](auto, int64_t t, int64_t i, int, Vector h, IntVector) { store(charged + t * stride + i, h); });
  float later[kBlock] = {}, sum[kBlock] = {};
  for (int64_t t = work.T - 1; t >= 0; t--) {
    const int64_t at = t * work.neurons + from;
    for_vectors(count, [&](auto whole, int64_t i, int lanes) {
      constexpr bool kWhole = decltype(whole)::value;
      const Vector h = load(charged + t * stride + i), x = steepness * (h - threshold);
      const Vector slope = half / (one + x * x);
      const Vector kept = kSubtract ? one : select(h < threshold, one, Vector{});
      const Vector reset = kDetached ? kept : kept - slope * (kSubtract ? threshold : h);
      const Vector gradient = take<kWhole>(work.spike_gradients + at + i, lanes) * slope + load(later + i) * reset;
      store(later + i, gradient);
      store(sum + i, load(sum + i) + gradient);
      if (!work.constant) put<kWhole>(work.current_gradients + at + i, gradient, lanes);
    });
  }
  std::copy(sum, sum + count, totals + from);
}

// Sums of [neurons / C, C] over its rows.
void add_rows_up(const float* values, int64_t neurons, int64_t C, float* to) {
  const Sums sums = sum_rows<1>(neurons / C, C, [&](auto lanes, int64_t at, int64_t, auto& sum) {
    sum[0] += lanes.take(values + at);
  });
  for (int64_t channel = 0; channel < C; channel++) to[channel] = static_cast<float>(sums.of(0, channel));
}

}  // namespace

void surrogate_if(const SurrogateIf& work) {
  const Vector one = broadcast(1.0f);
  for_blocks(work.neurons, work.T, [&](int64_t from, int64_t count) {
    charge(work.T, work.neurons, work.currents, work.constant, work.neuron, from, count,
           [&](auto whole, int64_t t, int64_t i, int lanes, Vector, IntVector fires) {
             put<decltype(whole)::value>(work.spikes + t * work.neurons + from + i, select(fires, one, Vector{}), lanes);
           });
  });
}

void surrogate_if_gradient(const SurrogateIfGradient& work) {
  std::vector<float> apart(work.constant ? 0 : work.neurons);
  float* totals = work.constant ? work.current_gradients : apart.data();
  for_blocks(work.neurons, work.T, [&](int64_t from, int64_t count) {
    if (work.neuron.subtract) {
      return work.detach_reset ? gradient_block<true, true>(work, from, count, totals)
                               : gradient_block<true, false>(work, from, count, totals);
    }
    return work.detach_reset ? gradient_block<false, true>(work, from, count, totals)
                             : gradient_block<false, false>(work, from, count, totals);
  });
  add_rows_up(totals, work.neurons, work.C, work.channel_gradients);
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
