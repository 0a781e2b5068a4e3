"""The SNN of a network, all steps of a layer at once, differentiable by surrogate gradients where its parameters are."""

from collections.abc import Callable

import torch
from if_neuron import Neuron, max_pooled, spikes_of
from network import EPSILON, MOMENTUM, Layer, Network
from response import channels_first, response


def images_as_spikes(images: torch.Tensor) -> torch.Tensor:
    """Images [N, C, H, W] -> [1, N, H, W, C]: constant over time."""
    return images.permute(0, 2, 3, 1)[None]


def currents_of(layer: Layer, spikes: torch.Tensor, kernel: torch.Tensor, shift: torch.Tensor | None) -> torch.Tensor:
    """Spikes [T, N, H, W, C] or [T, N, F] -> the layer's currents, in the same order of axes."""
    z = response(layer, channels_first(spikes.flatten(0, 1)), kernel, shift)
    z = z.permute(0, 2, 3, 1) if z.dim() == 4 else z
    return z.unflatten(0, spikes.shape[:2])


def normalised_steps(network: Network, layer: Layer, currents: torch.Tensor) -> torch.Tensor:
    """Currents [T, N, ..., C] by every step's own statistics, with which the running ones move in turn."""
    gamma, beta, *running = network.norm(layer, "snn")
    axes = tuple(range(1, currents.dim() - 1))
    variance, mean = torch.var_mean(currents, dim=axes, correction=0, keepdim=True)
    with torch.no_grad():
        rows = currents[0].numel() // currents.shape[-1]
        steps = torch.arange(len(currents) - 1, -1, -1, device=currents.device)
        shares = MOMENTUM * (1 - MOMENTUM) ** steps  # of each step in what the last one leaves
        for statistic, of_steps in zip(running, (mean, variance * (rows / max(rows - 1, 1)))):
            moved = (shares[:, None] * of_steps.flatten(0, -2)).sum(0)
            statistic.mul_((1 - MOMENTUM) ** len(currents)).add_(moved)
    return (currents - mean) * (gamma * torch.rsqrt(variance + EPSILON)) + beta


def simulate(
    network: Network, images: torch.Tensor, neuron: Neuron, norms_train: bool, see: Callable | None = None
) -> torch.Tensor:
    """
    Images [N, C, H, W] -> spikes of the last layer [T, N, classes]; `see` gets each layer with its spikes before pooling. Behind a
    residual the next layer receives the sum of two spike trains.
    """
    spikes = images_as_spikes(images)
    for layer in network.layers:
        trains = layer.norm and norms_train
        weights = (network.kernel(layer), None) if trains else network.folded(layer, "snn")
        currents = currents_of(layer, spikes, *weights)
        if trains:
            currents = normalised_steps(network, layer, currents)
        if see is None:
            fired = spikes_of(currents, neuron, layer.pool)
        else:
            fired = spikes_of(currents, neuron)
            see(layer, fired)
            fired = max_pooled(fired, layer.pool)
        spikes = spikes + fired if layer.residual else fired
    return spikes
