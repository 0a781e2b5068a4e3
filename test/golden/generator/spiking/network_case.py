"""Cases of networks: their tensors' names and shapes follow from the configuration."""

from math import prod, sqrt

from case import Case
from formulas import Sines, Spec, short, sine, values
from spiking.network import layers_of, parameter_shapes

FLAT = [
    {"type": "conv", "filters": 3, "kernel": 3, "norm": True},
    {"type": "conv", "filters": 2, "kernel": 3, "norm": True},
    {"type": "linear", "units": 8},
    {"type": "linear", "units": 4},
]
POOL = [
    {"type": "conv", "filters": 4, "kernel": 3, "norm": True},
    {"type": "conv", "filters": 4, "kernel": 3, "norm": True},
    {"type": "maxpool", "size": 2},
    {"type": "conv", "filters": 4, "kernel": 3, "norm": True},
    {"type": "maxpool", "size": 2},
    {"type": "linear", "units": 12},
    {"type": "linear", "units": 4},
]
FLAT_IMAGE, POOL_IMAGE = [5, 6, 2], [8, 8, 1]

Row = tuple[float, float, float, float] | list[float]  # (a, b, scale, offset) of a sine, or values
Rows = dict[str, Row]

# Scale and offset of tensors that are drawn, for norms of per-step currents.
DRAWN = {"gamma": (0.2, 0.7), "beta": (0.2, 0.15), "mean": (0.05, 0.0), "variance": (0.03, 0.1)}


def network_config(image, batch, layers, T, theta=1.0, reset="hard", initial=0.0) -> dict:
    """An IF network over T steps, its norms of per-step currents; what a kind has of its own follows these entries."""
    return {
        "image": image,
        "batch": batch,
        "layers": layers,
        "theta": theta,
        "T": T,
        "reset": reset,
        "initial_membrane": initial,
        "batch_norm": {"epsilon": 1e-5, "momentum": 0.1},
    }


def network_case(
    name, config, tensors: Rows | tuple[float, float], lives=("snn",), labels=None, drawn=DRAWN, **tolerance
) -> Case:
    """The tensors' rows by name, or the start of sines to draw them all from."""
    input_shapes = _input_shapes(config, lives)
    rows = tensors if isinstance(tensors, dict) else _draw(input_shapes | parameter_shapes(config), tensors, drawn)
    inputs = {name: _spec(shape, rows[name]) for name, shape in input_shapes.items()}
    if labels is not None:
        inputs["labels"] = values([len(labels)], labels)
    parameters = {name: _spec(shape, rows[name]) for name, shape in parameter_shapes(config).items()}
    return Case(name, config, inputs, parameters, **tolerance)


def _input_shapes(config, lives) -> dict[str, tuple[int, ...]]:
    """Images and the running statistics of every life."""
    shapes = {"image": (config["batch"], *config["image"])}
    if "calibration_images" in config:
        shapes = {"calibration": (config["calibration_images"], *config["image"])} | shapes
    for layer in layers_of(config):
        for life in lives if layer.norm else ():
            shapes |= {f"{layer.name}.norm.{life}.{entry}": layer.kernel[-1:] for entry in ("mean", "variance")}
    return shapes


def _draw(shapes: dict[str, tuple[int, ...]], start: tuple[float, float], drawn) -> Rows:
    sines, rows = Sines(start), {}
    for name, shape in shapes.items():
        entry = name.split(".")[-1]
        if entry == "kernel":
            scale, offset = short((1 if len(shape) == 4 else 3) / sqrt(prod(shape[:-1]))), 0.0
        else:
            scale, offset = drawn.get(entry, (0.5, 0.5))
        formula = sines.next(shape, scale, offset)["formula"]
        rows[name] = tuple(formula[field] for field in ("a", "b", "scale", "offset"))
    return rows


def _spec(shape, row: Row) -> Spec:
    return sine(shape, *row) if isinstance(row, tuple) else values(shape, row)
