"""CIFAR's images on a device, and what a step makes of them: crops, flips, normalisation (lib/data/augment/recipe.ts)."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

SIDE = 32
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CIFAR = ((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))


class Recipe(NamedTuple):
    """How training images are augmented: zeros around them before a window is cut out, whether they are flipped."""

    padding: int
    flips: bool
    mean: tuple[float, float, float]
    sd: tuple[float, float, float]


RECIPES = {"plain": Recipe(0, False, *IMAGENET), "se-resnet": Recipe(4, True, *CIFAR)}


class Images(NamedTuple):
    pixels: torch.Tensor  # uint8 [images, 32, 32, 3]
    labels: torch.Tensor  # int64 [images]


def read_images(folder: Path, part: str, device) -> Images:
    """The IDX files of data/cifar-10 and data/cifar-100."""
    pixels = np.fromfile(folder / f"{part}-images-idx4-ubyte", np.uint8)[20:].reshape(-1, SIDE, SIDE, 3)
    labels = np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8)[8:]
    return Images(torch.from_numpy(pixels).to(device), torch.from_numpy(labels.astype(np.int64)).to(device))


class Normaliser:
    """Bytes [N, H, W, 3] -> float32 [N, 3, H, W], channels last in memory."""

    def __init__(self, recipe: Recipe, device) -> None:
        self.mean, self.sd = (torch.tensor(values, device=device) for values in (recipe.mean, recipe.sd))

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        return ((pixels.to(torch.float32) / 255 - self.mean) / self.sd).permute(0, 3, 1, 2)


class Augmenter:
    """Windows of padded images, some of them mirrored, by numbers that were drawn before the epoch."""

    def __init__(self, images: Images, recipe: Recipe) -> None:
        self.recipe = recipe
        border = recipe.padding
        self.padded = F.pad(images.pixels, (0, 0, border, border, border, border))
        self.places = torch.arange(SIDE, device=images.pixels.device)
        self.normalise = Normaliser(recipe, images.pixels.device)

    def draw(self, shape: tuple[int, int], generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Moves [steps, batch, 2] from 0 to twice the padding, flips [steps, batch]."""
        device = self.places.device
        moves = torch.randint(2 * self.recipe.padding + 1, (*shape, 2), generator=generator, device=device)
        flips = torch.rand(shape, generator=generator, device=device) < (0.5 if self.recipe.flips else 0.0)
        return moves, flips

    def __call__(self, index: torch.Tensor, moves: torch.Tensor, flips: torch.Tensor) -> torch.Tensor:
        rows = moves[:, :1] + self.places
        columns = moves[:, 1:] + torch.where(flips[:, None], SIDE - 1 - self.places, self.places)
        return self.normalise(self.padded[index[:, None, None], rows[:, :, None], columns[:, None, :]])
