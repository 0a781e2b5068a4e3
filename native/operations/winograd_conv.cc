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

constexpr int kNormInputs = 3;

void require_norm(int64_t inputs) {
  require(inputs == 0 || inputs == kNormInputs,
          std::to_string(inputs) + " tensors of a norm were given, but none or mean, scale and beta are needed");
}

// The mean, scale and beta that begin at input `first`, if there are any.
InputNorm norm_of(const Call& call, int first, int64_t inputs, int64_t C) {
  if (inputs == 0) return {};
  const Shape channels{C};
  return {call.input(first, channels, "the mean").floats(), call.input(first + 1, channels, "the scale").floats(),
          call.input(first + 2, channels, "beta").floats()};
}

// x [N, H, W, C], its norm a list of none or three [C], by a kernel [3, 3, C, F], or if mirrored by one [3, 3, F, C] of the opposite direction; the bias [F] is a
// list of one or none.
class WinogradConvOperation {
 public:
  explicit WinogradConvOperation(const Attributes& attributes)
      : norms_(attributes.integer("M")), biases_(attributes.integer("R")), mirrored_(attributes.flag("mirrored")),
        relu_(attributes.flag("relu")) {
    require_norm(norms_);
    require(biases_ <= 1, std::to_string(biases_) + " biases were given, but at most one is possible");
  }

  static Signature signature() {
    return {"WeightshareWinogradConv",
            {"M: int >= 0", "R: int >= 0", "mirrored: bool", "relu: bool"},
            {"x: float", "kernel: float", "norm: M * float", "bias: R * float"},
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
    work.norm = norm_of(call, 2, norms_, work.C);
    if (biases_ == 1) work.bias = call.input(2 + static_cast<int>(norms_), Shape{work.F}, "the bias").floats();
    work.y = call.floats(0, {work.N, work.H, work.W, work.F});
    kernels().winograd_conv(work);
  }

 private:
  int64_t norms_, biases_;
  bool mirrored_, relu_;
};

class WinogradFilterGradientOperation {
 public:
  explicit WinogradFilterGradientOperation(const Attributes& attributes) : norms_(attributes.integer("M")) {
    require_norm(norms_);
  }

  static Signature signature() {
    return {"WeightshareWinogradFilterGradient",
            {"M: int >= 0"},
            {"x: float", "dy: float", "norm: M * float"},
            {"gradient: float"}};
  }

  void compute(Call& call) const {
    const Input& x = images_of(call, 0, "x");
    const Input& dy = images_of(call, 1, "the gradient");
    WinogradFilterGradient work = {};
    work.N = x.shape[0], work.H = x.shape[1], work.W = x.shape[2], work.C = x.shape[3], work.F = dy.shape[3];
    call.input(1, Shape{work.N, work.H, work.W, work.F}, "the gradient");
    work.x = x.floats(), work.dy = dy.floats(), work.norm = norm_of(call, 2, norms_, work.C);
    work.gradient = call.floats(0, {3, 3, work.C, work.F});
    kernels().winograd_filter_gradient(work);
  }

 private:
  int64_t norms_;
};

}  // namespace

void register_winograd_conv() {
  register_operation<WinogradConvOperation>();
  register_operation<WinogradFilterGradientOperation>();
}

}  // namespace weightshare
