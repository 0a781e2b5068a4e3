// Optimiser steps over all parameters in one call. They change their inputs in place, as variables ask for: new tensors
// of the size of the network at every step would cost more than the step.
#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

float* writable(const Input& input) { return const_cast<float*>(input.floats()); }

// Inputs from `first` on: `count` parameters, then as many gradients, then states of `states` kinds.
std::vector<UpdatedParameter> parameters_of(const Call& call, int first, int64_t count, int states) {
  const Input& decays = call.input(first - 1, Shape{count}, "the decay flags");
  std::vector<UpdatedParameter> parameters;
  for (int64_t i = 0; i < count; i++) {
    const Input& value = call.input(static_cast<int>(first + i));
    const auto like_value = [&](int kind, const char* name) -> const Input& {
      return call.input(static_cast<int>(first + kind * count + i), value.shape, name);
    };
    UpdatedParameter parameter = {};
    parameter.value = writable(value);
    parameter.gradient = like_value(1, "a gradient").floats();
    parameter.first = writable(like_value(2, "an optimiser's state"));
    if (states == 2) parameter.second = writable(like_value(3, "an optimiser's second state"));
    parameter.size = value.size();
    parameter.decays = decays.ints()[i] != 0;
    parameters.push_back(parameter);
  }
  return parameters;
}

// Settings: the constants of AdamStep in its order (lib/ops/adam_step.ts forms them). They are no attributes, as some
// change from step to step.
class AdamStepOperation {
 public:
  explicit AdamStepOperation(const Attributes& attributes) : count_(attributes.integer("N")) {}

  static Signature signature() {
    return {"WeightshareAdamStep",
            {"N: int >= 1"},
            {"settings: float", "decays: int32", "parameters: N * float", "gradients: N * float",
             "first: N * float", "second: N * float"},
            {"done: float"}};
  }

  void compute(Call& call) const {
    const float* s = call.input(0, Shape{10}, "the settings").floats();
    kernels().adam_step(
        {parameters_of(call, 2, count_, 2), s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9]});
    *call.floats(0, {}) = 1.0f;
  }

 private:
  int64_t count_;
};

// Settings [learning rate, gradient scale].
class SgdStepOperation {
 public:
  explicit SgdStepOperation(const Attributes& attributes)
      : count_(attributes.integer("N")),
        momentum_(attributes.real("momentum")),
        weight_decay_(attributes.real("weight_decay")) {}

  static Signature signature() {
    return {"WeightshareSgdStep",
            {"N: int >= 1", "momentum: float", "weight_decay: float"},
            {"settings: float", "decays: int32", "parameters: N * float", "gradients: N * float", "velocity: N * float"},
            {"done: float"}};
  }

  void compute(Call& call) const {
    const float* settings = call.input(0, Shape{2}, "the settings").floats();
    kernels().sgd_step({parameters_of(call, 2, count_, 1), settings[0], settings[1], momentum_, weight_decay_});
    *call.floats(0, {}) = 1.0f;
  }

 private:
  int64_t count_;
  float momentum_, weight_decay_;
};

}  // namespace

void register_optimisers() {
  register_operation<AdamStepOperation>();
  register_operation<SgdStepOperation>();
}

}  // namespace weightshare
