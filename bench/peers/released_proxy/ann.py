"""The ANN that shares the weights, in plain float32."""

import torch
import torch.nn.functional as F
from network import EPSILON, MOMENTUM, Network
from response import pooled, response


def ann_outputs(network: Network, images: torch.Tensor, train: bool) -> torch.Tensor:
    """Images [N, C, H, W] -> outputs [N, classes]; ReLU after every layer but the last; planes contiguous throughout."""
    x = images.contiguous()
    for layer in network.layers:
        norms = layer.norm and train
        weights = (network.kernel(layer), None) if norms else network.folded(layer, "ann")
        z = response(layer, x, *weights).contiguous()
        if norms:
            gamma, beta, mean, variance = network.norm(layer, "ann")
            z = F.batch_norm(z, mean, variance, gamma, beta, True, MOMENTUM, EPSILON)
        activations = pooled(layer, z if layer is network.layers[-1] else F.relu(z))
        x = x + activations if layer.residual else activations
    return x
