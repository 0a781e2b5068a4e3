"""
The optimisers of all recipes on lists of tensors, with the learning rate and the number of steps as tensors, so that
a step can be recorded once as a CUDA graph and played again. Held against torch.optim by check_optimisers.
"""

import torch


class Sgd:
    """Momentum without dampening, decay inside the gradient."""

    def __init__(self, parameters: list[torch.Tensor], settings: dict) -> None:
        self.parameters, self.settings = parameters, settings
        self.velocities = [torch.zeros_like(parameter) for parameter in parameters]
        self.state = self.velocities

    @torch.no_grad()
    def apply(self, gradients: list[torch.Tensor], rate: torch.Tensor) -> None:
        decayed = torch._foreach_add(gradients, self.parameters, alpha=self.settings["weightDecay"])
        torch._foreach_mul_(self.velocities, self.settings["momentum"])
        torch._foreach_add_(self.velocities, decayed)
        torch._foreach_sub_(self.parameters, torch._foreach_mul(self.velocities, rate))


class Adam:
    """Decay inside the gradient, of every tensor."""

    def __init__(self, parameters: list[torch.Tensor], settings: dict) -> None:
        self.parameters, self.settings = parameters, settings
        self.means = [torch.zeros_like(parameter) for parameter in parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in parameters]
        self.steps = torch.zeros((), dtype=torch.float64, device=parameters[0].device)
        self.state = [*self.means, *self.squares, self.steps]

    @torch.no_grad()
    def apply(self, gradients: list[torch.Tensor], rate: torch.Tensor) -> None:
        self.move(torch._foreach_add(gradients, self.parameters, alpha=self.settings["weightDecay"]), rate)

    def move(self, gradients: list[torch.Tensor], rate: torch.Tensor) -> None:
        beta1, beta2 = self.settings["beta1"], self.settings["beta2"]
        self.steps += 1
        torch._foreach_mul_(self.means, beta1)
        torch._foreach_add_(self.means, gradients, alpha=1 - beta1)
        torch._foreach_mul_(self.squares, beta2)
        torch._foreach_addcmul_(self.squares, gradients, gradients, 1 - beta2)
        denominators = torch._foreach_sqrt(self.squares)
        torch._foreach_div_(denominators, (1 - beta2**self.steps).sqrt().float())
        torch._foreach_add_(denominators, self.settings["epsilon"])
        movements = torch._foreach_div(self.means, denominators)
        torch._foreach_mul_(movements, (rate / (1 - beta1**self.steps)).float())
        torch._foreach_sub_(self.parameters, movements)


class AdamW(Adam):
    """Decays tensors of more than one dimension only, and not by their gradients, whose global norm is clipped before."""

    @torch.no_grad()
    def apply(self, gradients: list[torch.Tensor], rate: torch.Tensor) -> None:
        gradients = clipped(gradients, self.settings["clipNorm"])
        decayed = [parameter for parameter in self.parameters if parameter.dim() > 1]
        torch._foreach_mul_(decayed, (1 - rate * self.settings["weightDecay"]).float())
        self.move(gradients, rate)


OPTIMISERS = {"sgd": Sgd, "adam": Adam, "adamw": AdamW}


def clipped(gradients: list[torch.Tensor], most: float) -> list[torch.Tensor]:
    """Scaled down where the norm of all of them together is larger."""
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    return torch._foreach_mul(gradients, (most / (norm + 1e-6)).clamp(max=1.0))


CHECKED = {
    "adamw": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-3, "weightDecay": 0.01, "clipNorm": 1.0},
    "adam": {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3, "weightDecay": 0.01},
    "sgd": {"momentum": 0.9, "weightDecay": 1e-4},
}


def check_optimisers() -> None:
    """Ten steps on random gradients against torch.optim, to 1e-6 of the largest value."""
    torch.manual_seed(5)
    initial = [torch.randn(8, 3, 3), torch.randn(8)]
    for name, settings in CHECKED.items():
        ours = [value.clone() for value in initial]
        theirs = [torch.nn.Parameter(value.clone()) for value in initial]
        made = OPTIMISERS[name](ours, settings)
        reference = reference_of(name, theirs, settings)
        for step in range(10):
            rate = 0.01 / (step + 1)
            gradients = [torch.randn_like(value) for value in initial]
            for parameter, gradient in zip(theirs, gradients):
                parameter.grad = gradient.clone()
            for group in reference.param_groups:
                group["lr"] = rate
            if "clipNorm" in settings:
                torch.nn.utils.clip_grad_norm_(theirs, settings["clipNorm"])
            reference.step()
            made.apply(gradients, torch.tensor(rate, dtype=torch.float64))
        for a, b in zip(ours, theirs):
            worst = float((a - b.detach()).abs().max() / b.detach().abs().max())
            if not worst < 1e-6:
                raise SystemExit(f"{name} is {worst:.1e} away from torch.optim after ten steps")


def reference_of(name: str, parameters: list[torch.nn.Parameter], settings: dict) -> torch.optim.Optimizer:
    decay = settings["weightDecay"]
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=1.0, momentum=settings["momentum"], weight_decay=decay)
    constants = {"lr": 1.0, "betas": (settings["beta1"], settings["beta2"]), "eps": settings["epsilon"]}
    if name == "adam":
        return torch.optim.Adam(parameters, weight_decay=decay, **constants)
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, **constants)


if __name__ == "__main__":
    check_optimisers()
    print("the optimisers agree with torch.optim")
