"""Adam as the proxy method uses it."""

import torch


def adam_config(learning_rate: float, weight_decay: float) -> dict:
    return {
        "name": "adam",
        "learning_rate": learning_rate,
        "beta1": 0.8,
        "beta2": 0.99,
        "epsilon": 1e-8,
        "weight_decay": weight_decay,
        "decay": "L2, added to the gradient",
    }


def adam(config, parameters) -> torch.optim.Adam:
    betas = config["beta1"], config["beta2"]
    options = {"lr": config["learning_rate"], "eps": config["epsilon"], "weight_decay": config["weight_decay"]}
    return torch.optim.Adam(parameters, betas=betas, **options)
