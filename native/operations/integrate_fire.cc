#include "kernels/table.h"
#include "operations/neuron_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

// Integrate-and-fire over T steps. currents [T, ..., C] or, constant, [1, ..., C]; membrane [..., C] or empty [0] for
// the neuron's initial membrane -> fired bits [T, ..., words(C)], membrane after T steps [..., C] (or [0] where it is
// not wanted), spikes of each step [T].
class IntegrateFireOperation {
 public:
  explicit IntegrateFireOperation(const Attributes& attributes)
      : T_(attributes.integer("T")),
        keep_membrane_(attributes.flag("keep_membrane")),
        neuron_(neuron_of(attributes)) {
    require(T_ > 0, "T is " + std::to_string(T_) + ", but must be at least 1");
  }

  static Signature signature() {
    return {"WeightshareIntegrateFire",
            with_neuron({"T: int", "keep_membrane: bool"}),
            {"currents: float", "membrane: float"},
            {"fired: int32", "membrane_after: float", "totals: int32"}};
  }

  void compute(Call& call) const {
    const Input& currents = call.input(0);
    require(currents.shape.size() >= 2 && (currents.shape[0] == T_ || currents.shape[0] == 1),
            "currents have shape " + to_text(currents.shape) + ", but [" + std::to_string(T_) +
                " or 1, ..., channels] is needed");
    const Shape neurons(currents.shape.begin() + 1, currents.shape.end());
    const bool starts_anew = call.input(1).shape == Shape{0};
    if (!starts_anew) call.input(1, neurons, "the membrane");
    const int64_t channels = neurons.back();
    require(channels > 0, "currents have no channels");
    Shape fired = currents.shape;
    fired.front() = T_;
    fired.back() = words_of(channels);
    std::vector<int64_t> totals(T_);
    kernels().integrate_fire({T_, product(neurons) / channels, channels, currents.floats(), currents.shape[0] == 1,
                              starts_anew ? nullptr : call.input(1).floats(), neuron_,
                              reinterpret_cast<uint32_t*>(call.ints(0, fired)),
                              keep_membrane_ ? call.floats(1, neurons) : (call.floats(1, {0}), nullptr),
                              totals.data()});
    write_totals(call, 2, totals);
  }

 private:
  int64_t T_;
  bool keep_membrane_;
  IfNeuron neuron_;
};

}  // namespace

void register_integrate_fire() { register_operation<IntegrateFireOperation>(); }

}  // namespace weightshare
