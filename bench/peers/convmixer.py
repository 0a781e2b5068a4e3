"""ConvMixer, optionally with one depthwise and one pointwise convolution for all blocks (kernel sharing)."""

import torch
from torch import nn


class Block(nn.Module):
    """Residual depthwise convolution, then a pointwise one; GELU and batch norm after each."""

    def __init__(self, depthwise: nn.Conv2d, pointwise: nn.Conv2d) -> None:
        super().__init__()
        channels = pointwise.out_channels
        self.depthwise, self.pointwise = depthwise, pointwise
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.gelu = nn.GELU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.norm1(self.gelu(self.depthwise(x)))
        return self.norm2(self.gelu(self.pointwise(x)))


def convmixer(dim: int, depth: int, kernel: int, patch: int, shared: bool, classes: int = 10) -> nn.Sequential:
    def kernels() -> tuple[nn.Conv2d, nn.Conv2d]:
        return nn.Conv2d(dim, dim, kernel, groups=dim, padding="same"), nn.Conv2d(dim, dim, 1)

    one = kernels()
    return nn.Sequential(
        nn.Conv2d(3, dim, patch, stride=patch),
        nn.GELU(),
        nn.BatchNorm2d(dim),
        *(Block(*(one if shared else kernels())) for _ in range(depth)),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(dim, classes),
    )
