"""Tandem learning as published, with norms of counts (lib/spiking/tandem.ts)."""

import torch
import torch.nn.functional as F
from if_neuron import Neuron, spikes_of
from network import EPSILON, Layer, Network, Tensors
from response import channels_first, pooled, response
from spiking_life import currents_of, images_as_spikes


class TakesValue(torch.autograd.Function):
    """The value of the second, the graph of the first."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        return value.clone()

    @staticmethod
    def backward(ctx, gradient: torch.Tensor):
        return gradient, None


@torch.no_grad()
def received_counts(network: Network, images: torch.Tensor, neuron: Neuron, norms_train: bool, momentum: float) -> Tensors:
    """The counts that each layer but the first receives, by its name; moves running statistics while norms train."""
    received: Tensors = {}
    spikes, counts = images_as_spikes(images), images * neuron.steps
    for layer, following in zip(network.layers, network.layers[1:]):
        if layer.norm and norms_train:
            move_statistics(network, layer, response(layer, counts, network.kernel(layer)), momentum)
        kernel, shift = network.folded(layer, "snn")
        shift = None if shift is None else shift / neuron.steps
        spikes = spikes_of(currents_of(layer, spikes, kernel, shift), neuron, layer.pool)
        counts = received[following.name] = channels_first(spikes.sum(0))
    return received


def move_statistics(network: Network, layer: Layer, z: torch.Tensor, momentum: float) -> None:
    """Running statistics after a batch of responses [N, C, ...]."""
    _, _, mean, variance = network.norm(layer, "snn")
    axes = [axis for axis in range(z.dim()) if axis != 1]
    of_batch, mean_of_batch = torch.var_mean(z, dim=axes, correction=1)
    mean.lerp_(mean_of_batch, momentum)
    variance.lerp_(of_batch, momentum)


def tandem_logits(network: Network, images: torch.Tensor, received: Tensors, steps: int, norms_train: bool, most: float | None):
    """The ANN whose activations take the SNN's counts as values; `most` is where gradients stop."""
    x = images * steps
    for layer in network.layers:
        if layer.name in received:
            x = TakesValue.apply(x, received[layer.name])
        trains = layer.norm and norms_train
        z = response(layer, x, *((network.kernel(layer), None) if trains else network.folded(layer, "snn")))
        if trains:
            gamma, beta, *_ = network.norm(layer, "snn")
            z = F.batch_norm(z, None, None, gamma, beta, True, 0.0, EPSILON)
        if layer is network.layers[-1]:
            return z
        x = F.relu(z)
        x = pooled(layer, x if most is None else x.clamp(max=most))


@torch.no_grad()
def tandem_outputs(network: Network, images: torch.Tensor, neuron: Neuron) -> torch.Tensor:
    """Frozen: the sum over all steps of the last layer's currents, without neurons there."""
    received = received_counts(network, images, neuron, False, 0.0)
    last = network.layers[-1]
    return response(last, received[last.name], network.kernel(last))
