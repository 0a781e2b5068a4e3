"""Spikes and membranes of integrate-and-fire neurons."""

from case import SPIKING, Case, Kind
from formulas import Spec, sine, values
from spiking.neuron import integrate_and_fire, neuron_of


def notes(case: Case) -> str:
    return (
        "IF neuron without leak, elementwise. For t = 1..T: v = v + current[t]; spikes[t] = 1 where v >= theta "
        "(equality fires), else 0; then reset 'hard': v = 0 where it fired; 'subtract': v = v - theta where it fired "
        "(one spike per step at most, the rest stays). membrane[t] is v AFTER the reset. v starts at "
        "config.initial_membrane. No lower bound on v: negative currents drive it down without limit. Shapes: "
        "current, spikes, membrane [T,...], row-major, time first; count = sum over time. Formula: value[i] = offset "
        "+ scale*sin(a*i + b), double precision. "
        f"{_currents(case.inputs['current'])}"
    )


def _currents(current: Spec) -> str:
    if "values" in current:
        return (
            "All numbers are exactly representable in binary, many membranes hit theta exactly: v == theta fires. "
            "Match exactly."
        )
    if current["formula"]["offset"] < 0:
        return "Mostly negative sums: the membrane goes far below zero and comes back."
    return "Signed currents."


def expected(config, tensors):
    fired = integrate_and_fire(tensors["current"], neuron_of(config))
    return {"spikes": fired.spikes, "membrane": fired.membranes, "count": fired.spikes.sum(0)}


def case(name, reset, T, shape, a, b, theta=1, initial=0.0, scale=0.7, offset=None) -> Case:
    """Currents [T, *shape]."""
    current = sine([T, *shape], a, b, scale, 0.35 * theta if offset is None else offset)
    config = {"theta": theta, "reset": reset, "initial_membrane": initial, "T": T}
    return Case(name, config, {"current": current})


TIES = [  # [T = 8][8 neurons]
    [0.5, 1, 1.5, 0.25, -0.5, 0.9375, 2, 0],
    [0.5, 1, 0.5, 0.25, 1.5, 0.0625, 0, 1],
    [0.5, -1, 0.5, 0.25, 0.5, 0.5, 1, 0.5],
    [0.5, 1, 0.5, 0.25, 0.5, 0.25, -2, 0.5],
    [0.5, 1, -1, 0.25, 0.5, 0.25, 2, -0.5],
    [0.5, 0, 2, 0.25, -0.5, 2.5, 1, 0.5],
    [0.5, 1, 0, 0.25, 0.5, -1, 0, 1],
    [0.5, 0.5, 1, 0.25, 1, 0.5, -1, 0],
]


def tie_case(reset, theta, start, rows=TIES) -> Case:
    """Currents rows[T][neurons]; the membrane starts at "zero" or at "half" of theta."""
    config = {"theta": theta, "reset": reset, "initial_membrane": 0.0 if start == "zero" else theta / 2, "T": len(rows)}
    current = values([len(rows), len(rows[0])], sum(rows, []))
    return Case(f"tie-{reset}-theta{theta}-{start}", config, {"current": current}, rtol=0, atol=0)


CASES = [
    case("hard-theta1-zero", "hard", 12, (3, 5), 2.007, 2.692),
    case("hard-theta1-half", "hard", 15, (8,), 2.406, 0.676, initial=0.5),
    case("hard-theta2-zero", "hard", 12, (3, 5), 2.462, 1.404, theta=2),
    case("hard-theta2-half", "hard", 15, (8,), 1.153, 0.835, theta=2, initial=1.0),
    case("hard-negative", "hard", 14, (4, 3), 2.988, 2.378, scale=1.3, offset=-0.1),
    case("subtract-theta1-zero", "subtract", 10, (2, 2, 2, 3), 1.145, 2.621),
    case("subtract-theta1-half", "subtract", 12, (9,), 0.364, 2.464, initial=0.5),
    case("subtract-theta2-zero", "subtract", 10, (2, 2, 2, 3), 1.025, 1.335, theta=2),
    case("subtract-theta2-half", "subtract", 12, (9,), 1.687, 1.66, theta=2, initial=1.0),
    case("subtract-negative", "subtract", 14, (4, 3), 1.999, 2.967, scale=1.3, offset=-0.1),
    *(
        tie_case(reset, theta, start)
        for reset in ("hard", "subtract")
        for theta in (1, 2)
        for start in ("zero", "half")
    ),
    case("hard-theta3", "hard", 20, (2, 7), 1.3, 0.4, theta=3, initial=0.75, scale=2),
    case("subtract-theta3", "subtract", 9, (3, 2, 4), 2.2, 1.9, theta=3, scale=2),
]
KIND = Kind("if-neuron", SPIKING, notes, expected, CASES)
