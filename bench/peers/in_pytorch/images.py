"""Images on a device, and what a step makes of them: crops, flips, normalisation (lib/data/augment/recipe.ts)."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from data import read_idx

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CIFAR = ((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
AS_THEY_ARE = ((0.0,), (1.0,))


class Recipe(NamedTuple):
    """How training images are augmented: zeros around them before a window is cut out, whether they are flipped."""

    padding: int
    flips: bool
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    border: int = 0  # of the window, which becomes 0


RECIPES = {
    "plain": Recipe(0, False, *IMAGENET),
    "se-resnet": Recipe(4, True, *CIFAR),
    "crop26-pad1": Recipe(1, False, *AS_THEY_ARE, border=1),
}


class Files(NamedTuple):
    """What the files of training and of test images begin with, and how many axes images have in them."""

    train: str = "train"
    test: str = "test"
    axes: int = 4


FILES = {"fashion-mnist": Files(test="t10k", axes=3)}


class Images(NamedTuple):
    pixels: torch.Tensor  # uint8 [images, H, W, C]
    labels: torch.Tensor  # int64 [images]

    def first(self, count: int) -> "Images":
        return Images(self.pixels[:count], self.labels[:count])

    def last(self, count: int) -> "Images":
        return Images(self.pixels[-count:], self.labels[-count:])


def read_images(data: Path, name: str, device) -> tuple[Images, Images]:
    """Training and test images of the files in data/NAME."""
    files = FILES.get(name, Files())

    def read(part: str) -> Images:
        pixels = read_idx(data / name, f"{part}-images-idx{files.axes}-ubyte")
        labels = read_idx(data / name, f"{part}-labels-idx1-ubyte")
        pixels = pixels.reshape(*pixels.shape[:3], -1)
        return Images(torch.from_numpy(pixels.copy()).to(device), torch.from_numpy(labels.astype(np.int64)).to(device))

    return read(files.train), read(files.test)


class Normaliser:
    """Bytes [N, H, W, C] -> float32 [N, C, H, W], channels last in memory."""

    def __init__(self, recipe: Recipe, device) -> None:
        self.mean, self.sd = (torch.tensor(values, device=device) for values in (recipe.mean, recipe.sd))

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        return ((pixels.to(torch.float32) / 255 - self.mean) / self.sd).permute(0, 3, 1, 2)


class Augmenter:
    """Windows of padded images, some of them mirrored, by numbers that were drawn before the epoch."""

    def __init__(self, images: Images, recipe: Recipe) -> None:
        self.recipe = recipe
        device, side = images.pixels.device, images.pixels.shape[1]
        self.padded = F.pad(images.pixels, (0, 0, *(recipe.padding,) * 4))
        self.places = torch.arange(side, device=device)
        inner = (self.places >= recipe.border) & (self.places < side - recipe.border)
        self.inside = (inner[:, None] & inner).to(torch.uint8)[None, :, :, None]
        self.normalise = Normaliser(recipe, device)

    def draw(self, shape: tuple[int, int], generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Moves [steps, batch, 2] from 0 to twice the padding, flips [steps, batch]."""
        device = self.places.device
        moves = torch.randint(2 * self.recipe.padding + 1, (*shape, 2), generator=generator, device=device)
        flips = torch.rand(shape, generator=generator, device=device) < (0.5 if self.recipe.flips else 0.0)
        return moves, flips

    def __call__(self, index: torch.Tensor, moves: torch.Tensor, flips: torch.Tensor) -> torch.Tensor:
        rows = moves[:, :1] + self.places
        mirrored = len(self.places) - 1 - self.places
        columns = moves[:, 1:] + torch.where(flips[:, None], mirrored, self.places)
        windows = self.padded[index[:, None, None], rows[:, :, None], columns[:, None, :]]
        return self.normalise(windows * self.inside if self.recipe.border > 0 else windows)
