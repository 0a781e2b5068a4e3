"""Exact GELU, then batch norm."""

from torch.nn import functional as F

from batch_norm import batch_statistics, normalise, updated
from case import KERNEL_SHARING, Case, Kind
from formulas import Sines, values
from gradients import gradients, leaves
from kernel_sharing.norm_cases import CONFIG, affine, statistics
from kernel_sharing.notes import BATCH_NORM, CONVENTIONS


def notes(case: Case) -> str:
    return (
        f"{CONVENTIONS}{BATCH_NORM}"
        "output = batchNorm(gelu(input)), GELU first. gelu(x) = 0.5*x*(1+erf(x/sqrt 2)) (exact, not the tanh "
        "approximation); derivative = Phi(x) + x*phi(x), Phi and phi the normal distribution function and "
        "density. eval.*: normalised with inputs.statistics; train.*: with batch statistics, and "
        "train.statisticsAfter is what the running statistics (starting at inputs.statistics) become. "
        "gradients.*: of sum(output*outputGradient). expected.gelu and geluDerivative: element by element at "
        "inputs.geluInputs. "
    )


def expected(config, tensors):
    (x,) = leaves(tensors, ["geluInputs"]).values()
    gelu = F.gelu(x)
    results = {"gelu": gelu, **gradients(gelu.sum(), {"geluDerivative": x}, "")}
    running = tensors["statistics.mean"], tensors["statistics.variance"]
    for mode in ("eval", "train"):
        leaf = leaves(tensors, ["input", "gamma", "beta"])
        x, gamma, beta = leaf.values()
        activation = F.gelu(x)
        output = normalise(activation, running if mode == "eval" else batch_statistics(activation), gamma, beta)
        results[f"{mode}.output"] = output
        results |= gradients((output * tensors["outputGradient"]).sum(), leaf, f"{mode}.gradients.")
    after = updated(running, F.gelu(tensors["input"]), config["momentum"])
    return results | {"train.statisticsAfter.mean": after[0], "train.statisticsAfter.variance": after[1]}


POSITIVE = [1e-6, 0.001, 0.1, 0.5, 1, 2, 3, 4, 5, 6, 8, 10]
NEGATIVE = [-10, -8, -6, -5, -4, -3, -2, -1, -0.75179, -0.5, -0.1, -0.001, -1e-6]  # -0.75179: GELU's minimum


def case(shape, start, gelu_inputs=(*NEGATIVE, 0, *POSITIVE)) -> Case:
    """Inputs [N, H, W, C]."""
    sines, channels = Sines(start), shape[-1]
    inputs = {
        "input": sines.next(shape, 2.2, -0.3),
        "outputGradient": sines.next(shape, 0.8, 0.1),
        "geluInputs": values([len(gelu_inputs)], gelu_inputs),
        **statistics(sines, channels),
    }
    name = f"gelu-batchnorm-{'x'.join(map(str, shape))}"
    return Case(name, {"channels": channels, **CONFIG}, inputs, affine(sines, channels))


CASES = [
    case((2, 5, 3, 4), (0.242, 4.8268)),
    case((3, 2, 4, 5), (1.5, 0.6), [-2.5, -0.3, 0.7, 1.5]),
]
KIND = Kind("gelu-batchnorm", KERNEL_SHARING, notes, expected, CASES)
