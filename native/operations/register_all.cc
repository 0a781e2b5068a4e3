#include "operations/operations.h"

namespace weightshare {

void register_all() {
  register_spike_packing();
  register_integrate_fire();
  register_spike_conv();
  register_spike_depthwise();
  register_spike_linear();
  register_spike_pool();
  register_gated_pool();
  register_optimisers();
  register_bias_gelu_norm();
  register_max_pool_gradient();
  register_norm();
  register_count_spikes();
  register_bias_relu_gradient();
  register_image_conv();
  register_scale_add_relu();
  register_depthwise_conv();
  register_surrogate_if();
  register_winograd_conv();
}

}  // namespace weightshare
