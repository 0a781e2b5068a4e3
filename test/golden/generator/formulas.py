"""The tensors that a case is made of: shapes with a formula or with values, and the formulas' numbers."""

import torch

Spec = dict  # {"shape": [...], "formula": {...}} or {"shape": [...], "values": [...]}


def sine(shape, a: float, b: float, scale: float, offset: float = 0) -> Spec:
    """value[i] = offset + scale * sin(a * i + b), i the flat row-major index."""
    formula = {"kind": "sine", "a": a, "b": b, "scale": scale, "offset": offset}
    return {"shape": list(shape), "formula": formula}


def spikes(shape, density: float) -> Spec:
    """value[i] = 1 where frac(i * step + shift) < density, else 0."""
    formula = {"kind": "spikes", "step": 0.618033988749895, "shift": 0.1, "density": density}
    return {"shape": list(shape), "formula": formula}


def values(shape, numbers) -> Spec:
    return {"shape": list(shape), "values": list(numbers)}


class Sines:
    """
    As many different sines as a case needs from one start (a, b): from one to the next, a moves on by the golden ratio
    within [0.21, 2.91) and b by the inverse of the plastic number within [0, 6), so that no two come close.
    """

    def __init__(self, start: tuple[float, float]):
        self.a, self.b = start

    def next(self, shape, scale: float, offset: float = 0) -> Spec:
        spec = sine(shape, round(self.a, 3), round(self.b, 3), scale, offset)
        self.a = 0.21 + (self.a + 0.6180339887 - 0.21) % 2.7
        self.b = (self.b + 0.7548776662) % 6
        return spec


def short(number: float) -> float:
    """Two significant digits, for scales that are computed; 1 and 2 rather than 1.0 and 2.0."""
    rounded = float(f"{number:.2g}")
    return int(rounded) if rounded.is_integer() else rounded


def numbers_of(spec: Spec) -> torch.Tensor:
    """The numbers of a tensor in float64."""
    if "values" in spec:
        return torch.tensor(spec["values"], dtype=torch.float64).reshape(spec["shape"])
    formula = spec["formula"]
    index = torch.arange(torch.Size(spec["shape"]).numel(), dtype=torch.float64)
    if formula["kind"] == "sine":
        numbers = formula["offset"] + formula["scale"] * torch.sin(formula["a"] * index + formula["b"])
    else:
        position = index * formula["step"] + formula["shift"]
        numbers = (position - position.floor() < formula["density"]).double()
    return numbers.reshape(spec["shape"])
