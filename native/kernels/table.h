// The kernels of one instruction set, and the choice among those that are built in.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/spikes.h"

namespace weightshare {

// Integrate-and-fire over T steps. P positions of C neurons each.
struct IntegrateFire {
  int64_t T, P, C;
  const float* currents;  // [T, P, C], or [P, C] where the current is constant
  bool constant;
  const float* membrane;  // [P, C], or null: the neuron's initial membrane
  IfNeuron neuron;
  uint32_t* fired;         // [T, P, words(C)]
  float* membrane_after;   // [P, C], or null
  int64_t* spikes;         // [T]: added to
};

// Convolution of spikes with a filter [kernel_height, kernel_width, C, F] plus bias [F], over T steps; by events:
// the rows of the filter that belong to spikes are added up, in the order kernel row, input column, channel.
struct SpikeConv {
  int64_t T, N, H, W, C;
  int64_t kernel_height, kernel_width, stride, top, left;
  int64_t out_height, out_width, F;
  const uint32_t* spikes;  // [T, N, H, W, words(C)]
  const float* filter;
  const float* bias;   // [F], added; where there is a scale [T, F]
  const float* scale;  // [T, F]: what the sums of each step are multiplied with before, or null
  // Every train of the input fires at the multiples of its first spike's step, as under a constant current: then each
  // neuron is added up once instead of at every spike.
  bool periodic;
  float* currents;  // [T, N, out_height, out_width, F], or null where neurons follow:
  IfNeuron neuron;
  uint32_t* fired;  // [T, N, out_height, out_width, words(F)]
  int64_t* totals;  // [T]: spikes of each step, added to
};

// Mean and biased variance of every step's currents over all images and pixels, both [T, F].
struct StepMoments {
  float *mean, *variance;
};

// Depthwise convolution of spikes with a filter [kernel, kernel, C] plus bias [C], stride 1, (kernel - 1) / 2 zeros on every side, and
// the neurons behind it, over T steps; by events.
struct SpikeDepthwise {
  int64_t T, N, H, W, C, kernel;  // kernel: odd, at most 15
  const uint32_t* spikes;         // [T, N, H, W, words(C)]
  const float *filter, *bias;
  IfNeuron neuron;
  uint32_t* fired;  // like spikes
  int64_t* totals;  // [T]: spikes of each step, added to
};

// Matrix product of spikes with weights [P * C, F] plus bias [F], over T steps, by events in the order of the input.
struct SpikeLinear {
  int64_t T, N, P, C, F;
  const uint32_t* spikes;  // [T, N, P, words(C)]
  const float* weights;
  const float* bias;
  float* currents;  // [T, N, F], or null where neurons follow:
  IfNeuron neuron;
  uint32_t* fired;  // [T, N, words(F)]
  int64_t* totals;  // [T]: spikes of each step, added to
};

// Gated max pooling of spikes, window = stride = size: at every step a window passes the spike, or the silence, of the neuron
// that has fired most so far, this step included; of several the first.
struct GatedPool {
  int64_t T, N, H, W, C, size;
  const uint32_t* spikes;  // [T, N, H, W, words(C)]
  const float* counts;     // spikes before, [N, H / size, W / size, size * size, C], or null: none
  uint32_t* pooled;        // [T, N, H / size, W / size, words(C)]
  float* counts_after;     // like counts
};

// A parameter with its gradient and the optimiser's state; value and states are changed in place.
struct UpdatedParameter {
  float* value;
  const float* gradient;
  float *first, *second;
  int64_t size;
  bool decays;
};

// One step of Adam. Every constant comes rounded from double precision: 1 - beta2 of a float beta2 would be 1e-5 off.
struct AdamStep {
  std::vector<UpdatedParameter> parameters;
  float gradient_scale;
  float beta1, gain1;  // gain1: 1 - beta1
  float beta2, gain2;  // gain2: 1 - beta2
  float scale;         // learning rate / (1 - beta1^k)
  float spread;        // 1 / sqrt(1 - beta2^k)
  float epsilon;
  float l2;    // l2 * value is added to the gradient of a parameter that decays
  float keep;  // what a parameter that decays is multiplied with (AdamW)
};

// One step of stochastic gradient descent with momentum and L2 decay.
struct SgdStep {
  std::vector<UpdatedParameter> parameters;
  float learning_rate, gradient_scale, momentum, weight_decay;
};

// Mean and biased variance over the rows of gelu(x + bias), for every channel.
struct BiasGeluMoments {
  int64_t rows, C;
  const float* x;     // [rows, C]
  const float* bias;  // [C]
  float *mean, *variance;
};

// y = (gelu(x + bias) - mean) * gamma / sqrt(variance + epsilon) + beta, plus the residual where there is one.
struct BiasGeluNorm {
  int64_t rows, C;
  const float* x;  // [rows, C]
  const float *bias, *mean, *variance, *gamma, *beta;
  const float* residual;  // [rows, C], or null
  float epsilon;
  float* y;
};

// Gradients of the same. Mean and variance are those of the rows, or constants where frozen.
struct BiasGeluNormGradient {
  int64_t rows, C;
  const float *dy, *x;  // [rows, C]
  const float *bias, *mean, *variance, *gamma;
  float epsilon;
  bool frozen;
  float *dx, *dbias, *dgamma, *dbeta;
};

// Depthwise convolution of x [N, H, W, C] with a filter [kernel, kernel, C] (turned by half a turn where flipped, as its
// own gradient asks for), stride 1, (kernel - 1) / 2 zeros on every side; plus an addend like x where there is one.
struct DepthwiseConv {
  int64_t N, H, W, C, kernel;  // kernel: odd, at most 15
  const float *x, *filter;
  bool flipped;
  const float* addend;
  float* y;
};

// Gradient [kernel, kernel, C] of that filter.
struct DepthwiseFilterGradient {
  int64_t N, H, W, C, kernel;
  const float *x, *dy;
  float* gradient;
};

// IF neurons over T steps, their spikes as floats.
struct SurrogateIf {
  int64_t T, neurons;
  const float* currents;  // [T, neurons], or [neurons] where the current is constant
  bool constant;
  IfNeuron neuron;
  float* spikes;  // [T, neurons]
};

// Back-propagation through time with the ATan derivative (alpha / 2) / (1 + (pi / 2 alpha x)^2) in place of the spike's.
struct SurrogateIfGradient {
  int64_t T, neurons, C;  // C: channels, the last axis of the neurons
  const float* spike_gradients;  // [T, neurons]
  const float* currents;         // as they were given
  bool constant;
  IfNeuron neuron;
  float alpha;
  bool detach_reset;
  float* current_gradients;  // [T, neurons], or their sum [neurons] where the current is constant
  float* channel_gradients;  // [C]: their sums over everything else
};

// The most pixels of an image, with the zeros around it, of which the kernel below numbers every column of a block.
constexpr int64_t kMostPlaces = int64_t{1} << 25;

// Gradient [kernel_height, kernel_width, C, F] of a spike convolution's filter, by events.
struct SpikeFilterGradient {
  int64_t images, H, W, C;
  int64_t kernel_height, kernel_width, stride, top, left;
  int64_t out_height, out_width, F;
  const uint32_t* spikes;  // [images, H, W, words(C)]
  const float* dy;         // [images, out_height, out_width, F]
  float* gradient;
};

// Gradient of max pooling, window = stride = size; it goes to the first of a window's largest entries.
struct MaxPoolGradient {
  int64_t N, H, W, C, size;
  const float* x;   // [N, H, W, C]
  const float* dy;  // [N, H / size, W / size, C]
  float* dx;
};

// Gradient of max pooling of spikes, window = stride = size; it goes to a window's first neuron that fires, or to its first.
struct SpikePoolGradient {
  int64_t images, H, W, C, size;
  const uint32_t* spikes;  // [images, H, W, words(C)]
  const float* dy;         // [images, H / size, W / size, C]
  float* dx;               // [images, H, W, C]
};

// x enters a convolution as max(0, (x - mean) * scale + beta), all [C]; all null: as it is.
struct InputNorm {
  const float *mean, *scale, *beta;
};

// Convolution 3 x 3, stride 1, with a border of one zero, plus a bias; 0 where that is negative if relu.
struct WinogradConv {
  int64_t N, H, W, C, F;
  const float* x;       // [N, H, W, C]
  const float* kernel;  // [3, 3, C, F]; if mirrored, that of the opposite direction: [3, 3, F, C], turned by 180 degrees
  bool mirrored;
  InputNorm norm;
  const float* bias;  // [F], or null
  bool relu;
  float* y;  // [N, H, W, F]
};

// Gradient of its kernel.
struct WinogradFilterGradient {
  int64_t N, H, W, C, F;
  const float *x, *dy;  // [N, H, W, C], [N, H, W, F]
  InputNorm norm;
  float* gradient;  // [3, 3, C, F]
};

// Floats that are 0 or 1 as bits.
struct PackSpikes {
  int64_t rows, C;
  const float* spikes;  // [rows, C]
  uint32_t* bits;       // [rows, words(C)]
};

// Spikes of P positions of C neurons each, summed over T steps.
struct CountSpikes {
  int64_t T, P, C;
  const uint32_t* spikes;  // [T, P, words(C)]
  float* counts;           // [P, C]
};

// Gradients of y = max(0, x + bias) from y.
struct BiasReluGradient {
  int64_t rows, C;
  const float *dy, *y;  // [rows, C]
  float *dx, *dbias;
};

// Convolution of x [N, H, W, C] with a filter [kernel, kernel, C, F], kernel odd, stride 1, (kernel - 1) / 2 zeros on every side,
// plus a bias; 0 where that is negative if relu.
struct ImageConv {
  int64_t N, H, W, C, F, kernel;
  const float *x, *filter;
  const float* bias;  // [F], or null
  bool relu;
  float* y;  // [N, H, W, F]
};

// Mean and biased variance over the rows, for every channel.
struct NormMoments {
  int64_t rows, C;
  const float* x;  // [rows, C]
  float *mean, *variance;
};

// y = (x - mean) * gamma / sqrt(variance + epsilon) + beta, and 0 where that is negative if relu.
struct Norm {
  int64_t rows, C;
  const float* x;  // [rows, C]
  const float *mean, *variance, *gamma, *beta;
  float epsilon;
  bool relu;
  float* y;
};

// Gradients of the same. Mean and variance are those of the rows, or constants where frozen.
struct NormGradient {
  int64_t rows, C;
  const float *dy, *x;  // [rows, C]
  const float *mean, *variance, *gamma, *beta;
  float epsilon;
  bool relu, frozen;
  float *dx, *dgamma, *dbeta;
};

// y = max(0, x * scale + shortcut), the scale of image n and channel c for all its pixels.
struct ScaleAddRelu {
  int64_t N, pixels, C;
  const float *x, *shortcut;  // [N, pixels, C]
  const float* scale;         // [N, C]
  float* y;
};

// Gradients of the same from y; that of the shortcut is dy where y is positive.
struct ScaleAddReluGradient {
  int64_t N, pixels, C;
  const float *dy, *y, *x;  // [N, pixels, C]
  const float* scale;       // [N, C]
  float *dx, *dshortcut;    // [N, pixels, C]
  float* dscale;            // [N, C]
};

struct KernelTable {
  const char* instruction_set;
  void (*integrate_fire)(const IntegrateFire&);
  // False where the input was said to be periodic and is not.
  bool (*spike_conv)(const SpikeConv&);
  bool (*spike_conv_moments)(const SpikeConv&, const StepMoments&);
  void (*spike_depthwise)(const SpikeDepthwise&);
  void (*spike_linear)(const SpikeLinear&);
  void (*gated_pool)(const GatedPool&);
  void (*adam_step)(const AdamStep&);
  void (*sgd_step)(const SgdStep&);
  void (*bias_gelu_moments)(const BiasGeluMoments&);
  void (*bias_gelu_norm)(const BiasGeluNorm&);
  void (*bias_gelu_norm_gradient)(const BiasGeluNormGradient&);
  void (*depthwise_conv)(const DepthwiseConv&);
  void (*depthwise_filter_gradient)(const DepthwiseFilterGradient&);
  void (*spike_filter_gradient)(const SpikeFilterGradient&);
  void (*max_pool_gradient)(const MaxPoolGradient&);
  void (*spike_pool_gradient)(const SpikePoolGradient&);
  int64_t (*pack_spikes)(const PackSpikes&);  // returns an entry that is neither 0 nor 1, or -1
  void (*count_spikes)(const CountSpikes&);
  void (*bias_relu_gradient)(const BiasReluGradient&);
  void (*image_conv)(const ImageConv&);
  void (*norm_moments)(const NormMoments&);
  void (*norm)(const Norm&);
  void (*norm_gradient)(const NormGradient&);
  void (*scale_add_relu)(const ScaleAddRelu&);
  void (*scale_add_relu_gradient)(const ScaleAddReluGradient&);
  void (*winograd_conv)(const WinogradConv&);
  void (*winograd_filter_gradient)(const WinogradFilterGradient&);
  void (*surrogate_if)(const SurrogateIf&);
  void (*surrogate_if_gradient)(const SurrogateIfGradient&);
};

// Chooses the kernels: of the instruction set named, or the best that this processor has where the name is empty.
// Returns what is wrong in words, or nothing.
std::string choose_kernels(const std::string& instruction_set);

const KernelTable& kernels();

}  // namespace weightshare
