"""Convolution and pooling of activations [N, H, W, C] with kernels [height, width, in, out], as fixtures store them."""

import torch
from torch.nn import functional as F


def conv(x: torch.Tensor, kernel: torch.Tensor, stride: int = 1, padding: int = 0, groups: int = 1) -> torch.Tensor:
    """Cross-correlation with zeros on all four sides; a depthwise kernel is [height, width, channels, 1]."""
    weight = kernel.permute(3, 2, 0, 1) if groups == 1 else kernel.permute(2, 3, 0, 1)
    y = F.conv2d(x.permute(0, 3, 1, 2), weight, stride=stride, padding=padding, groups=groups)
    return y.permute(0, 2, 3, 1)


def max_pool(x: torch.Tensor, size: int) -> torch.Tensor:
    """Windows of size x size with that stride; of equal maxima the first in row-major order gets the gradient."""
    return F.max_pool2d(x.permute(0, 3, 1, 2), size).permute(0, 2, 3, 1)
