"""Memory layouts of images: "nchw" (PyTorch's default) and "channels_last"."""

import torch

FORMATS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}


def images_as(images: torch.Tensor, layout: str) -> torch.Tensor:
    """Images [N, H, W, C], as they are stored, as [N, C, H, W] in the layout."""
    return images.permute(0, 3, 1, 2).contiguous(memory_format=FORMATS[layout])


def flat(x: torch.Tensor, layout: str) -> torch.Tensor:
    """[N, C, H, W] -> [N, features] without a copy: features in the order in which they lie in memory."""
    return (x.permute(0, 2, 3, 1) if layout == "channels_last" else x).flatten(1)


def first_linear_as(weight: torch.Tensor, channels: int, layout: str) -> torch.Tensor:
    """A linear layer's weight [out, H * W * C] with its columns in the order of `flat`."""
    if layout == "channels_last":
        return weight
    size = round((weight.shape[1] // channels) ** 0.5)
    return weight.unflatten(1, (size, size, channels)).permute(0, 3, 1, 2).flatten(1).contiguous()
