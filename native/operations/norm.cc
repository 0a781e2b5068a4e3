#include "kernels/table.h"
#include "operations/norm_attributes.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// An input x [..., C].
struct Rows {
  const Input& x;
  int64_t C, rows;

  Rows(const Call& call, int index) : x(call.input(index)), C(0), rows(0) {
    require(!x.shape.empty(), "x has shape [], but [..., channels] is needed");
    require(x.size() > 0, "x has shape " + to_text(x.shape) + ", but at least one entry is needed");
    C = x.shape.back(), rows = x.size() / C;
  }
};

class NormMomentsOperation {
 public:
  explicit NormMomentsOperation(const Attributes&) {}

  static Signature signature() {
    return {"WeightshareNormMoments", {}, {"x: float"}, {"mean: float", "variance: float"}};
  }

  void compute(Call& call) const {
    const Rows in(call, 0);
    float* mean = call.floats(0, {in.C});
    float* variance = call.floats(1, {in.C});
    kernels().norm_moments({in.rows, in.C, in.x.floats(), mean, variance});
  }
};

class NormOperation {
 public:
  explicit NormOperation(const Attributes& attributes)
      : epsilon_(epsilon_of(attributes)), relu_(attributes.flag("relu")) {}

  static Signature signature() {
    return {"WeightshareNorm",
            {"epsilon: float", "relu: bool"},
            {"x: float", "mean: float", "variance: float", "gamma: float", "beta: float"},
            {"y: float"}};
  }

  void compute(Call& call) const {
    const Rows in(call, 0);
    const Shape channels{in.C};
    Norm work = {};
    work.rows = in.rows, work.C = in.C, work.x = in.x.floats(), work.epsilon = epsilon_, work.relu = relu_;
    work.mean = call.input(1, channels, "the mean").floats();
    work.variance = call.input(2, channels, "the variance").floats();
    work.gamma = call.input(3, channels, "gamma").floats();
    work.beta = call.input(4, channels, "beta").floats();
    work.y = call.floats(0, in.x.shape);
    kernels().norm(work);
  }

 private:
  float epsilon_;
  bool relu_;
};

class NormGradientOperation {
 public:
  explicit NormGradientOperation(const Attributes& attributes)
      : epsilon_(epsilon_of(attributes)), relu_(attributes.flag("relu")), frozen_(attributes.flag("frozen")) {}

  static Signature signature() {
    return {"WeightshareNormGradient",
            {"epsilon: float", "relu: bool", "frozen: bool"},
            {"dy: float", "x: float", "mean: float", "variance: float", "gamma: float", "beta: float"},
            {"dx: float", "dgamma: float", "dbeta: float"}};
  }

  void compute(Call& call) const {
    const Rows in(call, 1);
    const Shape channels{in.C};
    NormGradient work = {};
    work.rows = in.rows, work.C = in.C, work.x = in.x.floats();
    work.epsilon = epsilon_, work.relu = relu_, work.frozen = frozen_;
    work.dy = call.input(0, in.x.shape, "the gradient").floats();
    work.mean = call.input(2, channels, "the mean").floats();
    work.variance = call.input(3, channels, "the variance").floats();
    work.gamma = call.input(4, channels, "gamma").floats();
    work.beta = call.input(5, channels, "beta").floats();
    work.dx = call.floats(0, in.x.shape);
    work.dgamma = call.floats(1, channels);
    work.dbeta = call.floats(2, channels);
    kernels().norm_gradient(work);
  }

 private:
  float epsilon_;
  bool relu_, frozen_;
};

}  // namespace

void register_norm() {
  register_operation<NormMomentsOperation>();
  register_operation<NormOperation>();
  register_operation<NormGradientOperation>();
}

}  // namespace weightshare
