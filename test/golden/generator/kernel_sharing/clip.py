"""Clipping of gradients by their global norm (torch.nn.utils.clip_grad_norm_)."""

import torch

from case import KERNEL_SHARING, Case, Kind
from formulas import Sines
from kernel_sharing.notes import CONVENTIONS


def notes(case: Case) -> str:
    return CONVENTIONS + (
        "Clipping by the global norm (clip_grad_norm_): norm = sqrt(sum of squares over all tensors together); "
        "coefficient = min(1, maxNorm/(norm + 1e-6)); every gradient is multiplied by the coefficient (1 when the "
        "norm is small enough; the zero gradient stays zero). "
    )


def expected(config, tensors):
    parameters = {name: torch.zeros_like(gradient, requires_grad=True) for name, gradient in tensors.items()}
    for name, parameter in parameters.items():
        parameter.grad = tensors[name].clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), config["maxNorm"])
    clipped = {name.replace("gradients.", "clipped."): parameter.grad for name, parameter in parameters.items()}
    return {"norm": norm, "coefficient": min(1.0, config["maxNorm"] / (float(norm) + 1e-6)), **clipped}


def case(name, start, scale, max_norm=1, matrix=(5, 3)) -> Case:
    sines = Sines(start)
    shapes = {"kernel": (3, 3, 2, 4), "bias": (4,), "matrix": matrix}
    inputs = {f"gradients.{tensor}": sines.next(shape, scale) for tensor, shape in shapes.items()}
    return Case(f"clip-{name}", {"maxNorm": max_norm}, inputs, rtol=1e-5, atol=1e-7)


CASES = [
    case("above", (1.285, 3.122), 0.7),
    case("below", (2.131, 0.857), 0.05),
    case("zero", (0.439, 5.3866), 0),
    case("above-two", (0.7, 1.9), 0.9, max_norm=2, matrix=(7, 2)),
]
KIND = Kind("clip", KERNEL_SHARING, notes, expected, CASES)
