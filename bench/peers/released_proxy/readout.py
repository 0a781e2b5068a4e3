"""What is read from outputs: predictions, scores, and which images are right."""

import base64

import numpy as np
import torch
from learning import one_hot


def first_largest(counts: torch.Tensor) -> torch.Tensor:
    """Index of the largest count; of several the first."""
    classes = counts.shape[1]
    return (counts * (2 * classes) - torch.arange(classes, device=counts.device)).argmax(1)


def scores(outputs: torch.Tensor, predictions: torch.Tensor, labels: torch.Tensor, target: float) -> dict[str, float]:
    """Shares of images under all tie rules, as lib/spiking/readout.ts reads them, and the loss."""
    largest = outputs == outputs.amax(1, keepdim=True)
    right = largest.gather(1, labels[:, None])[:, 0]
    winners = largest.sum(1)
    shares = {
        "argmax": predictions == labels,
        "expected": right / winners,
        "tieInclusive": right,
        "tied": winners > 1,
        "silent": (outputs == 0).all(1),
    }
    loss = (outputs - target * one_hot(labels, outputs.shape[1])).square().mean()
    return {"loss": float(loss)} | {name: float(share.double().mean()) for name, share in shares.items()}


def bits(right: torch.Tensor) -> str:
    """As lib/spiking/correct_images.ts: base64 of bytes, image i is bit i % 8, from the lowest, of byte i // 8."""
    return base64.b64encode(np.packbits(right.cpu().numpy(), bitorder="little").tobytes()).decode()
