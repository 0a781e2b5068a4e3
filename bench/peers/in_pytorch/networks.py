"""The networks of the file that travels with exported weights, with the initial values of lib/models."""

import torch
from torch import nn
from weightshare_models import build


def initial_network(architecture: dict, seed: int) -> nn.Module:
    """PyTorch's own initial values, but kaiming-normal ones (fan-in) in the convolutions of SE-ResNet."""
    torch.manual_seed(seed)
    network = build(architecture)
    if architecture["network"]["name"] == "se-resnet":
        for kernel in {id(conv.weight): conv.weight for conv in network.modules() if isinstance(conv, nn.Conv2d)}.values():
            nn.init.kaiming_normal_(kernel)
    return network
