#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// x [N, H, W, C] and the gradient dy [N, H / size, W / size, C] of its max pooling -> gradient of x.
class MaxPoolGradientOperation {
 public:
  explicit MaxPoolGradientOperation(const Attributes& attributes) : size_(attributes.integer("size")) {
    require(size_ > 0, "size is " + std::to_string(size_) + ", but must be at least 1");
  }

  static Signature signature() {
    return {"WeightshareMaxPoolGradient", {"size: int"}, {"x: float", "dy: float"}, {"dx: float"}};
  }

  void compute(Call& call) const {
    const Input& x = call.input(0, 4, "x");
    MaxPoolGradient work = {};
    work.N = x.shape[0], work.H = x.shape[1], work.W = x.shape[2], work.C = x.shape[3], work.size = size_;
    require(size_ <= work.H && size_ <= work.W, "x has shape " + to_text(x.shape) + ", but windows of " +
                                                    std::to_string(size_) + " x " + std::to_string(size_) +
                                                    " must fit into it");
    work.x = x.floats();
    work.dy = call.input(1, Shape{work.N, work.H / size_, work.W / size_, work.C}, "the gradient").floats();
    work.dx = call.floats(0, x.shape);
    kernels().max_pool_gradient(work);
  }

 private:
  int64_t size_;
};

}  // namespace

void register_max_pool_gradient() { register_operation<MaxPoolGradientOperation>(); }

}  // namespace weightshare
