"""Batch norm over all axes but the last."""

import torch

EPSILON = 1e-5

Statistics = tuple[torch.Tensor, torch.Tensor]


def normalise(x: torch.Tensor, statistics: Statistics, gamma: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    mean, variance = statistics
    return (x - mean) / torch.sqrt(variance + EPSILON) * gamma + beta


def batch_statistics(x: torch.Tensor) -> Statistics:
    """Mean and biased variance of a batch."""
    axes = tuple(range(x.dim() - 1))
    return x.mean(axes), x.var(axes, unbiased=False)


def updated(running: Statistics, x: torch.Tensor, momentum: float) -> Statistics:
    """Running statistics after a batch; the variance that enters them is the unbiased one."""
    axes = tuple(range(x.dim() - 1))
    mean, variance = running
    with torch.no_grad():
        return (
            (1 - momentum) * mean + momentum * x.mean(axes),
            (1 - momentum) * variance + momentum * x.var(axes, unbiased=True),
        )
