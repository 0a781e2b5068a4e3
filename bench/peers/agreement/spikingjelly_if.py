"""IF neurons of SpikingJelly: its own, and those of a graph of NIR."""

import nir
import torch
from spikingjelly.activation_based import neuron, nir_exchange

from graphs import output_neurons

PACKAGE = "spikingjelly"
RESETS = ("hard", "subtract")
FIRES_ABOVE = False


def native(currents: torch.Tensor, threshold: float, reset: str, initial: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Currents [T, N] -> spikes and membranes after the reset, [T, N] each."""
    node = neuron.IFNode(v_threshold=threshold, v_reset=0.0 if reset == "hard" else None)
    node.v = torch.full_like(currents[0], initial)
    steps = [(node(current), node.v.clone()) for current in currents]
    return torch.stack([spikes for spikes, _ in steps]), torch.stack([membrane for _, membrane in steps])


def imported(graph: nir.NIRGraph, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs [T, N, ...] -> spikes and membranes of the output neurons, [T, N, ...] each."""
    network = nir_exchange.import_from_nir(graph, dt=1)
    name, state, steps = output_neurons(graph), None, []
    for values in inputs:
        spikes, state = network(values, state)
        steps.append((spikes, state[name][0]))
    return torch.stack([spikes for spikes, _ in steps]), torch.stack([membrane for _, membrane in steps])
