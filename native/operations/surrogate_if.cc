#include "kernels/table.h"
#include "operations/neuron_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

// IF neurons over T steps with what their gradient needs. Currents [T, ...] or, constant, [1, ...] -> spikes and membranes
// before the reset, both [T, ...].
class SurrogateIfOperation {
 public:
  explicit SurrogateIfOperation(const Attributes& attributes)
      : T_(attributes.integer("T")), neuron_(neuron_of(attributes)) {
    require(T_ > 0, "T is " + std::to_string(T_) + ", but must be at least 1");
  }

  static Signature signature() {
    return {"WeightshareSurrogateIf", with_neuron({"T: int"}), {"currents: float"}, {"spikes: float", "charged: float"}};
  }

  void compute(Call& call) const {
    const Input& currents = call.input(0);
    require(!currents.shape.empty() && (currents.shape[0] == T_ || currents.shape[0] == 1),
            "currents have shape " + to_text(currents.shape) + ", but [" + std::to_string(T_) + " or 1, ...] is needed");
    Shape shape = currents.shape;
    shape[0] = T_;
    kernels().surrogate_if({T_, product(shape) / T_, currents.floats(), currents.shape[0] == 1 && T_ > 1, neuron_,
                            call.floats(0, shape), call.floats(1, shape)});
  }

 private:
  int64_t T_;
  IfNeuron neuron_;
};

// Gradients with respect to spikes [T, ...] and membranes before the reset [T, ...] -> gradient with respect to the
// currents [T, ...] or, constant, their sum [1, ...].
class SurrogateIfGradientOperation {
 public:
  explicit SurrogateIfGradientOperation(const Attributes& attributes)
      : alpha_(attributes.real("alpha")),
        detach_reset_(attributes.flag("detach_reset")),
        constant_(attributes.flag("constant")),
        neuron_(neuron_of(attributes)) {}

  static Signature signature() {
    return {"WeightshareSurrogateIfGradient",
            with_neuron({"alpha: float", "detach_reset: bool", "constant: bool"}),
            {"spike_gradients: float", "charged: float"},
            {"current_gradients: float"}};
  }

  void compute(Call& call) const {
    const Input& charged = call.input(1);
    const Input& gradients = call.input(0, charged.shape, "the gradient of the spikes");
    require(charged.size() > 0, "there are no neurons");
    Shape shape = charged.shape;
    const int64_t T = shape[0];
    if (constant_) shape[0] = 1;
    kernels().surrogate_if_gradient({T, charged.size() / T, gradients.floats(), charged.floats(), constant_, neuron_,
                                     alpha_, detach_reset_, call.floats(0, shape)});
  }

 private:
  float alpha_;
  bool detach_reset_, constant_;
  IfNeuron neuron_;
};

}  // namespace

void register_surrogate_if() {
  register_operation<SurrogateIfOperation>();
  register_operation<SurrogateIfGradientOperation>();
}

}  // namespace weightshare
