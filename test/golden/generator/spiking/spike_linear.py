"""Product of spikes with a matrix."""

from case import SPIKING, Case, Kind
from formulas import sine, spikes
from spiking.notes import SPIKE_TENSORS


def notes(case: Case) -> str:
    equation = "sum[r,o] = sum over i of spike[r,i]*kernel[i,o]; kernel [in,out]; rows = time*batch in one list. "
    return equation + SPIKE_TENSORS


def expected(config, tensors):
    return {"sum": tensors["spikes"] @ tensors["kernel"], "active": tensors["spikes"].sum()}


def case(rows, inputs, units, density, a, b) -> Case:
    """Spikes [rows, inputs], kernel [inputs, units] = -0.03 + 0.35 sin(a i + b)."""
    name = f"{inputs}x{units}-d{round(100 * density)}"
    parameters = {"kernel": sine([inputs, units], a, b, 0.35, -0.03)}
    atol = 1e-5 if density == 1 else 1e-6
    return Case(name, {"density": density}, {"spikes": spikes([rows, inputs], density)}, parameters, atol=atol)


CASES = [
    case(4, 129, 17, 0, 0.896, 0.182),
    case(4, 129, 17, 1, 2.623, 0.823),
    case(4, 129, 17, 0.3, 1.97, 0.63),
    case(4, 129, 17, 0.05, 1.322, 2.03),
    case(11, 37, 9, 0, 0.897, 2.11),
    case(11, 37, 9, 1, 0.808, 0.943),
    case(11, 37, 9, 0.3, 2.105, 0.367),
    case(11, 37, 9, 0.05, 2.175, 2.067),
    case(6, 200, 33, 0.15, 1.45, 1.05),
]
KIND = Kind("spike-linear", SPIKING, notes, expected, CASES)
