"""One step of proxy learning."""

from typing import NamedTuple

import torch
from ann import ann_outputs
from network import Network
from released_recipe import ADAM


class Step(NamedTuple):
    """Loss and spike counts of a batch."""

    loss: torch.Tensor
    counts: torch.Tensor
    outputs: torch.Tensor


def one_hot(labels: torch.Tensor, classes: int) -> torch.Tensor:
    return (labels[:, None] == torch.arange(classes, device=labels.device)).float()


def learn(network, snn, optimiser, images, labels, train, target, divisor=1) -> Step:
    """
    One step: the ANN's outputs take the value of the SNN's counts (over `divisor`) and keep their own graph, so that the
    error's gradient 2 (counts - target) / (N classes) enters the ANN's backward pass.
    """
    counts = snn.counts(images, train)
    optimiser.zero_grad(set_to_none=True)
    error = counts / divisor - target * one_hot(labels, counts.shape[1])
    outputs = ann_outputs(network, images, train)
    outputs.backward(error * (2 / error.numel()))
    optimiser.step()
    return Step(error.square().mean(), counts, outputs.detach())


def adam(network: Network, **change) -> torch.optim.Adam:
    on_gpu = network.kernel(network.layers[0]).is_cuda
    return torch.optim.Adam(network.parameters.values(), **(ADAM | change), fused=on_gpu)
