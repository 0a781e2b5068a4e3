"""What the cases of batch norm share."""

from formulas import Sines

CONFIG = {"epsilon": 1e-5, "momentum": 0.1}


def statistics(sines: Sines, channels: int, prefix: str = "statistics.") -> dict:
    return {
        f"{prefix}mean": sines.next([channels], 0.3, 0.05),
        f"{prefix}variance": sines.next([channels], 0.4, 1),
    }


def affine(sines: Sines, channels: int, prefix: str = "", beta: float = 0.1) -> dict:
    """Gamma, and beta around `beta`."""
    return {f"{prefix}gamma": sines.next([channels], 0.3, 1), f"{prefix}beta": sines.next([channels], 0.2, beta)}
