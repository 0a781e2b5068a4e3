"""Integrate-and-fire neurons over all time steps, and the pooling of their spikes."""

import torch


def fire(currents: torch.Tensor, steps: int, threshold: float, reset: str = "hard", initial: float = 0.0) -> torch.Tensor:
    """IF neurons: currents [T or 1, ...] -> spikes [T, ...] of the same type: v += I; s = v >= threshold; then the reset."""
    spikes = currents.new_empty(steps, *currents.shape[1:])
    membrane = torch.full_like(currents[0], initial)
    for t in range(steps):
        membrane += currents[t % len(currents)]
        fires = membrane >= threshold
        membrane = membrane.masked_fill(fires, 0.0) if reset == "hard" else membrane - threshold * fires
        spikes[t] = fires
    return spikes


def pooled_over_time(spikes: torch.Tensor, size: int) -> torch.Tensor:
    """Spikes [T, N, H, W, C] -> the same pooled."""
    if size == 1:
        return spikes
    steps, images, height, width, channels = spikes.shape
    whole = spikes[:, :, : height // size * size, : width // size * size]
    return whole.reshape(steps, images, height // size, size, width // size, size, channels).amax((3, 5))
