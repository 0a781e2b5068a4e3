#include <algorithm>

#include "kernels/table.h"
#include "operations/filter_checks.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// An image without an entry would leave nothing to divide the work by.
const Input& images_of(const Call& call, int index) {
  const Input& x = call.input(index, 4, "x");
  require(x.size() > 0, "x has shape " + to_text(x.shape) + ", but at least one entry is needed");
  return x;
}

// Filter [kernel, kernel, C, 1] on x [N, H, W, C]; the addend is a list of one or none.
class DepthwiseConvOperation {
 public:
  explicit DepthwiseConvOperation(const Attributes& attributes)
      : addends_(attributes.integer("R")), flipped_(attributes.flag("flipped")) {
    require(addends_ <= 1, std::to_string(addends_) + " addends were given, but at most one is possible");
  }

  static Signature signature() {
    return {"WeightshareDepthwiseConv",
            {"R: int >= 0", "flipped: bool"},
            {"x: float", "filter: float", "addend: R * float"},
            {"y: float"}};
  }

  void compute(Call& call) const {
    const Input& x = images_of(call, 0);
    const Input& filter = call.input(1, 4, "the filter");
    const int64_t C = x.shape[3], kernel = filter.shape[0];
    require_side(kernel);
    call.input(1, Shape{kernel, kernel, C, 1}, "the filter");
    const float* addend = addends_ == 1 ? call.input(2, x.shape, "the addend").floats() : nullptr;
    float* y = call.floats(0, x.shape);
    kernels().depthwise_conv({x.shape[0], x.shape[1], x.shape[2], C, kernel, x.floats(), filter.floats(), flipped_, addend, y});
  }

 private:
  int64_t addends_;
  bool flipped_;
};

class DepthwiseFilterGradientOperation {
 public:
  explicit DepthwiseFilterGradientOperation(const Attributes& attributes) : kernel_(attributes.integer("kernel")) {
    require_side(kernel_);
  }

  static Signature signature() {
    return {"WeightshareDepthwiseFilterGradient", {"kernel: int"}, {"x: float", "dy: float"}, {"gradient: float"}};
  }

  void compute(Call& call) const {
    const Input& x = images_of(call, 0);
    const Input& dy = call.input(1, x.shape, "the gradient");
    const int64_t C = x.shape[3];
    float* gradient = call.floats(0, {kernel_, kernel_, C, 1});
    kernels().depthwise_filter_gradient(
        {x.shape[0], x.shape[1], x.shape[2], C, kernel_, x.floats(), dy.floats(), gradient});
  }

 private:
  int64_t kernel_;
};

}  // namespace

void register_depthwise_conv() {
  register_operation<DepthwiseConvOperation>();
  register_operation<DepthwiseFilterGradientOperation>();
}

}  // namespace weightshare
