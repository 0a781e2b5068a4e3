"""An exported network built by hand, with SpikingJelly's neurons in the places of ReLU."""

from collections.abc import Callable
from pathlib import Path

import torch
from spikingjelly.activation_based import functional, neuron


def counter(path: Path, threshold: float, T: int, precision: torch.dtype) -> Callable[[torch.Tensor], torch.Tensor]:
    """Bytes [N, H, W, C] -> spike counts [N, classes] over T steps of the same image; hard reset."""
    from weightshare_models import load, prepare

    model, about = load(str(path), lambda: neuron.IFNode(v_threshold=float(threshold), v_reset=0.0))
    model.to(precision)

    def count(images: torch.Tensor) -> torch.Tensor:
        x = prepare(images, about).to(precision)
        functional.reset_net(model)
        return sum(model(x) for _ in range(T))

    return count
