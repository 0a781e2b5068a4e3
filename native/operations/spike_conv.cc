#include <cmath>

#include "kernels/table.h"
#include "operations/filter_checks.h"
#include "operations/neuron_attributes.h"
#include "operations/norm_attributes.h"
#include "operations/operations.h"

namespace weightshare {
namespace {

// What the convolutions with and without neurons have in common: stride and the zeros around the image.
class Convolution {
 public:
  explicit Convolution(const Attributes& attributes)
      : stride_(attributes.integer("stride")),
        top_(attributes.integer("top")),
        left_(attributes.integer("left")),
        bottom_(attributes.integer("bottom")),
        right_(attributes.integer("right")) {
    require(stride_ > 0, "stride is " + std::to_string(stride_) + ", but must be at least 1");
    require(top_ >= 0 && left_ >= 0 && bottom_ >= 0 && right_ >= 0, "padding must not be negative");
  }

  static std::vector<const char*> attributes() {
    return {"stride: int", "top: int", "left: int", "bottom: int", "right: int"};
  }

  // Spikes [T, N, H, W, words(C)] (input 0), filter [kernel, kernel, C, F] (1), bias [F] (2).
  SpikeConv work(const Call& call) const {
    const Input& spikes = call.input(0, 5, "spikes");
    const Input& filter = call.input(1, 4, "the filter");
    SpikeConv work = {};
    work.T = spikes.shape[0], work.N = spikes.shape[1], work.H = spikes.shape[2], work.W = spikes.shape[3];
    work.kernel_height = filter.shape[0], work.kernel_width = filter.shape[1];
    work.C = filter.shape[2], work.F = filter.shape[3];
    require_channels(spikes, filter, work.C);
    call.input(2, Shape{work.F}, "the bias");
    require(work.W * work.C < INT32_MAX, "an image row of more than 2^31 neurons");
    work.stride = stride_, work.top = top_, work.left = left_;
    work.out_height = outputs(work.H, top_ + bottom_, work.kernel_height);
    work.out_width = outputs(work.W, left_ + right_, work.kernel_width);
    work.spikes = reinterpret_cast<const uint32_t*>(spikes.ints());
    work.filter = filter.floats();
    work.bias = call.input(2).floats();
    return work;
  }

 private:
  int64_t outputs(int64_t size, int64_t padding, int64_t kernel) const {
    require(kernel > 0 && size + padding >= kernel, "a kernel of " + std::to_string(kernel) +
                                                        " does not fit an image of " + std::to_string(size) +
                                                        " with padding " + std::to_string(padding));
    return (size + padding - kernel) / stride_ + 1;
  }

  int64_t stride_, top_, left_, bottom_, right_;
};

constexpr const char* kNotPeriodic =
    "the spikes are said to be periodic, but some neuron does not fire at the multiples of its first spike's step";

const std::vector<const char*> kInputs = {"spikes: int32", "filter: float", "bias: float"};

// -> currents [T, N, out height, out width, F].
class SpikeConvOperation {
 public:
  explicit SpikeConvOperation(const Attributes& attributes) : convolution_(attributes) {}

  static Signature signature() {
    return {"WeightshareSpikeConv", Convolution::attributes(), kInputs, {"currents: float"}};
  }

  void compute(Call& call) const {
    SpikeConv work = convolution_.work(call);
    work.currents = call.floats(0, {work.T, work.N, work.out_height, work.out_width, work.F});
    kernels().spike_conv(work);
  }

 private:
  Convolution convolution_;
};

// -> fired bits [T, N, out height, out width, words(F)], spikes of each step [T].
class SpikeConvFireOperation {
 public:
  explicit SpikeConvFireOperation(const Attributes& attributes)
      : convolution_(attributes), periodic_(attributes.flag("periodic")), neuron_(neuron_of(attributes)) {}

  static Signature signature() {
    auto attributes = with_neuron(Convolution::attributes());
    attributes.push_back("periodic: bool");
    return {"WeightshareSpikeConvFire", attributes, kInputs, {"fired: int32", "totals: int32"}};
  }

  void compute(Call& call) const {
    SpikeConv work = convolution_.work(call);
    work.periodic = periodic_;
    work.neuron = neuron_;
    std::vector<int64_t> totals(work.T);
    work.totals = totals.data();
    const Shape shape = {work.T, work.N, work.out_height, work.out_width, words_of(work.F)};
    work.fired = reinterpret_cast<uint32_t*>(call.ints(0, shape));
    require(kernels().spike_conv(work), kNotPeriodic);
    write_totals(call, 1, totals);
  }

 private:
  Convolution convolution_;
  bool periodic_;
  IfNeuron neuron_;
};

// The same where a batch norm with the statistics of each step's own currents comes between: gamma [F] (3) and beta [F] (4) ->
// fired bits, spikes of each step, and mean and biased variance of the currents [T, F]. Currents are computed twice, for
// their moments and for the neurons, so that those of all steps need not be stored.
class SpikeConvNormFireOperation {
 public:
  explicit SpikeConvNormFireOperation(const Attributes& attributes)
      : convolution_(attributes), periodic_(attributes.flag("periodic")), epsilon_(epsilon_of(attributes)),
        neuron_(neuron_of(attributes)) {}

  static Signature signature() {
    auto attributes = with_neuron(Convolution::attributes());
    attributes.insert(attributes.end(), {"periodic: bool", "epsilon: float"});
    std::vector<const char*> inputs = kInputs;
    inputs.insert(inputs.end(), {"gamma: float", "beta: float"});
    return {"WeightshareSpikeConvNormFire", attributes, inputs,
            {"fired: int32", "totals: int32", "mean: float", "variance: float"}};
  }

  void compute(Call& call) const {
    SpikeConv work = convolution_.work(call);
    require(work.N * work.out_height * work.out_width > 0, "a norm needs at least one image");
    const float* gamma = call.input(3, Shape{work.F}, "gamma").floats();
    const float* beta = call.input(4, Shape{work.F}, "beta").floats();
    work.periodic = periodic_;
    work.neuron = neuron_;
    const StepMoments moments = {call.floats(2, {work.T, work.F}), call.floats(3, {work.T, work.F})};
    require(kernels().spike_conv_moments(work, moments), kNotPeriodic);
    // (x + bias - mean) * scale + beta = x * scale + shift.
    std::vector<float> scale(work.T * work.F), shift(work.T * work.F);
    for (int64_t i = 0; i < work.T * work.F; i++) {
      const int64_t channel = i % work.F;
      scale[i] = gamma[channel] / std::sqrt(moments.variance[i] + epsilon_);
      shift[i] = beta[channel] - (moments.mean[i] - work.bias[channel]) * scale[i];
    }
    work.scale = scale.data(), work.bias = shift.data();
    std::vector<int64_t> totals(work.T);
    work.totals = totals.data();
    const Shape shape = {work.T, work.N, work.out_height, work.out_width, words_of(work.F)};
    work.fired = reinterpret_cast<uint32_t*>(call.ints(0, shape));
    require(kernels().spike_conv(work), kNotPeriodic);
    write_totals(call, 1, totals);
  }

 private:
  Convolution convolution_;
  bool periodic_;
  float epsilon_;
  IfNeuron neuron_;
};

// Spikes [T, N, H, W, words(C)], filter [kernel, kernel, C, F] (its shape alone counts) and bias as above, dy
// [T, N, out height, out width, F] -> gradient of the filter.
class SpikeFilterGradientOperation {
 public:
  explicit SpikeFilterGradientOperation(const Attributes& attributes) : convolution_(attributes) {}

  static Signature signature() {
    std::vector<const char*> inputs = kInputs;
    inputs.push_back("dy: float");
    return {"WeightshareSpikeFilterGradient", Convolution::attributes(), inputs, {"gradient: float"}};
  }

  void compute(Call& call) const {
    const SpikeConv forward = convolution_.work(call);
    const int64_t reached = (forward.H + forward.kernel_height - 1) * (forward.W + forward.kernel_width - 1);
    require(reached <= kMostPlaces, "an image of more than 33,554,432 pixels, the zeros around it counted");
    const Shape outputs = {forward.T, forward.N, forward.out_height, forward.out_width, forward.F};
    SpikeFilterGradient work = {};
    work.images = forward.T * forward.N, work.H = forward.H, work.W = forward.W, work.C = forward.C;
    work.kernel_height = forward.kernel_height, work.kernel_width = forward.kernel_width;
    work.stride = forward.stride, work.top = forward.top, work.left = forward.left;
    work.out_height = forward.out_height, work.out_width = forward.out_width, work.F = forward.F;
    work.spikes = forward.spikes;
    work.dy = call.input(3, outputs, "dy").floats();
    work.gradient = call.floats(0, {work.kernel_height, work.kernel_width, work.C, work.F});
    kernels().spike_filter_gradient(work);
  }

 private:
  Convolution convolution_;
};

}  // namespace

void register_spike_conv() {
  register_operation<SpikeConvOperation>();
  register_operation<SpikeConvFireOperation>();
  register_operation<SpikeConvNormFireOperation>();
  register_operation<SpikeFilterGradientOperation>();
}

}  // namespace weightshare
