"""Learning rates of all steps, as lib/learning/schedule.ts gives them."""

import math

import torch


def rates_of(config: dict, steps: int) -> torch.Tensor:
    """Float64 [epochs * steps], for `steps` in an epoch."""
    optimiser = config["optimiser"]
    first, last, whole = optimiser["learningRate"], optimiser["finalLearningRate"], steps * config["training"]["epochs"]
    if optimiser["schedule"] == "cosine":
        rates = [last + (first - last) * (1 + math.cos(math.pi * step / whole)) / 2 for step in range(whole)]
    elif optimiser["schedule"] == "multistep":
        reached = [steps * milestone for milestone in optimiser["milestones"]]
        rates = [first * optimiser["factor"] ** sum(mark <= step for mark in reached) for step in range(whole)]
    else:
        raise SystemExit(f"the schedule {optimiser['schedule']} is not known here; give cosine or multistep")
    return torch.tensor(rates, dtype=torch.float64)
