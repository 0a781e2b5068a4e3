"""What a case must keep away from, so that nothing in it hangs on rounding."""

import torch
from torch.nn import functional as F

from case import CaseError

THRESHOLD = 1e-4


def require(what: str, margin: float, limit: float) -> None:
    if not margin >= limit:
        raise CaseError(f"{what} by {margin:.1e} only, less than {limit:g}; choose another start.")


def require_threshold(layer: str, margin: float) -> None:
    require(f"a charged membrane of {layer} misses the threshold", margin, THRESHOLD)


def require_activation(layer: str, z: torch.Tensor, pool: int | None, limit: float) -> None:
    """Pre-activations away from zero, and winners of max pooling away from the second where they are positive."""
    require(f"a pre-activation of {layer} misses zero", float(z.detach().abs().min()), limit)
    if pool is None:
        return
    channels = z.detach().permute(0, 3, 1, 2).reshape(-1, 1, *z.shape[1:3])
    first, second = F.unfold(channels, pool, stride=pool).topk(2, dim=1).values.unbind(1)
    leads = (first - second.clamp(min=0))[first > 0]
    require(f"a winner of the pooling after {layer} leads", float(leads.min()) if leads.numel() else limit, limit)
