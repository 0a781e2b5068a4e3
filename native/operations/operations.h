// Every operation of the library. To add one: a class in a file of this folder, and a line here and in register_all.
#pragma once

namespace weightshare {

void register_spike_packing();
void register_integrate_fire();
void register_spike_conv();
void register_spike_depthwise();
void register_spike_linear();
void register_spike_pool();
void register_gated_pool();
void register_optimisers();
void register_bias_gelu_norm();
void register_max_pool_gradient();
void register_norm();
void register_count_spikes();
void register_bias_relu_gradient();
void register_image_conv();
void register_scale_add_relu();
void register_depthwise_conv();
void register_surrogate_if();
void register_winograd_conv();

// Registers all operations with TensorFlow; throws std::runtime_error where it refuses.
void register_all();

}  // namespace weightshare
