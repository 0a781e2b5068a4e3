"""What a layer's weights make of its input."""

import torch
import torch.nn.functional as F
from network import Layer


def conv_format(x: torch.Tensor) -> torch.memory_format:
    """The layout of images [N, C, H, W]; that of one channel is both."""
    last = x.shape[1] > 1 and x.is_contiguous(memory_format=torch.channels_last)
    return torch.channels_last if last else torch.contiguous_format


def channels_last_rows(x: torch.Tensor) -> torch.Tensor:
    """[N, C, H, W] or [N, F] -> [N, features], in the order H, W, C."""
    return x.permute(0, 2, 3, 1).flatten(1) if x.dim() == 4 else x


def channels_first(x: torch.Tensor) -> torch.Tensor:
    """[N, H, W, C] -> [N, C, H, W]; [N, F] as it is."""
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def rows_of(layer: Layer, x: torch.Tensor) -> torch.Tensor:
    """What a linear layer multiplies of [N, C, H, W] or [N, F]."""
    return x.sum((2, 3)) if layer.positions > 1 else channels_last_rows(x)


def pooled(layer: Layer, x: torch.Tensor) -> torch.Tensor:
    """[N, C, H, W] behind the pooling that follows a layer."""
    return F.max_pool2d(x, layer.pool) if layer.pool > 1 else x


def response(layer: Layer, x: torch.Tensor, kernel: torch.Tensor, shift=None) -> torch.Tensor:
    """What a layer's weights make of [N, C, H, W] or [N, F]."""
    if not layer.is_conv:
        rows = rows_of(layer, x)
        return rows @ kernel if shift is None else torch.addmm(shift, rows, kernel)
    kernel = kernel.permute(3, 2, 0, 1).contiguous(memory_format=conv_format(x))
    size = layer.kernel[0]
    if layer.patches:
        return F.conv2d(x, kernel, shift, stride=size)
    return F.conv2d(x, kernel, shift, padding=size // 2, groups=x.shape[1] if layer.depthwise else 1)


def taps_of(images: torch.Tensor, size: int) -> torch.Tensor:
    """Images [N, C, H, W] -> rows [N * H * W, size * size * C] of what a kernel [size, size, C, F] sees of them."""
    padded = F.pad(images, (size // 2,) * 4)
    return padded.unfold(2, size, 1).unfold(3, size, 1).permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(0, 2)


def taps_product(layer: Layer, images: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """A convolution as one product of matrices: fast where an image has one channel. Returns [N, F, H, W], channels last."""
    z = taps_of(images, layer.kernel[0]) @ kernel.flatten(0, 2)
    images_, _, height, width = images.shape
    return z.view(images_, height, width, -1).permute(0, 3, 1, 2)
