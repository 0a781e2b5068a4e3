"""The spiking life on tensor cores."""

import torch
import torch.nn.functional as F
from conv_way import ConvWay, Tile
from log import Failure
from network import Layer, Network, Tensors
from neurons import fire, pooled_over_time
from norm_over_time import normalised_over_time
from precision import tensor_float32
from response import taps_product
from split_weights import SCALE, pieces, product_of, split_plain

try:
    import spiking_kernels as kernels
except ImportError:  # no Triton
    kernels = None


class FastSnn:
    """
    The spiking life of a batch of one size, all steps of a layer at once: spikes in float16, channels last, with the border
    that the next convolution pads with; kernels 3 x 3, pooling windows 2 x 2.
    """

    def __init__(self, network: Network, image: list[int], batch: int, steps: int, threshold: float, fires: bool) -> None:
        self.network, self.batch, self.steps, self.threshold = network, batch, steps, threshold
        self.fires = fires  # whether neurons are computed by Triton's kernels
        self.multiply = product_of(network.kernel(network.layers[0]).device)
        self.ways = {layer.name: ConvWay("cudnn") for layer in network.layers[1:] if layer.is_conv}
        self.tiles = ConvWay("cudnn")  # the same while norms train
        self.sizes: dict[str, tuple[int, int]] = {}
        self.spikes: Tensors = {}
        self.halves: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
        height, width = image[:2]
        device = network.kernel(network.layers[0]).device
        self.ones = torch.ones(max(layer.kernel[-1] for layer in network.layers), device=device)
        self.zeros = torch.zeros_like(self.ones)
        for layer, following in zip(network.layers, [*network.layers[1:], None]):
            shape: tuple[int, ...] = (steps, batch, layer.kernel[-1])
            if layer.is_conv:
                self.sizes[layer.name] = (height, width)
                height, width = height // layer.pool, width // layer.pool
                pad = self.pad(layer, following)
                shape = (steps, batch, height + 2 * pad, width + 2 * pad, layer.kernel[-1])
            self.spikes[layer.name] = torch.zeros(shape, dtype=torch.float16, device=device)
            self.halves[layer.name] = tuple(torch.empty(2, *layer.kernel, dtype=torch.float16, device=device))
            if self.spikes[layer.name].numel() >= 2**31:
                raise Failure(f"{batch} images over {steps} steps are too many for the kernels' indices")

    @staticmethod
    def pad(layer: Layer, following: Layer | None) -> int:
        return 1 if layer.is_conv and following is not None and following.is_conv else 0

    def border(self, layer: Layer) -> int:
        index = self.network.layers.index(layer)
        return self.pad(layer, [*self.network.layers, None][index + 1])

    @torch.no_grad()
    def counts(self, images: torch.Tensor, train: bool) -> torch.Tensor:
        """Images [N, C, H, W] -> spike counts [N, classes]."""
        first, *others = self.network.layers
        before = self.spikes[first.name]
        self.first(first, images, train)
        for layer in others:
            self.weighted(layer, before, train)
            before = self.spikes[layer.name]
        return before.float().sum(0)

    def first(self, layer: Layer, images: torch.Tensor, train: bool) -> None:
        """The layer whose current is constant, in float32."""
        kernel, shift = (self.network.kernel(layer), None) if train else self.network.folded(layer, "snn")
        currents = taps_product(layer, images, kernel).permute(0, 2, 3, 1)[None]
        if train:
            normalised_over_time(self.network, layer, currents)
        self.fire(layer, currents, self.zeros if shift is None else shift)

    def weighted(self, layer: Layer, before: torch.Tensor, train: bool) -> None:
        """Spikes of the layer before -> those of the layer, into its place."""
        if layer is self.network.layers[-1]:  # a few outputs: in float32
            currents = before.float().flatten(0, 1).flatten(1) @ self.network.kernel(layer)
            return self.fire(layer, currents.view(self.steps, self.batch, -1), self.zeros)
        shift = self.split(layer, layer.norm and not train)
        if not layer.is_conv:
            return self.fire(layer, self.linear(layer, before), shift)
        way = self.tiles if train else self.ways[layer.name]
        if way.kind == "fused":
            return self.conv_fire(layer, before, shift, way.tile)
        currents = self.conv(layer, before, way)
        self.fire(layer, normalised_over_time(self.network, layer, currents) if train else currents, shift)

    def split(self, layer: Layer, folded: bool) -> torch.Tensor:
        """Splits a layer's weights, its frozen norm inside; returns its shift."""
        kernel, shift, scale = self.network.kernel(layer), self.zeros, self.ones[: layer.kernel[-1]]
        if folded:
            _, beta, mean, _ = self.network.norm(layer, "snn")
            scale = self.network.scale(layer, "snn")
            shift = beta - mean * scale
        high, low = self.halves[layer.name]
        if self.fires:
            grid = (kernels.triton.cdiv(kernel.numel(), 1024),)
            kernels.split_kernel[grid](kernel, scale, high, low, kernel.numel(), layer.kernel[-1], SCALE, BLOCK=1024)
        else:
            split_plain(kernel, scale, high, low)
        return shift

    def linear(self, layer: Layer, before: torch.Tensor) -> torch.Tensor:
        rows = before.flatten(0, 1).flatten(1)
        high, low = self.halves[layer.name]
        count = pieces(rows.shape[1])
        parts = self.multiply(rows.unflatten(1, (count, -1)).transpose(0, 1), high.unflatten(0, (count, -1)))
        currents = self.multiply(rows[None], low[None])[0].add_(parts.sum(0))
        return currents.mul_(1 / SCALE).view(self.steps, self.batch, -1)

    def conv(self, layer: Layer, before: torch.Tensor, way: ConvWay) -> torch.Tensor:
        """Spikes with their border -> currents [T, N, H, W, F]."""
        height, width = self.sizes[layer.name]
        high, low = self.halves[layer.name]
        shape = (self.steps, self.batch, height, width, layer.kernel[-1])
        if way.tile is None:
            x = before.flatten(0, 1).permute(0, 3, 1, 2).float()
            with tensor_float32():
                currents = F.conv2d(x, high.float().permute(3, 2, 0, 1))
                currents += F.conv2d(x, low.float().permute(3, 2, 0, 1))
            return currents.mul_(1 / SCALE).permute(0, 2, 3, 1).contiguous().view(shape)
        currents = torch.empty(shape, device=before.device)
        BM, BN, BK, warps, stages = way.tile
        rows, (*_, C, filters) = currents[..., 0].numel(), layer.kernel
        grid = (kernels.triton.cdiv(rows, BM), filters // BN)
        sizes = {"C": C, "F": filters, "BM": BM, "BN": BN, "BK": BK, "num_warps": warps, "num_stages": stages}
        kernels.conv_kernel[grid](before, high, low, currents, rows, height, width, 1 / SCALE, **sizes)
        return currents

    def conv_fire(self, layer: Layer, before: torch.Tensor, shift: torch.Tensor, tile: Tile) -> None:
        height, width = self.sizes[layer.name]
        high, low = self.halves[layer.name]
        BM, BN, BK, warps, stages = tile
        rows, (*_, C, filters) = self.batch * height * width, layer.kernel
        grid = (kernels.triton.cdiv(rows, BM), filters // BN)
        sizes = {"C": C, "F": filters, "POOL": layer.pool, "BM": BM, "BN": BN, "BK": BK}
        numbers = (rows, height, width, self.steps, self.batch, self.border(layer), self.threshold, 1 / SCALE)
        tensors = (before, high, low, shift, self.spikes[layer.name])
        kernels.conv_fire_kernel[grid](*tensors, *numbers, **sizes, num_warps=warps, num_stages=stages)

    def fire(self, layer: Layer, currents: torch.Tensor, shift: torch.Tensor) -> None:
        """Currents [T or 1, N, ..., F] -> the layer's spikes, pooled, into their place."""
        height, width = self.sizes.get(layer.name, (1, 1))
        pad, spikes, filters = self.border(layer), self.spikes[layer.name], layer.kernel[-1]
        if not self.fires:
            fired = pooled_over_time(fire(currents + shift[:filters], self.steps, self.threshold), layer.pool)
            inner = spikes[:, :, pad:-pad, pad:-pad] if pad else spikes
            inner.copy_(fired)
            return
        size = self.batch * (height // layer.pool) * (width // layer.pool) * filters
        numbers = (size, height, width, self.steps, self.batch, self.threshold)
        sizes = {"CONSTANT": len(currents) == 1, "F": filters, "POOL": layer.pool, "PAD": pad, "BLOCK": 512}
        kernels.fire_kernel[(kernels.triton.cdiv(size, 512),)](currents, shift, spikes, *numbers, **sizes)
