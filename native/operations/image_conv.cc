#include "kernels/table.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// x [N, H, W, C], filter [kernel, kernel, C, F], kernel odd, with zeros around the image; the bias [F] is a list of one or none.
class ImageConvOperation {
 public:
  explicit ImageConvOperation(const Attributes& attributes)
      : biases_(attributes.integer("R")), relu_(attributes.flag("relu")) {
    require(biases_ <= 1, std::to_string(biases_) + " biases were given, but at most one is possible");
  }

  static Signature signature() {
    return {"WeightshareImageConv",
            {"R: int >= 0", "relu: bool"},
            {"x: float", "filter: float", "bias: R * float"},
            {"y: float"}};
  }

  void compute(Call& call) const {
    const Input& x = call.input(0, 4, "x");
    const Input& filter = call.input(1, 4, "the filter");
    ImageConv work = {};
    work.N = x.shape[0], work.H = x.shape[1], work.W = x.shape[2], work.C = x.shape[3];
    work.kernel = filter.shape[0], work.F = filter.shape[3];
    call.input(1, Shape{work.kernel, work.kernel, work.C, work.F}, "the filter");
    require(work.kernel % 2 == 1, "the kernel has " + std::to_string(work.kernel) + " rows, but an odd number is needed");
    work.x = x.floats(), work.filter = filter.floats(), work.relu = relu_;
    if (biases_ == 1) work.bias = call.input(2, Shape{work.F}, "the bias").floats();
    work.y = call.floats(0, {work.N, work.H, work.W, work.F});
    kernels().image_conv(work);
  }

 private:
  int64_t biases_;
  bool relu_;
};

}  // namespace

void register_image_conv() { register_operation<ImageConvOperation>(); }

}  // namespace weightshare
