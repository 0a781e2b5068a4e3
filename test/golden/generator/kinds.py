"""Every kind by its name."""

from case import Kind
from kernel_sharing import (
    batch_norm,
    clip,
    convmixer,
    convolution,
    gelu_batchnorm,
    loss,
    optimiser,
    schedule,
    se_resnet,
)
from spiking import adam_step, conversion, if_neuron, proxy_step, snn_forward, spike_conv, spike_linear, surrogate_step
from spiking import tandem_step, tie_rule

ALL = [
    adam_step.KIND,
    batch_norm.KIND,
    clip.KIND,
    conversion.KIND,
    convmixer.KIND,
    convolution.DEPTHWISE,
    gelu_batchnorm.KIND,
    if_neuron.KIND,
    loss.KIND,
    optimiser.KIND,
    convolution.POINTWISE,
    proxy_step.KIND,
    schedule.KIND,
    se_resnet.KIND,
    snn_forward.KIND,
    spike_conv.KIND,
    spike_linear.KIND,
    surrogate_step.KIND,
    tandem_step.KIND,
    tie_rule.KIND,
]
KINDS: dict[str, Kind] = {kind.name: kind for kind in ALL}
