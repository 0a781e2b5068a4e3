"""
The optimisers of the papers' recipes, in PyTorch's fused form (its fastest). Fashion-MNIST learning rates are 0, so that
the spikes keep the densities of a trained network from step to step; the arithmetic is the same.
"""

import torch


def proxy_adam(parameters) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=0.0, betas=(0.8, 0.99), eps=1e-8, weight_decay=1e-6, fused=True)


def convmixer_adamw(module: torch.nn.Module) -> torch.optim.Optimizer:
    """Decays tensors of more than one dimension only."""
    parameters = list(module.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.01},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=1e-2, betas=(0.9, 0.999), eps=1e-3, fused=True)


def se_resnet_sgd(parameters) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=1e-4, fused=True)
