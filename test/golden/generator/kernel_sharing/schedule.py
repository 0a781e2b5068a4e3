"""Learning rates by torch.optim.lr_scheduler."""

import torch

from case import KERNEL_SHARING, Case, Kind
from formulas import values

COSINE = (
    "Cosine, set anew before every optimiser step, no warm-up: learningRate(t) = to + 0.5*(from - to)*(1 + "
    "cos(pi*t/totalSteps)), t = 0 for the very first step, t = totalSteps - 1 for the last (so the value `to` itself "
    "is approached, never used). inputs.steps are values of t; expected.learningRates the value of each. Compute in "
    "double precision. "
)
MULTISTEP = (
    "Multistep per epoch: learningRate(e) = initial * factor^(number of milestones m with m <= e), e = 0 for the "
    "first epoch; so epochs 0..m-1 (m finished epochs) still use the larger value and epoch index m is the first with "
    "the smaller one. inputs.epochs are values of e. "
)


def notes(case: Case) -> str:
    return COSINE if case.config["schedule"] == "cosine" else MULTISTEP


def expected(config, tensors):
    cosine = config["schedule"] == "cosine"
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=config["from" if cosine else "initial"])
    if cosine:
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, config["totalSteps"], eta_min=config["to"])
    else:
        schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, config["milestones"], gamma=config["factor"])
    wanted = [int(time) for time in tensors["steps" if cosine else "epochs"]]
    rates = []
    for _ in range(max(wanted) + 1):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return {"learningRates": torch.tensor([rates[time] for time in wanted], dtype=torch.float64)}


def cosine(name, total, steps, start=0.01, end=1e-6) -> Case:
    config = {"schedule": "cosine", "from": start, "to": end, "totalSteps": total}
    return Case(name, config, {"steps": values([len(steps)], steps)}, rtol=1e-7, atol=1e-12)


def multistep(name, total, milestones, epochs, initial=0.1, factor=0.1) -> Case:
    config = {
        "schedule": "multistep",
        "initial": initial,
        "milestones": milestones,
        "factor": factor,
        "totalEpochs": total,
    }
    return Case(name, config, {"epochs": values([len(epochs)], epochs)}, rtol=1e-7, atol=1e-12)


LONG = [0, 1, 2, 7800, 19500, 26000, 39000, 39001, 52000, 58500, 70200, 77998, 77999]
CASES = [
    cosine("schedule-cosine", 78000, LONG),
    cosine("schedule-cosine-short", 40, [0, 1, 2, 4, 10, 13, 20, 21, 26, 30, 36, 38, 39]),
    multistep("schedule-multistep", 256, [85, 130, 180], [0, 1, 84, 85, 86, 129, 130, 131, 179, 180, 181, 255]),
    cosine("schedule-cosine-97", 97, [0, 1, 13, 48, 49, 95, 96], start=0.3, end=0.001),
    multistep("schedule-multistep-halves", 12, [3, 4, 9], [0, 2, 3, 4, 5, 8, 9, 11], initial=0.4, factor=0.5),
]
KIND = Kind("schedule", KERNEL_SHARING, notes, expected, CASES)
