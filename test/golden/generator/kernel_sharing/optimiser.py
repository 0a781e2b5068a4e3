"""Three steps of torch.optim on given gradients."""

import torch

from case import KERNEL_SHARING, Case, Kind
from formulas import Sines, short
from kernel_sharing.notes import CONVENTIONS

MOMENTS = (
    "m = beta1*m + (1-beta1)*g; v = beta2*v + (1-beta2)*g*g; p = p - learningRate * (m/(1-beta1^t)) / "
    "(sqrt(v/(1-beta2^t)) + epsilon). m and v start at 0. "
)
EQUATIONS = {
    "adam": "Adam with L2 decay (torch.optim.Adam weight_decay): at step t: g = g + weightDecay*p (p before the "
    f"step; every tensor, rank 1 too); {MOMENTS}",
    "adamw": "AdamW (decoupled decay). At step t = 1, 2, 3, per tensor: first p = p*(1 - learningRate*weightDecay) "
    f"if the tensor has more than one dimension (config.decayOnlyRankAbove1), else unchanged; {MOMENTS}epsilon is "
    "added after the bias-corrected square root. ",
    "adamw-all": "AdamW (decoupled decay), as it comes (torch.optim.AdamW weight_decay): at step t, per tensor, rank 1 too: "
    f"first p = p*(1 - learningRate*weightDecay); {MOMENTS}epsilon is added after the bias-corrected square root. ",
    "sgd": "SGD with momentum (PyTorch convention): g = g + weightDecay*p (every tensor); first step buf = g, later "
    "buf = momentum*buf + g (no dampening); p = p - learningRate*buf. No Nesterov. ",
}
STEPS = (
    "parameters.vector (rank 1) and parameters.matrix (rank 2) start as given; inputs.gradients.T.<tensor> is the "
    "gradient of step T = 1, 2, 3 (given, not recomputed); expected.stepT.<tensor> is the parameter after step T. The "
    "tolerance is tighter than elsewhere on purpose, because one step moves a parameter little. "
)


def notes(case: Case) -> str:
    whole = case.config["optimiser"] == "adamw" and not case.config["decayOnlyRankAbove1"]
    return CONVENTIONS + EQUATIONS["adamw-all" if whole else case.config["optimiser"]] + STEPS


def expected(config, tensors):
    parameters = {name: tensors[name].clone().requires_grad_() for name in ("vector", "matrix")}
    optimiser = _optimiser(config, parameters.values())
    results = {}
    for step in (1, 2, 3):
        for name, parameter in parameters.items():
            parameter.grad = tensors[f"gradients.{step}.{name}"].clone()
        optimiser.step()
        results |= {f"step{step}.{name}": parameter.detach().clone() for name, parameter in parameters.items()}
    return results


def _optimiser(config, parameters) -> torch.optim.Optimizer:
    rate, decay = config["learningRate"], config["weightDecay"]
    if config["optimiser"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=config["momentum"], weight_decay=decay)
    options = {"lr": rate, "betas": (config["beta1"], config["beta2"]), "eps": config["epsilon"]}
    if config["optimiser"] == "adam":
        return torch.optim.Adam(parameters, weight_decay=decay, **options)
    least = 2 if config["decayOnlyRankAbove1"] else 1
    groups = [{"params": [p], "weight_decay": decay if p.dim() >= least else 0.0} for p in parameters]
    return torch.optim.AdamW(groups, **options)


def case(name, start, config, scale, gradient_scale, rtol, atol, length=7, matrix=(4, 5)) -> Case:
    sines = Sines(start)
    shapes = {"vector": (length,), "matrix": matrix}
    parameters = {tensor: sines.next(shape, scale) for tensor, shape in shapes.items()}
    inputs = {
        f"gradients.{step}.{tensor}": sines.next(shape, short(gradient_scale * factor))
        for step, factor in ((1, 1), (2, 0.6), (3, 1.7))
        for tensor, shape in shapes.items()
    }
    return Case(f"optimiser-{name}", config, inputs, parameters, rtol, atol)


def sgd(rate, momentum, decay) -> dict:
    return {"optimiser": "sgd", "learningRate": rate, "momentum": momentum, "weightDecay": decay}


def adam(optimiser, rate, beta1, beta2, epsilon, decay) -> dict:
    return {
        "optimiser": optimiser,
        "learningRate": rate,
        "beta1": beta1,
        "beta2": beta2,
        "epsilon": epsilon,
        "weightDecay": decay,
        "decayOnlyRankAbove1": optimiser == "adamw",
    }


PROXY = adam("adam", 0.0001, 0.8, 0.99, 1e-8, 1e-6)
AUTHORS = {**adam("adamw", 0.05, 0.9, 0.999, 1e-8, 0.2), "decayOnlyRankAbove1": False}
CASES = [
    case("adamw", (1.319, 2.8878), adam("adamw", 0.01, 0.9, 0.999, 0.001, 0.01), 0.4, 0.05, 1e-6, 2e-7),
    case("sgd", (0.86328, 2.9268), sgd(0.1, 0.9, 0.0001), 0.5, 0.3, 1e-6, 3e-7),
    case("adam", (0.408, 2.9659), PROXY, 0.02, 0.1, 1e-6, 1e-8),
    case("adam-tiny-gradients", (2.652, 3.0049), PROXY, 0.02, 3e-8, 1e-5, 1e-8),
    case("adam-larger-decay", (2.196, 3.0439), {**PROXY, "weightDecay": 0.01}, 0.02, 0.001, 1e-5, 1e-8),
    case("adamw-11", (0.9, 4.2), adam("adamw", 0.005, 0.85, 0.99, 1e-8, 0.1), 0.3, 0.2, 1e-6, 2e-7, 11, (3, 8)),
    case("adamw-all", (1.7, 2.2), AUTHORS, 0.4, 0.05, 1e-6, 2e-7),
    case("sgd-11", (2.1, 0.4), sgd(0.05, 0.8, 0.001), 0.3, 0.2, 1e-6, 3e-7, 11, (3, 8)),
]
KIND = Kind("optimiser", KERNEL_SHARING, notes, expected, CASES)
