"""Networks of convolutional and linear layers as `config.layers` describes them, and their life in spikes."""

from typing import Callable, NamedTuple

import torch

from batch_norm import batch_statistics, normalise, updated
from case import Tensors
from layouts import conv, max_pool
from spiking.margins import require_threshold
from spiking.neuron import Neuron, integrate_and_fire


class Layer(NamedTuple):
    name: str
    kernel: tuple[int, ...]  # [k, k, in, out] or [in, out]
    norm: bool
    pool: int | None  # the window of the max pooling that follows

    def response(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """Activations [N, H, W, C] or [N, units] -> what the layer's weights make of them."""
        kernel = tensors[f"{self.name}.kernel"]
        return conv(x, kernel, padding=self.kernel[0] // 2) if len(self.kernel) == 4 else x.flatten(1) @ kernel

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        return x if self.pool is None else max_pool(x, self.pool)


Norm = Callable[[Layer, torch.Tensor], torch.Tensor]


def layers_of(config) -> list[Layer]:
    height, width, channels = config["image"]
    layers: list[Layer] = []
    for entry in config["layers"]:
        if entry["type"] == "conv":
            size, filters = entry["kernel"], entry["filters"]
            layers.append(Layer(_name(layers, "conv"), (size, size, channels, filters), entry["norm"], None))
            channels = filters
        elif entry["type"] == "maxpool":
            layers[-1] = layers[-1]._replace(pool=entry["size"])
            height, width = height // entry["size"], width // entry["size"]
        else:
            inputs = height * width * channels
            layers.append(Layer(_name(layers, "linear"), (inputs, entry["units"]), False, None))
            height, width, channels = 1, 1, entry["units"]
    return layers


def _name(layers: list[Layer], kind: str) -> str:
    return f"{kind}{1 + sum(layer.name.startswith(kind) for layer in layers)}"


def parameter_shapes(config) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for layer in layers_of(config):
        shapes[f"{layer.name}.kernel"] = layer.kernel
        if layer.norm:
            shapes |= {f"{layer.name}.norm.{entry}": layer.kernel[-1:] for entry in ("gamma", "beta")}
    return shapes


class Norms:
    """
    The norms of one life of a network: "ann" or "snn". Frozen, they use their running statistics; in train mode those
    of the batch at hand, which then enter the running ones.
    """

    def __init__(self, tensors: Tensors, life: str, train: bool = False, momentum: float = 0.0):
        self.tensors, self.life, self.train, self.momentum = tensors, life, train, momentum
        names = [name.removesuffix(".mean") for name in tensors if name.endswith(f".norm.{life}.mean")]
        self.running = {name: (tensors[f"{name}.mean"], tensors[f"{name}.variance"]) for name in names}

    def __call__(self, layer: Layer, x: torch.Tensor) -> torch.Tensor:
        if not layer.norm:
            return x
        statistics = self.running[f"{layer.name}.norm.{self.life}"]
        if self.train:
            self.running[f"{layer.name}.norm.{self.life}"] = updated(statistics, x, self.momentum)
            statistics = batch_statistics(x)
        gamma, beta = (self.tensors[f"{layer.name}.norm.{entry}"] for entry in ("gamma", "beta"))
        return normalise(x, statistics, gamma, beta)

    def after(self) -> Tensors:
        """The running statistics as they are now."""
        return {
            f"after.{name}.{entry}": value
            for name, statistics in self.running.items()
            for entry, value in zip(("mean", "variance"), statistics)
        }


def simulate(config, tensors: Tensors, norms: Norm, neuron: Neuron, **firing) -> dict[str, torch.Tensor]:
    """
    Spikes [T, N, ...] of every layer, before pooling. The image is the same at every step, so that the first layer's
    current is one node.
    """
    spikes, below = {}, [tensors["image"]]
    for layer in layers_of(config):
        currents = [norms(layer, layer.response(tensors, x)) for x in below]
        fired = integrate_and_fire(currents * (config["T"] // len(currents)), neuron, **firing)
        require_threshold(layer.name, fired.margin)
        spikes[layer.name] = fired.spikes
        below = [layer.pooled(step) for step in fired.spikes]
    return spikes


def totals(spikes: dict[str, torch.Tensor]) -> Tensors:
    return {f"spikes.{name}": each.sum() for name, each in spikes.items()}


def output_counts(spikes: dict[str, torch.Tensor]) -> torch.Tensor:
    """Spike counts of the last layer, [N, classes]."""
    return list(spikes.values())[-1].sum(0)
