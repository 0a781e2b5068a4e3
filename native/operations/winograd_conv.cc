#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// An image without an entry would leave nothing to divide the work by.
const Input& images_of(const Call& call, int index, const char* name) {
  const Input& x = call.input(index, 4, name);
  require(x.size() > 0, std::string(name) + " has shape " + to_text(x.shape) + ", but at least one entry is needed");
  return x;
}

// x [N, H, W, C] by a kernel [3, 3, C, F], or if mirrored by one [3, 3, F, C] of the opposite direction; the bias [F] is a
// list of one or none.
class WinogradConvOperation {
 public:
  explicit WinogradConvOperation(const Attributes& attributes)
      : biases_(attributes.integer("R")), mirrored_(attributes.flag("mirrored")), relu_(attributes.flag("relu")) {
    require(biases_ <= 1, std::to_string(biases_) + " biases were given, but at most one is possible");
  }

  static Signature signature() {
    return {"WeightshareWinogradConv",
            {"R: int >= 0", "mirrored: bool", "relu: bool"},
            {"x: float", "kernel: float", "bias: R * float"},
            {"y: float"}};
  }

  void compute(Call& call) const {
    const Input& x = images_of(call, 0, "x");
    const Input& kernel = call.input(1, 4, "the kernel");
    WinogradConv work = {};
    work.N = x.shape[0], work.H = x.shape[1], work.W = x.shape[2], work.C = x.shape[3];
    work.F = kernel.shape[mirrored_ ? 2 : 3];
    require(work.F > 0, "the kernel has shape " + to_text(kernel.shape) + ", but at least one output channel is needed");
    call.input(1, mirrored_ ? Shape{3, 3, work.F, work.C} : Shape{3, 3, work.C, work.F}, "the kernel");
    work.x = x.floats(), work.kernel = kernel.floats(), work.mirrored = mirrored_, work.relu = relu_;
    if (biases_ == 1) work.bias = call.input(2, Shape{work.F}, "the bias").floats();
    work.y = call.floats(0, {work.N, work.H, work.W, work.F});
    kernels().winograd_conv(work);
  }

 private:
  int64_t biases_;
  bool mirrored_, relu_;
};

class WinogradFilterGradientOperation {
 public:
  explicit WinogradFilterGradientOperation(const Attributes&) {}

  static Signature signature() {
    return {"WeightshareWinogradFilterGradient", {}, {"x: float", "dy: float"}, {"gradient: float"}};
  }

  void compute(Call& call) const {
    const Input& x = images_of(call, 0, "x");
    const Input& dy = images_of(call, 1, "the gradient");
    WinogradFilterGradient work = {};
    work.N = x.shape[0], work.H = x.shape[1], work.W = x.shape[2], work.C = x.shape[3], work.F = dy.shape[3];
    call.input(1, Shape{work.N, work.H, work.W, work.F}, "the gradient");
    work.x = x.floats(), work.dy = dy.floats();
    work.gradient = call.floats(0, {3, 3, work.C, work.F});
    kernels().winograd_filter_gradient(work);
  }
};

}  // namespace

void register_winograd_conv() {
  register_operation<WinogradConvOperation>();
  register_operation<WinogradFilterGradientOperation>();
}

}  // namespace weightshare
