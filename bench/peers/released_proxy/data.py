"""Fashion-MNIST's images, and what a step makes of them."""

import gzip
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F


class Images(NamedTuple):
    pixels: torch.Tensor  # uint8 [images, 784]
    labels: torch.Tensor  # int64 [images]


def read_idx(folder: Path, name: str) -> np.ndarray:
    """An IDX file of bytes, or the same compressed."""
    plain = folder / name
    data = plain.read_bytes() if plain.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    axes = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(axes)).reshape(axes)


def read_images(folder: Path, part: str, limit: int | None, device) -> Images:
    pixels = read_idx(folder, f"{part}-images-idx3-ubyte")[:limit]
    labels = read_idx(folder, f"{part}-labels-idx1-ubyte")[:limit]
    flat = torch.from_numpy(pixels.reshape(len(pixels), -1).copy()).to(device)
    return Images(flat, torch.from_numpy(labels.astype(np.int64)).to(device))


class Pixels:
    """Bytes as float32 in [0, 1], and RandomCrop(26) with Pad(1): the image moves by -1, 0 or 1 inside a border of zeros."""

    def __init__(self, device) -> None:
        self.values = torch.from_numpy((np.arange(256) / 255).astype(np.float32)).to(device)
        inner = torch.arange(1, 27)
        self.places = (28 * inner[:, None] + inner[None, :]).flatten().to(device)

    def floats(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.values[pixels.long()].view(-1, 1, 28, 28)

    def cropped(self, pixels: torch.Tensor, moves: torch.Tensor) -> torch.Tensor:
        """Pixels [N, 784], moves [N, 2] down and right -> images [N, 1, 28, 28]."""
        source = self.places + (28 * moves[:, :1] + moves[:, 1:])
        inner = self.values[pixels.gather(1, source).long()].view(-1, 1, 26, 26)
        return F.pad(inner, (1, 1, 1, 1))
