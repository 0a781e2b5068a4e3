"""Several steps of torch.optim.Adam on given gradients."""

from case import SPIKING, Case, Kind
from formulas import Sines, sine
from gradients import leaves
from spiking.adam import adam, adam_config
from spiking.cases.adam_step import PROXY, SMALL_GRADIENTS
from spiking.notes import ADAM, LAYOUTS

STEPS = 4


def notes(case: Case) -> str:
    return (
        f"{ADAM} The gradients gradK.NAME of steps K = 1.. are given; expected afterK.NAME are the parameters after "
        f"step K. (The first step alone cannot tell the betas apart; these cases can.) {LAYOUTS}"
    )


def expected(config, tensors):
    parameters = leaves(tensors, [name for name in tensors if not name.startswith("grad")])
    optimiser = adam(config["optimizer"], parameters.values())
    results = {}
    for step in range(1, config["steps"] + 1):
        for name, parameter in parameters.items():
            parameter.grad = tensors[f"grad{step}.{name}"].clone()
        optimiser.step()
        results |= {f"after{step}.{name}": parameter.detach().clone() for name, parameter in parameters.items()}
    return results


SHAPES = {"conv1.kernel": (3, 3, 2, 3), "linear1.kernel": (5, 7), "conv1.norm.gamma": (4,)}


def case(name, learning_rate, weight_decay, rows, shapes=SHAPES) -> Case:
    """`rows`: (a, b, scale, offset) of every gradient and parameter."""
    inputs = {
        f"grad{step}.{tensor}": sine(shape, *rows[f"grad{step}.{tensor}"])
        for tensor, shape in shapes.items()
        for step in range(1, STEPS + 1)
    }
    parameters = {tensor: sine(shape, *rows[tensor]) for tensor, shape in shapes.items()}
    return Case(name, {"steps": STEPS, "optimizer": adam_config(learning_rate, weight_decay)}, inputs, parameters)


def drawn(start, shapes, scale) -> dict:
    """Rows from one start; step K's gradients have the size scale / K."""
    sines, rows = Sines(start), {}
    for tensor, shape in shapes.items():
        sizes = {f"grad{step}.{tensor}": (float(f"{scale / step:.6g}"), 0.0) for step in range(1, STEPS + 1)}
        for name, size in (sizes | {tensor: (0.3, 0.05)}).items():
            rows[name] = tuple(sines.next(shape, *size)["formula"][field] for field in ("a", "b", "scale", "offset"))
    return rows


OTHER = {"conv1.kernel": (5, 5, 1, 2), "linear1.kernel": (3, 11)}
CASES = [
    case("proxy", 0.01, 1e-6, PROXY),
    case("small-gradients", 0.001, 1e-5, SMALL_GRADIENTS),
    case("strong-decay", 0.003, 0.1, drawn((1.2, 0.7), OTHER, 0.4), OTHER),
]
KIND = Kind("adam-step", SPIKING, notes, expected, CASES)
