"""IF neurons of snnTorch: a Leaky without leak, and those of a graph of NIR."""

import contextlib
import io

import nir
import snntorch
import torch
from snntorch.import_nir import import_from_nir

from graphs import output_neurons

PACKAGE = "snntorch"
RESETS = ("hard", "subtract")
FIRES_ABOVE = True
MECHANISMS = {"hard": "zero", "subtract": "subtract"}


def native(currents: torch.Tensor, threshold: float, reset: str, initial: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Currents [T, N] -> spikes and membranes after the reset, [T, N] each; reset_delay=False resets in the step of the spike."""
    node = snntorch.Leaky(beta=1.0, threshold=threshold, reset_mechanism=MECHANISMS[reset], reset_delay=False)
    membrane, steps = torch.full_like(currents[0], initial), []
    for current in currents:
        spikes, membrane = node(current, membrane)
        steps.append((spikes, membrane))
    return torch.stack([spikes for spikes, _ in steps]), torch.stack([membrane for _, membrane in steps])


def imported(graph: nir.NIRGraph, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs [T, N, ...] -> spikes and membranes of the output neurons, [T, N, ...] each."""
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
        network = import_from_nir(graph)
    name, state, steps = output_neurons(graph), None, []
    for values in inputs:
        (spikes, _), state = network(values, state)
        steps.append((spikes, network.get_submodule(name).mem))
    return torch.stack([spikes for spikes, _ in steps]), torch.stack([membrane for _, membrane in steps])
