"""IF neurons of sinabs: its own with one spike a step, and those of a graph of NIR."""

import nir
import sinabs
import torch
from sinabs.activation import MembraneReset, MembraneSubtract, SingleSpike
from sinabs.layers import IAF

from graphs import output_neurons

PACKAGE = "sinabs"
RESETS = ("hard", "subtract")
FIRES_ABOVE = False


def native(currents: torch.Tensor, threshold: float, reset: str, initial: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Currents [T, N] -> spikes and membranes after the reset, [T, N] each."""
    node = IAF(
        spike_threshold=torch.as_tensor(threshold),
        spike_fn=SingleSpike,
        reset_fn=MembraneReset() if reset == "hard" else MembraneSubtract(),
        record_states=True,
    )
    node.init_state_with_shape((1, *currents.shape[1:]))
    node.v_mem.fill_(initial)
    spikes = node(currents.unsqueeze(0))  # [1, T, N]
    return spikes[0], node.recordings["v_mem"][0]


def imported(graph: nir.NIRGraph, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs [T, N, ...] -> spikes and membranes of the output neurons, [T, N, ...] each; all steps pass each layer at once."""
    T, N = inputs.shape[:2]
    network = sinabs.from_nir(graph, batch_size=N)
    neurons = network.get_submodule(output_neurons(graph))
    neurons.record_states = True
    spikes, _ = network(inputs.transpose(0, 1).flatten(0, 1))  # [N * T, ...]
    return spikes.unflatten(0, (N, T)).transpose(0, 1), neurons.recordings["v_mem"].transpose(0, 1)
