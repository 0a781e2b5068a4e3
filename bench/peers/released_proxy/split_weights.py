"""Weights as sums of two float16 numbers, which leaves 2^-22 of them, and their products on tensor cores."""

from typing import Callable

import torch
from log import tried
from precision import tensor_float32

SCALE = 256.0  # of split weights, so that what is left over lies above float16's smallest numbers: weights up to 255
ROOM = 200.0  # largest weight that may be split


def split_plain(weights: torch.Tensor, scale: torch.Tensor, high: torch.Tensor, low: torch.Tensor) -> None:
    """What `split_kernel` of spiking_kernels.py does."""
    x = weights * scale * SCALE
    high.copy_(x)
    low.copy_(x - high.float())


def half_product(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Batches of float16 matrices multiplied and added up in float32."""
    return torch.bmm(x, y, out_dtype=torch.float32)


def tf32_product(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The same: float16 numbers are exact in TF32."""
    with tensor_float32():
        return x.float() @ y.float()


def product_of(device) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    ones = torch.ones(2, 16, 16, dtype=torch.float16, device=device)
    works = device.type == "cuda" and tried("float16 products in float32", lambda: half_product(ones, ones)) is not None
    return half_product if works else tf32_product


def pieces(rows: int, most: int = 1024) -> int:
    """In how many sums, added up in float32, so many numbers are added on tensor cores, which cut off at each step."""
    return next(count for count in range(1, rows + 1) if rows % count == 0 and rows // count <= most)
