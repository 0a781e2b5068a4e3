#include <algorithm>

#include "kernels/table.h"
#include "operations/norm_attributes.h"
#include "operations/operations.h"
#include "tensorflow/operation.h"

namespace weightshare {
namespace {

// Inputs x [..., C] and bias [C], at which both moments and norm begin.
struct Biased {
  const Input& x;
  int64_t C, rows;
  const float* bias;

  Biased(const Call& call, int first) : x(call.input(first)), C(0), rows(0), bias(nullptr) {
    require(!x.shape.empty(), "x has shape [], but [..., channels] is needed");
    require(x.size() > 0, "x has shape " + to_text(x.shape) + ", but at least one entry is needed");
    C = x.shape.back(), rows = x.size() / C;
    bias = call.input(first + 1, Shape{C}, "the bias").floats();
  }
};

class BiasGeluMomentsOperation {
 public:
  explicit BiasGeluMomentsOperation(const Attributes&) {}

  static Signature signature() {
    return {"WeightshareBiasGeluMoments", {}, {"x: float", "bias: float"}, {"mean: float", "variance: float"}};
  }

  void compute(Call& call) const {
    const Biased in(call, 0);
    float* mean = call.floats(0, {in.C});
    float* variance = call.floats(1, {in.C});
    kernels().bias_gelu_moments({in.rows, in.C, in.x.floats(), in.bias, mean, variance});
  }
};

// The residual is a list of one or none.
class BiasGeluNormOperation {
 public:
  explicit BiasGeluNormOperation(const Attributes& attributes)
      : residuals_(attributes.integer("R")), epsilon_(epsilon_of(attributes)) {
    require(residuals_ <= 1, std::to_string(residuals_) + " residuals were given, but at most one is possible");
  }

  static Signature signature() {
    return {"WeightshareBiasGeluNorm",
            {"R: int >= 0", "epsilon: float"},
            {"x: float", "bias: float", "mean: float", "variance: float", "gamma: float", "beta: float",
             "residual: R * float"},
            {"y: float"}};
  }

  void compute(Call& call) const {
    const Biased in(call, 0);
    const Shape channels{in.C};
    BiasGeluNorm work = {};
    work.rows = in.rows, work.C = in.C, work.x = in.x.floats(), work.bias = in.bias, work.epsilon = epsilon_;
    work.mean = call.input(2, channels, "the mean").floats();
    work.variance = call.input(3, channels, "the variance").floats();
    work.gamma = call.input(4, channels, "gamma").floats();
    work.beta = call.input(5, channels, "beta").floats();
    if (residuals_ == 1) work.residual = call.input(6, in.x.shape, "the residual").floats();
    work.y = call.floats(0, in.x.shape);
    kernels().bias_gelu_norm(work);
  }

 private:
  int64_t residuals_;
  float epsilon_;
};

class BiasGeluNormGradientOperation {
 public:
  explicit BiasGeluNormGradientOperation(const Attributes& attributes)
      : epsilon_(epsilon_of(attributes)), frozen_(attributes.flag("frozen")) {}

  static Signature signature() {
    return {"WeightshareBiasGeluNormGradient",
            {"epsilon: float", "frozen: bool"},
            {"dy: float", "x: float", "bias: float", "mean: float", "variance: float", "gamma: float"},
            {"dx: float", "dbias: float", "dgamma: float", "dbeta: float"}};
  }

  void compute(Call& call) const {
    const Biased in(call, 1);
    const Shape channels{in.C};
    BiasGeluNormGradient work = {};
    work.rows = in.rows, work.C = in.C, work.x = in.x.floats(), work.bias = in.bias;
    work.epsilon = epsilon_, work.frozen = frozen_;
    work.dy = call.input(0, in.x.shape, "the gradient").floats();
    work.mean = call.input(3, channels, "the mean").floats();
    work.variance = call.input(4, channels, "the variance").floats();
    work.gamma = call.input(5, channels, "gamma").floats();
    work.dx = call.floats(0, in.x.shape);
    work.dbias = call.floats(1, channels);
    work.dgamma = call.floats(2, channels);
    work.dbeta = call.floats(3, channels);
    kernels().bias_gelu_norm_gradient(work);
  }

 private:
  float epsilon_;
  bool frozen_;
};

}  // namespace

void register_bias_gelu_norm() {
  register_operation<BiasGeluMomentsOperation>();
  register_operation<BiasGeluNormOperation>();
  register_operation<BiasGeluNormGradientOperation>();
}

}  // namespace weightshare
