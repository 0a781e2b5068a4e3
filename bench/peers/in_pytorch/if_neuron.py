"""Integrate-and-fire neurons over all time steps, on a GPU by Triton's kernels, with the surrogate gradient of their spikes."""

import math
from typing import NamedTuple

import torch
from neurons import fire, pooled_over_time

try:
    import if_kernels as kernels
except ImportError:  # no Triton
    kernels = None

BLOCK = 512


class Neuron(NamedTuple):
    """Membranes start at 0; `alpha` and `detach` are those of the ATan surrogate (lib/ops/surrogate_if.ts)."""

    steps: int
    threshold: float
    reset: str
    alpha: float = 2.0
    detach: bool = True


def by_kernels(x: torch.Tensor) -> bool:
    return kernels is not None and x.is_cuda


def spikes_of(currents: torch.Tensor, neuron: Neuron, pool: int = 1) -> torch.Tensor:
    """Currents [T or 1, N, ..., C] -> spikes [T, N, ..., C], pooled; differentiable where the currents are. May overwrite them."""
    if currents.requires_grad:
        return max_pooled(SurrogateSpikes.apply(currents, neuron), pool)
    if not by_kernels(currents) or pool > 2:
        return pooled_over_time(fire(currents, neuron.steps, neuron.threshold, neuron.reset), pool)
    currents = currents.contiguous()
    images, *pixels, channels = currents.shape[1:]
    height, width = pixels or (1, 1)
    pooled = [side // pool for side in pixels]
    spikes = currents.new_empty(neuron.steps, images, *pooled, channels)
    size = spikes[0].numel()
    numbers = (size, height, width, channels, neuron.steps, neuron.threshold)
    options = {"CONSTANT": len(currents) == 1, "POOL": pool, "SUBTRACT": neuron.reset == "subtract", "BLOCK": BLOCK}
    kernels.fire_kernel[(kernels.triton.cdiv(size, BLOCK),)](currents, spikes, *numbers, **options)
    return spikes


def max_pooled(spikes: torch.Tensor, size: int) -> torch.Tensor:
    """Spikes [T, N, H, W, C] pooled; their gradient goes to the first of the largest."""
    if size == 1:
        return spikes
    rows = spikes.flatten(0, 1).permute(0, 3, 1, 2)
    pooled = torch.nn.functional.max_pool2d(rows, size)
    return pooled.permute(0, 2, 3, 1).unflatten(0, spikes.shape[:2])


class SurrogateSpikes(torch.autograd.Function):
    """Back-propagation through time with the derivative of atan in place of the spike's."""

    @staticmethod
    def forward(ctx, currents: torch.Tensor, neuron: Neuron) -> torch.Tensor:
        currents = currents.contiguous()
        constant = len(currents) == 1
        charged = currents.new_empty(neuron.steps, *currents.shape[1:]) if constant else currents
        spikes = torch.empty_like(charged)
        size = charged[0].numel()
        if by_kernels(currents):
            options = {"CONSTANT": constant, "SUBTRACT": neuron.reset == "subtract", "BLOCK": BLOCK}
            grid = (kernels.triton.cdiv(size, BLOCK),)
            kernels.charge_kernel[grid](currents, charged, spikes, size, neuron.steps, neuron.threshold, **options)
        else:
            charge(currents, charged, spikes, neuron)
        ctx.save_for_backward(charged)
        ctx.neuron, ctx.constant = neuron, constant
        return spikes

    @staticmethod
    def backward(ctx, d_spikes: torch.Tensor):
        (charged,) = ctx.saved_tensors
        neuron, constant = ctx.neuron, ctx.constant
        d_spikes = d_spikes.contiguous()
        d_currents = torch.empty_like(charged[:1] if constant else charged)
        if by_kernels(charged):
            size = charged[0].numel()
            numbers = (size, neuron.steps, neuron.threshold, neuron.alpha / 2, math.pi / 2 * neuron.alpha)
            options = {"CONSTANT": constant, "SUBTRACT": neuron.reset == "subtract", "DETACH": neuron.detach, "BLOCK": BLOCK}
            kernels.back_kernel[(kernels.triton.cdiv(size, BLOCK),)](d_spikes, charged, d_currents, *numbers, **options)
        else:
            back_through_time(d_spikes, charged, d_currents, neuron)
        return d_currents, None


def charge(currents: torch.Tensor, charged: torch.Tensor, spikes: torch.Tensor, neuron: Neuron) -> None:
    """What charge_kernel does."""
    membrane = torch.zeros_like(currents[0])
    for t in range(neuron.steps):
        h = membrane + currents[t % len(currents)]
        fires = h >= neuron.threshold
        charged[t], spikes[t] = h, fires
        membrane = h - neuron.threshold * fires if neuron.reset == "subtract" else h.masked_fill(fires, 0.0)


def back_through_time(d_spikes: torch.Tensor, charged: torch.Tensor, d_currents: torch.Tensor, neuron: Neuron) -> None:
    """What back_kernel does."""
    later = torch.zeros_like(charged[0])
    d_currents.zero_()
    for t in reversed(range(neuron.steps)):
        h = charged[t]
        slope = neuron.alpha / 2 / (1 + ((h - neuron.threshold) * (math.pi / 2 * neuron.alpha)) ** 2)
        subtracts = neuron.reset == "subtract"
        keeps = torch.ones_like(h) if subtracts else (h < neuron.threshold).float()
        if not neuron.detach:
            keeps = keeps - slope * (neuron.threshold if subtracts else h)
        later = d_spikes[t] * slope + later * keeps
        d_currents[t % len(d_currents)] += later


def check_neurons(device) -> None:
    """Triton's kernels against the above: spikes to the bit, gradients to rounding."""
    if not by_kernels(torch.zeros(1, device=device)):
        return
    generator = torch.Generator().manual_seed(6)
    for reset in ("hard", "subtract"):
        for steps, detach in ((1, True), (5, False), (5, True)):
            neuron = Neuron(5, 1.0, reset, 2.0, detach)
            currents = torch.randn(steps, 3, 6, 7, 5, generator=generator)
            wanted = checked(currents, neuron)
            found = checked(currents.to(device), neuron)
            for one, other in zip(found, wanted):
                if not torch.allclose(one.cpu(), other, rtol=1e-5, atol=1e-6):
                    raise SystemExit(f"Triton's neurons ({neuron}, currents of {steps} steps) are not PyTorch's")


def checked(currents: torch.Tensor, neuron: Neuron) -> list[torch.Tensor]:
    """Spikes, pooled spikes, and the currents' gradient of a sum of the spikes."""
    given = currents.clone().requires_grad_()
    spikes = SurrogateSpikes.apply(given * 1, neuron)
    weights = torch.sin(torch.arange(spikes.numel(), device=spikes.device, dtype=torch.float32)).view_as(spikes)
    (gradient,) = torch.autograd.grad((spikes * weights).sum(), given)
    pooled = spikes_of(currents.clone(), neuron, 2)
    return [spikes.detach(), spikes_of(currents.clone(), neuron), pooled, gradient]
