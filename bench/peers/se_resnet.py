"""SE-ResNet for 32 x 32 images; optionally one 3 x 3 kernel a stage for all its convolutions but the first (sharing)."""

import torch
import torch.nn.functional as F
from torch import nn

REDUCTION = 16


def conv3x3(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
    nn.init.kaiming_normal_(conv.weight)
    return conv


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // REDUCTION, bias=False)
        self.excite = nn.Linear(channels // REDUCTION, channels, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale = torch.sigmoid(self.excite(F.relu(self.squeeze(x.mean((2, 3))))))
        return x * scale[:, :, None, None]


class Block(nn.Module):
    def __init__(self, conv1: nn.Conv2d, conv2: nn.Conv2d) -> None:
        super().__init__()
        inputs, channels, stride = conv1.in_channels, conv1.out_channels, conv1.stride
        self.conv1, self.conv2 = conv1, conv2
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.se = SqueezeExcitation(channels)
        self.shortcut: nn.Module = nn.Identity()
        if inputs != channels:
            conv = nn.Conv2d(inputs, channels, 1, stride=stride, bias=False)
            nn.init.kaiming_normal_(conv.weight)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.se(self.norm2(self.conv2(y)))
        return F.relu(y + self.shortcut(x), inplace=True)


def stage(inputs: int, channels: int, stride: int, blocks: int, shared: bool) -> list[Block]:
    kernel = conv3x3(channels, channels)
    same = lambda: kernel if shared else conv3x3(channels, channels)  # noqa: E731
    return [
        Block(conv3x3(inputs, channels, stride) if index == 0 else same(), same()) for index in range(blocks)
    ]


def se_resnet(n: int, stem: int, widths: list[int], shared: bool, classes: int = 10) -> nn.Sequential:
    """Stages of n blocks, strides 1, 2, 2."""
    blocks: list[nn.Module] = []
    inputs = stem
    for channels, stride in zip(widths, (1, 2, 2)):
        blocks += stage(inputs, channels, stride, n, shared)
        inputs = channels
    return nn.Sequential(
        conv3x3(3, stem),
        nn.BatchNorm2d(stem),
        nn.ReLU(inplace=True),
        *blocks,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(inputs, classes),
    )
