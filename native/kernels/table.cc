// Compiled once per instruction set, like the kernels it lists.
#include "kernels/table.h"

#define WEIGHTSHARE_TEXT(name) #name
#define WEIGHTSHARE_NAME(name) WEIGHTSHARE_TEXT(name)

namespace weightshare {
namespace WEIGHTSHARE_INSTRUCTION_SET {

void integrate_fire(const IntegrateFire&);
bool spike_conv(const SpikeConv&);
bool spike_conv_moments(const SpikeConv&, const StepMoments&);
void spike_depthwise(const SpikeDepthwise&);
void spike_linear(const SpikeLinear&);
void gated_pool(const GatedPool&);
void adam_step(const AdamStep&);
void sgd_step(const SgdStep&);
void bias_gelu_moments(const BiasGeluMoments&);
void bias_gelu_norm(const BiasGeluNorm&);
void bias_gelu_norm_gradient(const BiasGeluNormGradient&);
void depthwise_conv(const DepthwiseConv&);
void depthwise_filter_gradient(const DepthwiseFilterGradient&);
void spike_filter_gradient(const SpikeFilterGradient&);
void max_pool_gradient(const MaxPoolGradient&);
void spike_pool_gradient(const SpikePoolGradient&);
int64_t pack_spikes(const PackSpikes&);
void count_spikes(const CountSpikes&);
void bias_relu_gradient(const BiasReluGradient&);
void image_conv(const ImageConv&);
void norm_moments(const NormMoments&);
void norm(const Norm&);
void norm_gradient(const NormGradient&);
void scale_add_relu(const ScaleAddRelu&);
void scale_add_relu_gradient(const ScaleAddReluGradient&);
void winograd_conv(const WinogradConv&);
void winograd_filter_gradient(const WinogradFilterGradient&);
void surrogate_if(const SurrogateIf&);
void surrogate_if_gradient(const SurrogateIfGradient&);

extern const KernelTable kTable;
const KernelTable kTable = {
    WEIGHTSHARE_NAME(WEIGHTSHARE_INSTRUCTION_SET),
    integrate_fire,
    spike_conv,
    spike_conv_moments,
    spike_depthwise,
    spike_linear,
    gated_pool,
    adam_step,
    sgd_step,
    bias_gelu_moments,
    bias_gelu_norm,
    bias_gelu_norm_gradient,
    depthwise_conv,
    depthwise_filter_gradient,
    spike_filter_gradient,
    max_pool_gradient,
    spike_pool_gradient,
    pack_spikes,
    count_spikes,
    bias_relu_gradient,
    image_conv,
    norm_moments,
    norm,
    norm_gradient,
    scale_add_relu,
    scale_add_relu_gradient,
    winograd_conv,
    winograd_filter_gradient,
    surrogate_if,
    surrogate_if_gradient,
};

}  // namespace WEIGHTSHARE_INSTRUCTION_SET
}  // namespace weightshare
