"""IF neurons of Norse: its own, and those of a graph of NIR."""

import nir
import norse.torch
import torch
from norse.torch.functional.iaf import IAFFeedForwardState, IAFParameters
from norse.torch.module.iaf import IAFCell

from graphs import output_neurons

PACKAGE = "norse"
RESETS = ("hard",)
FIRES_ABOVE = True


def native(currents: torch.Tensor, threshold: float, reset: str, initial: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Currents [T, N] -> spikes and membranes after the reset, [T, N] each; `reset` is "hard"."""
    node = IAFCell(IAFParameters(v_th=torch.as_tensor(threshold)))
    state, steps = IAFFeedForwardState(v=torch.full_like(currents[0], initial)), []
    for current in currents:
        spikes, state = node(current, state)
        steps.append((spikes, state.v))
    return torch.stack([spikes for spikes, _ in steps]), torch.stack([membrane for _, membrane in steps])


def imported(graph: nir.NIRGraph, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Inputs [T, N, ...] -> spikes and membranes of the output neurons, [T, N, ...] each. One of the N at a time: the imported Flatten
    flattens every axis.
    """
    network, name = norse.torch.from_nir(graph, dt=1), output_neurons(graph)
    alone = [run(network, name, one) for one in inputs.unbind(1)]
    return torch.stack([spikes for spikes, _ in alone], 1), torch.stack([membranes for _, membranes in alone], 1)


def run(network: torch.nn.Module, name: str, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    state, steps = None, []
    for values in inputs:
        spikes, state = network(values, state)
        steps.append((spikes, state.state[name][0].v))
    return torch.stack([spikes for spikes, _ in steps]), torch.stack([membrane for _, membrane in steps])
