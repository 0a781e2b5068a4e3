"""Gives ConvMixer and SE-ResNet the weights of the inputs, named and laid out as in lib/models."""

import torch
from torch import nn


class Weights:
    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        self.tensors = tensors

    def conv(self, conv: nn.Conv2d, name: str) -> None:
        """Kernels HWIO, depthwise ones [k, k, C, 1], to OIHW."""
        kernel = self.tensors[f"{name}.kernel"]
        order = (2, 3, 0, 1) if conv.groups > 1 else (3, 2, 0, 1)
        conv.weight.data.copy_(kernel.permute(order))
        if conv.bias is not None:
            conv.bias.data.copy_(self.tensors[f"{name}.bias"])

    def linear(self, linear: nn.Linear, name: str) -> None:
        linear.weight.data.copy_(self.tensors[f"{name}.kernel"].T)
        if linear.bias is not None:
            linear.bias.data.copy_(self.tensors[f"{name}.bias"])

    def norm(self, norm: nn.BatchNorm2d, name: str) -> None:
        norm.weight.data.copy_(self.tensors[f"{name}.gamma"])
        norm.bias.data.copy_(self.tensors[f"{name}.beta"])


def fill_convmixer(network: nn.Sequential, tensors: dict[str, torch.Tensor], shared: bool) -> None:
    weights = Weights(tensors)
    stem, _, norm, *blocks, _, _, head = network
    weights.conv(stem, "stem")
    weights.norm(norm, "stem.norm")
    for index, block in enumerate(blocks):
        kernels = "shared" if shared else f"blocks.{index}"
        weights.conv(block.depthwise, f"{kernels}.depthwise")
        weights.conv(block.pointwise, f"{kernels}.pointwise")
        weights.norm(block.norm1, f"blocks.{index}.depthwiseNorm")
        weights.norm(block.norm2, f"blocks.{index}.pointwiseNorm")
    weights.linear(head, "head")


def fill_se_resnet(network: nn.Sequential, tensors: dict[str, torch.Tensor], n: int, shared: bool) -> None:
    weights = Weights(tensors)
    stem, norm, _, *blocks, _, _, head = network
    weights.conv(stem, "stem")
    weights.norm(norm, "stem.norm")
    for index, block in enumerate(blocks):
        stage = f"stages.{index // n + 1}"
        name = f"{stage}.blocks.{index % n + 1}"
        first_shared = shared and block.conv1.in_channels == block.conv1.out_channels
        weights.conv(block.conv1, f"{stage}.shared" if first_shared else f"{name}.conv1")
        weights.conv(block.conv2, f"{stage}.shared" if shared else f"{name}.conv2")
        weights.norm(block.norm1, f"{name}.norm1")
        weights.norm(block.norm2, f"{name}.norm2")
        weights.linear(block.se.squeeze, f"{name}.squeeze")
        weights.linear(block.se.excite, f"{name}.excite")
        if not isinstance(block.shortcut, nn.Identity):
            weights.conv(block.shortcut[0], f"{name}.shortcut")
            weights.norm(block.shortcut[1], f"{name}.shortcutNorm")
    weights.linear(head, "head")
