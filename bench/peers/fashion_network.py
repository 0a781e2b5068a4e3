"""
The seven-layer Fashion-MNIST network of proxy learning in plain PyTorch, both lives: a loop over time like the
released code's, with in-place neurons. Norms are frozen.
"""

import torch
import torch.nn.functional as F
from torch import nn

from layouts import FORMATS, first_linear_as, flat

EPSILON = 1e-5
CONVS, LINEARS = 3, 4
POOL_AFTER = (1, 2)


class FashionNetwork(nn.Module):
    """Weights from tensors named and laid out as in lib/models/parameters.ts: kernels HWIO and [in, out]."""

    def __init__(self, tensors: dict[str, torch.Tensor], layout: str) -> None:
        super().__init__()
        self.layout = layout
        kernels = [tensors[f"conv{i + 1}.kernel"].permute(3, 2, 0, 1) for i in range(CONVS)]  # OIHW
        self.kernels = nn.ParameterList([k.contiguous(memory_format=FORMATS[layout]) for k in kernels])
        weights = [tensors[f"linear{i + 1}.kernel"].T.contiguous() for i in range(LINEARS)]  # [out, in]
        weights[0] = first_linear_as(weights[0], kernels[-1].shape[0], layout)
        self.weights = nn.ParameterList(weights)
        norms = [f"conv{i + 1}.norm" for i in range(CONVS)]
        self.gammas = nn.ParameterList([tensors[f"{norm}.gamma"] for norm in norms])
        self.betas = nn.ParameterList([tensors[f"{norm}.beta"] for norm in norms])
        self.statistics = {
            life: [(tensors[f"{norm}.{life}.mean"], tensors[f"{norm}.{life}.variance"]) for norm in norms]
            for life in ("ann", "snn")
        }

    def conv(self, index: int, x: torch.Tensor, life: str) -> torch.Tensor:
        mean, variance = self.statistics[life][index]
        current = F.conv2d(x, self.kernels[index], padding="same")
        return F.batch_norm(current, mean, variance, self.gammas[index], self.betas[index], eps=EPSILON)

    def ann(self, images: torch.Tensor) -> torch.Tensor:
        """[N, 1, 28, 28] -> outputs [N, 10]."""
        x = images
        for index in range(CONVS):
            x = F.relu(self.conv(index, x, "ann"))
            if index in POOL_AFTER:
                x = F.max_pool2d(x, 2)
        x = flat(x, self.layout)
        for weight in self.weights[:-1]:
            x = F.relu(F.linear(x, weight))
        return F.linear(x, self.weights[-1])

    def snn(self, images: torch.Tensor, T: int, fire) -> torch.Tensor:
        """[N, 1, 28, 28] -> spike counts [N, 10]; `fire(layer, current)` -> spikes keeps the membranes."""
        constant = self.conv(0, images, "snn")
        counts = 0
        for _ in range(T):
            spikes = fire("conv1", constant)
            for index in range(1, CONVS):
                spikes = fire(f"conv{index + 1}", self.conv(index, spikes, "snn"))
                if index in POOL_AFTER:
                    spikes = F.max_pool2d(spikes, 2)
            spikes = flat(spikes, self.layout)
            for index, weight in enumerate(self.weights):
                spikes = fire(f"linear{index + 1}", F.linear(spikes, weight))
            counts = counts + spikes
        return counts


class Neurons:
    """IF neurons of all layers, hard reset, in place; no gradient."""

    def __init__(self, threshold: float, totals: dict[str, torch.Tensor] | None = None) -> None:
        self.threshold = threshold
        self.membranes: dict[str, torch.Tensor] = {}
        self.totals = totals

    def __call__(self, layer: str, current: torch.Tensor) -> torch.Tensor:
        membrane = self.membranes.get(layer)
        if membrane is None:
            membrane = self.membranes[layer] = current.clone()
        else:
            membrane += current
        fires = membrane >= self.threshold
        membrane.masked_fill_(fires, 0.0)
        spikes = fires.to(torch.float32)
        if self.totals is not None:
            self.totals[layer] = self.totals.get(layer, 0) + spikes
        return spikes


class ArcTangent(torch.autograd.Function):
    """The step function with the derivative alpha / 2 / (1 + (pi / 2 alpha x)^2)."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, alpha: float) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.alpha = alpha
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, gradient: torch.Tensor):
        (x,) = ctx.saved_tensors
        slope = ctx.alpha / 2 / (1 + (torch.pi / 2 * ctx.alpha * x).square())
        return gradient * slope, None


class SurrogateNeurons:
    """IF neurons with the arc-tangent derivative; gradients also flow through the reset."""

    def __init__(self, threshold: float, alpha: float) -> None:
        self.threshold, self.alpha = threshold, alpha
        self.membranes: dict[str, torch.Tensor] = {}

    def __call__(self, layer: str, current: torch.Tensor) -> torch.Tensor:
        before = self.membranes.get(layer)
        membrane = current if before is None else before + current
        spikes = ArcTangent.apply(membrane - self.threshold, self.alpha)
        self.membranes[layer] = membrane * (1 - spikes)
        return spikes
