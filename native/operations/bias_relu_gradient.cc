#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// dy and y = relu(x + bias), both [..., C] -> gradients of x [..., C] and of the bias [C].
class BiasReluGradientOperation {
 public:
  explicit BiasReluGradientOperation(const Attributes&) {}

  static Signature signature() {
    return {"WeightshareBiasReluGradient", {}, {"dy: float", "y: float"}, {"dx: float", "dbias: float"}};
  }

  void compute(Call& call) const {
    const Input& y = call.input(1);
    require(!y.shape.empty() && y.size() > 0,
            "y has shape " + to_text(y.shape) + ", but [..., channels] with at least one entry is needed");
    const Input& dy = call.input(0, y.shape, "dy");
    const int64_t C = y.shape.back();
    float* dx = call.floats(0, y.shape);
    kernels().bias_relu_gradient({y.size() / C, C, dy.floats(), y.floats(), dx, call.floats(1, {C})});
  }
};

}  // namespace

void register_bias_relu_gradient() { register_operation<BiasReluGradientOperation>(); }

}  // namespace weightshare
