"""Whether float32 can be held to a case's numbers, so that whoever misses them has other equations."""

import torch

from case import Case, CaseError, Kind, Tensors

SHARE = 0.5


def require_well_conditioned(kind: Kind, case: Case, expected: Tensors) -> None:
    """The same equations in float32 use at most a part of the tolerance."""
    single = kind.compute(case, torch.float32)
    for name, value in expected.items():
        difference = (value - single[name]).abs()
        share = float((difference / (case.atol + case.rtol * value.abs()).clamp(min=1e-300)).max())
        if not share <= SHARE:
            raise CaseError(
                f"{kind.name}/{case.name}: float32 alone takes {share:.2g} of the tolerance of {name}, more than "
                f"{SHARE:g}; choose another start or a wider tolerance."
            )
