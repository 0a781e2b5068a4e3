"""The spiking life in plain PyTorch: the reference, and what runs on a CPU."""

import torch
from network import Layer, Network, Tensors
from neurons import fire, pooled_over_time
from norm_over_time import normalised_over_time
from response import response


class PlainSnn:
    """All time steps of a layer at once, a batch of any size."""

    def __init__(self, network: Network, steps: int, threshold: float, reset: str = "hard", initial: float = 0.0) -> None:
        self.network, self.steps = network, steps
        self.neuron = (threshold, reset, initial)
        self.totals: Tensors = {}
        self.spikes: Tensors = {}

    @torch.no_grad()
    def counts(self, images: torch.Tensor, train: bool) -> torch.Tensor:
        """Images [N, C, H, W] -> spike counts [N, classes]."""
        spikes = images.permute(0, 2, 3, 1)[None]
        for layer in self.network.layers:
            currents = self.currents(layer, spikes, train)
            fired = fire(currents, self.steps, *self.neuron)
            self.totals[layer.name] = fired.sum()
            spikes = self.spikes[layer.name] = pooled_over_time(fired, layer.pool)
        return spikes.sum(0)

    def currents(self, layer: Layer, spikes: torch.Tensor, train: bool) -> torch.Tensor:
        """[T, N, H, W, C] or [T, N, F] -> the layer's currents, in the same order of axes."""
        steps, images = spikes.shape[:2]
        rows = spikes.flatten(0, 1)
        if not layer.is_conv:
            return response(layer, rows.flatten(1), self.network.kernel(layer)).unflatten(0, (steps, images))
        norm = layer.norm and train
        weights = (self.network.kernel(layer), None) if norm else self.network.folded(layer, "snn")
        z = response(layer, rows.permute(0, 3, 1, 2), *weights).permute(0, 2, 3, 1).unflatten(0, (steps, images))
        return normalised_over_time(self.network, layer, z.contiguous()) if norm else z
