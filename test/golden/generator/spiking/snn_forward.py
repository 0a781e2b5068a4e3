"""A spiking network's counts and firing rates."""

from case import SPIKING, Case, Kind
from spiking.cases.snn_forward import FLAT_HARD_HALF, NET_HARD, NET_SUBTRACT
from spiking.network import Norms, output_counts, simulate, totals
from spiking.network_case import FLAT, FLAT_IMAGE, POOL, POOL_IMAGE, network_case, network_config
from spiking.neuron import neuron_of
from spiking.notes import LAYOUTS, NETWORK, SNN


def notes(case: Case) -> str:
    return (
        f"{LAYOUTS} {NETWORK} {SNN} Batch norm uses the frozen statistics in the inputs "
        "(convN.norm.snn.mean/variance). Expected: counts [B,classes] after T steps; counts_after [T,B,classes] "
        "cumulative counts after 1..T steps (for accuracy against T); spikes.LAYER total spikes of that layer before "
        "pooling over T steps, batch and neurons; rate.LAYER the same divided by T*batch*neurons."
    )


def expected(config, tensors):
    spikes = simulate(config, tensors, Norms(tensors, "snn"), neuron_of(config))
    return {
        "counts": output_counts(spikes),
        "counts_after": list(spikes.values())[-1].cumsum(0),
        **totals(spikes),
        **{f"rate.{name}": each.mean() for name, each in spikes.items()},
    }


def case(name, tensors, image, layers, T, batch=3, theta=1.0, reset="hard", initial=0.0) -> Case:
    """`tensors`: rows, or the start of sines to draw them from."""
    return network_case(name, network_config(image, batch, layers, T, theta, reset, initial), tensors)


CASES = [
    case("flat-hard-half", FLAT_HARD_HALF, FLAT_IMAGE, FLAT, 8, initial=0.5),
    case("net-hard", NET_HARD, POOL_IMAGE, POOL, 10),
    case("net-subtract", NET_SUBTRACT, POOL_IMAGE, POOL, 10, batch=2, reset="subtract"),
    case("7x9-subtract", (2.15, 4.75), [7, 9, 3], POOL, 6, batch=2, reset="subtract", initial=0.25),
]
KIND = Kind("snn-forward", SPIKING, notes, expected, CASES)
