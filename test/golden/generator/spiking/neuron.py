"""Integrate-and-fire neurons without leak."""

from typing import Callable, NamedTuple

import torch


class Neuron(NamedTuple):
    theta: float
    reset: str  # "hard" or "subtract"
    initial: float


class Fired(NamedTuple):
    spikes: torch.Tensor  # [T, ...]
    membranes: torch.Tensor  # after the reset, [T, ...]
    margin: float  # how close a charged membrane comes to the threshold


def neuron_of(config) -> Neuron:
    return Neuron(config["theta"], config["reset"], config["initial_membrane"])


def heaviside(x: torch.Tensor) -> torch.Tensor:
    """1 where x >= 0; without a gradient."""
    return (x >= 0).to(x.dtype)


def integrate_and_fire(currents, neuron: Neuron, fire: Callable = heaviside, detach: bool = True) -> Fired:
    """
    Currents of every step -> spikes: v = v + I; s = fire(v - theta); then v = v * (1 - s) or v = v - theta * s, where s
    is cut from the graph unless `detach` is false.
    """
    spikes, membranes, margin = [], [], float("inf")
    v = torch.full_like(currents[0], neuron.initial)
    for current in currents:
        v = v + current
        margin = min(margin, float((v.detach() - neuron.theta).abs().min()))
        s = fire(v - neuron.theta)
        r = s.detach() if detach else s
        v = v * (1 - r) if neuron.reset == "hard" else v - neuron.theta * r
        spikes.append(s)
        membranes.append(v)
    return Fired(torch.stack(spikes), torch.stack(membranes), margin)
