#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/simd.h"
#include "kernels/table.h"
#include "runtime/parallel.h"

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void adam_step(const AdamStep&);
void sgd_step(const SgdStep&);

namespace {

constexpr int64_t kValuesPerTask = 1 << 15;

// Part of one parameter.
struct Span {
  size_t parameter;
  int64_t from, to;
};

std::vector<Span> spans_of(const std::vector<UpdatedParameter>& parameters) {
  std::vector<Span> spans;
  for (size_t i = 0; i < parameters.size(); i++) {
    for (int64_t from = 0; from < parameters[i].size; from += kValuesPerTask) {
      spans.push_back({i, from, std::min(parameters[i].size, from + kValuesPerTask)});
    }
  }
  return spans;
}

}  // namespace

void adam_step(const AdamStep& step) {
  const auto spans = spans_of(step.parameters);
  parallel_for(spans.size(), [&](int64_t task) {
    const Span& span = spans[task];
    const UpdatedParameter& parameter = step.parameters[span.parameter];
    const float l2 = parameter.decays ? step.l2 : 0.0f;
    const float keep = parameter.decays ? step.keep : 1.0f;
    float* const value = parameter.value;
    const float* const gradient = parameter.gradient;
    float* const first = parameter.first;
    float* const second = parameter.second;
    for (int64_t i = span.from; i < span.to; i++) {
      const float g = gradient[i] * step.gradient_scale + value[i] * l2;
      const float m = first[i] * step.beta1 + g * step.gain1;
      const float v = second[i] * step.beta2 + g * g * step.gain2;
      first[i] = m;
      second[i] = v;
      value[i] = value[i] * keep - m * step.scale / (std::sqrt(v) * step.spread + step.epsilon);
    }
  });
}

void sgd_step(const SgdStep& step) {
  const auto spans = spans_of(step.parameters);
  parallel_for(spans.size(), [&](int64_t task) {
    const Span& span = spans[task];
    const UpdatedParameter& parameter = step.parameters[span.parameter];
    const float decay = parameter.decays ? step.weight_decay : 0.0f;
    for (int64_t i = span.from; i < span.to; i++) {
      const float g = parameter.gradient[i] * step.gradient_scale + parameter.value[i] * decay;
      const float velocity = parameter.first[i] * step.momentum + g;
      parameter.first[i] = velocity;
      parameter.value[i] -= step.learning_rate * velocity;
    }
  });
}

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
