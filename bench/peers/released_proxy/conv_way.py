"""How a spiking convolution is computed."""

from typing import NamedTuple


class Tile(NamedTuple):
    """Sizes of a product's tile and of its program; see Triton's tutorial 03."""

    BM: int
    BN: int
    BK: int
    warps: int
    stages: int


class ConvWay(NamedTuple):
    """How a spiking convolution is computed frozen: "fused" with its neurons, "tiles" or "cudnn" before them."""

    kind: str
    tile: Tile | None = None

    def __str__(self) -> str:
        return f"{self.kind} {tuple(self.tile)}" if self.tile else self.kind
