"""The SNN's batch norm while it trains: each time step's own statistics."""

import torch
from network import EPSILON, MOMENTUM, Layer, Network


def move_statistics(statistics, mean: torch.Tensor, variance: torch.Tensor, rows: int) -> None:
    """Running statistics after batches, one for each row of mean and (biased) variance [steps, C], in turn."""
    running_mean, running_variance = statistics
    for batch_mean, batch_variance in zip(mean, variance * (rows / max(rows - 1, 1))):
        running_mean.mul_(1 - MOMENTUM).add_(batch_mean * MOMENTUM)
        running_variance.mul_(1 - MOMENTUM).add_(batch_variance * MOMENTUM)


def normalised_over_time(network: Network, layer: Layer, currents: torch.Tensor) -> torch.Tensor:
    """
    Currents [T, N, H, W, C] (one step where they are constant) normalised, in place, by each step's own mean and biased
    variance, with which the running statistics of the SNN move.
    """
    gamma, beta, *statistics = network.norm(layer, "snn")
    variance, mean = torch.var_mean(currents, dim=(1, 2, 3), correction=0)
    move_statistics(statistics, mean, variance, currents[0].numel() // currents.shape[-1])
    shape = (len(currents), 1, 1, 1, -1)
    scale = gamma * torch.rsqrt(variance + EPSILON)
    return currents.sub_(mean.view(shape)).mul_(scale.view(shape)).add_(beta)
