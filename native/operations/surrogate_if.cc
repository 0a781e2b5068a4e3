#include "kernels/table.h"
#include "operations/neuron_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

// IF neurons over T steps. Currents [T, ...] or, constant, [1, ...] -> spikes as floats [T, ...].
class SurrogateIfOperation {
 public:
  explicit SurrogateIfOperation(const Attributes& attributes)
      : T_(attributes.integer("T")), neuron_(neuron_of(attributes)) {
    require(T_ > 0, "T is " + std::to_string(T_) + ", but must be at least 1");
  }

  static Signature signature() {
    return {"WeightshareSurrogateIf", with_neuron({"T: int"}), {"currents: float"}, {"spikes: float"}};
  }

  void compute(Call& call) const {
    const Input& currents = call.input(0);
    require(!currents.shape.empty() && (currents.shape[0] == T_ || currents.shape[0] == 1),
            "currents have shape " + to_text(currents.shape) + ", but [" + std::to_string(T_) + " or 1, ...] is needed");
    Shape shape = currents.shape;
    shape[0] = T_;
    kernels().surrogate_if({T_, product(shape) / T_, currents.floats(), currents.shape[0] == 1 && T_ > 1, neuron_,
                            call.floats(0, shape)});
  }

 private:
  int64_t T_;
  IfNeuron neuron_;
};

// Gradients with respect to spikes [T, ...], and the currents [T, ..., C] or, constant, [1, ..., C] -> gradient with respect to
// the currents, of their shape, and its sum over all axes but the last, [C].
class SurrogateIfGradientOperation {
 public:
  explicit SurrogateIfGradientOperation(const Attributes& attributes)
      : alpha_(attributes.real("alpha")),
        detach_reset_(attributes.flag("detach_reset")),
        neuron_(neuron_of(attributes)) {}

  static Signature signature() {
    return {"WeightshareSurrogateIfGradient",
            with_neuron({"alpha: float", "detach_reset: bool"}),
            {"spike_gradients: float", "currents: float"},
            {"current_gradients: float", "channel_gradients: float"}};
  }

  void compute(Call& call) const {
    const Input& gradients = call.input(0);
    const Input& currents = call.input(1);
    require(!gradients.shape.empty() && gradients.size() > 0, "there are no neurons");
    Shape shape = gradients.shape;
    const int64_t T = shape[0], C = shape.size() == 1 ? 1 : shape.back();
    const bool constant = T > 1 && !currents.shape.empty() && currents.shape[0] == 1;
    if (constant) shape[0] = 1;
    call.input(1, shape, "currents");
    kernels().surrogate_if_gradient({T, gradients.size() / T, C, gradients.floats(), currents.floats(), constant, neuron_,
                                     alpha_, detach_reset_, call.floats(0, shape), call.floats(1, {C})});
  }

 private:
  float alpha_;
  bool detach_reset_;
  IfNeuron neuron_;
};

}  // namespace

void register_surrogate_if() {
  register_operation<SurrogateIfOperation>();
  register_operation<SurrogateIfGradientOperation>();
}

}  // namespace weightshare
