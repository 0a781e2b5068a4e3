#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// Images x [N, H, W, C].
struct Images {
  const Input& x;
  int64_t N, pixels, C;

  Images(const Call& call, int index) : x(call.input(index)), N(0), pixels(0), C(0) {
    require(x.shape.size() == 4, "x has shape " + to_text(x.shape) + ", but [N, H, W, C] is needed");
    N = x.shape[0], pixels = x.shape[1] * x.shape[2], C = x.shape[3];
  }
};

class ScaleAddReluOperation {
 public:
  explicit ScaleAddReluOperation(const Attributes&) {}

  static Signature signature() {
    return {"WeightshareScaleAddRelu", {}, {"x: float", "scale: float", "shortcut: float"}, {"y: float"}};
  }

  void compute(Call& call) const {
    const Images in(call, 0);
    const float* scale = call.input(1, Shape{in.N, in.C}, "the scale").floats();
    const float* shortcut = call.input(2, in.x.shape, "the shortcut").floats();
    float* y = call.floats(0, in.x.shape);
    kernels().scale_add_relu({in.N, in.pixels, in.C, in.x.floats(), shortcut, scale, y});
  }
};

class ScaleAddReluGradientOperation {
 public:
  explicit ScaleAddReluGradientOperation(const Attributes&) {}

  static Signature signature() {
    return {"WeightshareScaleAddReluGradient",
            {},
            {"dy: float", "y: float", "x: float", "scale: float"},
            {"dx: float", "dscale: float", "dshortcut: float"}};
  }

  void compute(Call& call) const {
    const Images in(call, 2);
    ScaleAddReluGradient work = {};
    work.N = in.N, work.pixels = in.pixels, work.C = in.C, work.x = in.x.floats();
    work.dy = call.input(0, in.x.shape, "the gradient").floats();
    work.y = call.input(1, in.x.shape, "y").floats();
    work.scale = call.input(3, Shape{in.N, in.C}, "the scale").floats();
    work.dx = call.floats(0, in.x.shape);
    work.dscale = call.floats(1, {in.N, in.C});
    work.dshortcut = call.floats(2, in.x.shape);
    kernels().scale_add_relu_gradient(work);
  }
};

}  // namespace

void register_scale_add_relu() {
  register_operation<ScaleAddReluOperation>();
  register_operation<ScaleAddReluGradientOperation>();
}

}  // namespace weightshare
