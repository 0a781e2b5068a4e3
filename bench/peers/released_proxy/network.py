"""Layers, parameters and both lives' statistics, named and laid out as in lib/models/parameters.ts."""

from typing import NamedTuple

import numpy as np
import torch

EPSILON, MOMENTUM = 1e-5, 0.1  # batch norm, as in lib/ops/batch_norm.ts
CLASSES = 10
Tensors = dict[str, torch.Tensor]


class Layer(NamedTuple):
    name: str
    kernel: tuple[int, ...]  # [k, k, in, out] or [in, out]
    norm: bool
    pool: int  # window of the max pooling that follows; 1 where none does
    owner: str = ""  # the earlier layer whose kernel it uses; its own where empty
    positions: int = 1  # over which a linear layer sums its input
    patches: bool = False  # a convolution of patches: kernel = stride, no padding
    depthwise: bool = False  # one filter for each channel, kernel [k, k, 1, channels]
    residual: bool = False  # the next layer receives what this one receives, too

    @property
    def is_conv(self) -> bool:
        return len(self.kernel) == 4

    @property
    def fan_in(self) -> int:
        return self.positions * int(np.prod(self.kernel[:-1]))


def fashion_layers(width: float) -> tuple[list[int], list[dict]]:
    """128C3-128C3-P2-128C3-P2-2560-1152-256-10, hidden layers times the width (lib/models/fashion_network.ts)."""

    def scaled(size: int) -> int:
        return max(1, int(size * width + 0.5))

    conv = {"type": "conv", "filters": scaled(128), "kernel": 3, "norm": True}
    pool = {"type": "maxpool", "size": 2}
    linear = [{"type": "linear", "units": units} for units in (scaled(2560), scaled(1152), scaled(256), CLASSES)]
    return [28, 28, 1], [conv, conv, pool, conv, pool, *linear]


def layers_of(image: list[int], entries: list[dict]) -> list[Layer]:
    """Layers with weights, named conv1, conv2, ..., linear1, ...; stride 1, same padding, pools that drop what is odd."""
    height, width, channels = image
    layers: list[Layer] = []
    for entry in entries:
        if entry["type"] == "maxpool":
            layers[-1] = layers[-1]._replace(pool=entry["size"])
            height, width = height // entry["size"], width // entry["size"]
            continue
        kind = entry["type"]
        name = f"{kind}{1 + sum(layer.name.startswith(kind) for layer in layers)}"
        if kind == "conv":
            kernel = (entry["kernel"], entry["kernel"], channels, entry["filters"])
            channels = entry["filters"]
        else:
            kernel = (height * width * channels, entry["units"])
            height, width, channels = 1, 1, entry["units"]
        layers.append(Layer(name, kernel, entry.get("norm", False), 1))
    return layers


class Network:
    """Parameters and, of each life, running statistics, by name."""

    def __init__(self, layers: list[Layer], tensors: Tensors) -> None:
        self.layers = layers
        self.parameters = {name: tensors[name].clone().requires_grad_() for name in parameter_names(layers)}
        self.statistics = {name: tensors[name].clone() for name in statistics_names(layers)}

    @property
    def tensors(self) -> Tensors:
        return {name: value.detach() for name, value in self.parameters.items()} | self.statistics

    def assign(self, tensors: Tensors) -> None:
        with torch.no_grad():
            for name, value in self.tensors.items():
                value.copy_(tensors[name])

    def norm(self, layer: Layer, life: str) -> tuple[torch.Tensor, ...]:
        """Gamma, beta, and the running mean and variance of a life."""
        name = f"{layer.name}.norm"
        learned = (self.parameters[f"{name}.gamma"], self.parameters[f"{name}.beta"])
        return *learned, self.statistics[f"{name}.{life}.mean"], self.statistics[f"{name}.{life}.variance"]

    def kernel(self, layer: Layer) -> torch.Tensor:
        return self.parameters[f"{layer.owner or layer.name}.kernel"]

    def folded(self, layer: Layer, life: str) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Kernel and shift with the frozen norm inside, as lib/models/weighted_input.ts folds it."""
        kernel = self.kernel(layer)
        if not layer.norm:
            return kernel, None
        _, beta, mean, _ = self.norm(layer, life)
        scale = self.scale(layer, life)
        return kernel * scale, beta - mean * scale

    def scale(self, layer: Layer, life: str) -> torch.Tensor:
        """What a frozen norm multiplies with."""
        gamma, _, _, variance = self.norm(layer, life)
        return gamma * torch.rsqrt(variance + EPSILON)


def network_on(layers: list[Layer], tensors: Tensors, device) -> Network:
    return Network(layers, {name: value.to(device) for name, value in tensors.items()})


def parameter_names(layers: list[Layer]) -> list[str]:
    """In the order in which our library has them."""
    return [
        f"{layer.name}.{entry}"
        for layer in layers
        for entry in entries_of(layer)
    ]


def entries_of(layer: Layer) -> list[str]:
    return [*([] if layer.owner else ["kernel"]), *(["norm.gamma", "norm.beta"] if layer.norm else [])]


def statistics_names(layers: list[Layer]) -> list[str]:
    normed = [layer.name for layer in layers if layer.norm]
    return [f"{n}.norm.{life}.{what}" for life in ("ann", "snn") for n in normed for what in ("mean", "variance")]


def initial_kernel(layer: Layer, generator: torch.Generator) -> torch.Tensor:
    bound = layer.fan_in**-0.5
    return torch.empty(layer.kernel).uniform_(-bound, bound, generator=generator)


def initial_tensors(layers: list[Layer], seed: int, deviation: float | None = None) -> Tensors:
    """
    PyTorch's defaults: kernels uniform in +-1 / sqrt(fan-in), gamma 1 (or normal around 0 with the deviation), beta 0, running
    mean 0 and variance 1.
    """
    generator = torch.Generator().manual_seed(seed)
    tensors: Tensors = {}
    for layer in layers:
        if not layer.owner:
            tensors[f"{layer.name}.kernel"] = initial_kernel(layer, generator)
        if layer.norm:
            ones, zeros = torch.ones(layer.kernel[-1]), torch.zeros(layer.kernel[-1])
            tensors |= {f"{layer.name}.norm.gamma": ones, f"{layer.name}.norm.beta": zeros}
            for life in ("ann", "snn"):
                tensors |= {f"{layer.name}.norm.{life}.mean": zeros, f"{layer.name}.norm.{life}.variance": ones}
    if deviation is not None:
        for name in (name for name in tensors if name.endswith(".gamma")):
            tensors[name] = deviation * torch.randn(tensors[name].shape, generator=generator)
    return tensors
