"""A case is data; its kind says which numbers are expected of it and which equations give them."""

from typing import Callable, NamedTuple

import torch

from formulas import Spec, numbers_of

Tensors = dict[str, torch.Tensor]
Results = dict[str, torch.Tensor | float]


class CaseError(Exception):
    """Why a case cannot be made, in one sentence."""


class Case(NamedTuple):
    """Tensors by name, each with a formula or values; what is expected passes within atol + rtol * |expected|."""

    name: str
    config: dict
    inputs: dict[str, Spec]
    parameters: dict[str, Spec] = {}
    rtol: float = 1e-4
    atol: float = 1e-6


class Style(NamedTuple):
    """How the files of a paper's kinds are named and spaced."""

    file_name: str
    spaced: bool


SPIKING = Style("{kind}--{name}.json", spaced=False)
KERNEL_SHARING = Style("{name}.json", spaced=True)


class Kind(NamedTuple):
    """`notes(case)` are the equations in words, `expected(config, tensors)` computes them: numbers by name."""

    name: str
    style: Style
    notes: Callable[[Case], str]
    expected: Callable[[dict, Tensors], Results]
    cases: list[Case]

    def file_name(self, case: Case) -> str:
        return self.style.file_name.format(kind=self.name, name=case.name)

    def compute(self, case: Case, dtype: torch.dtype = torch.float64) -> Tensors:
        """The expected numbers, with all arithmetic in `dtype`."""
        specs = {**case.inputs, **case.parameters}
        try:
            results = self.expected(case.config, {name: numbers_of(spec).to(dtype) for name, spec in specs.items()})
        except CaseError as problem:
            raise CaseError(f"{self.name}/{case.name}: {problem}") from problem
        numbers = {name: torch.as_tensor(value, dtype=torch.float64).detach() for name, value in results.items()}
        for name, each in numbers.items():
            if not each.isfinite().all():
                raise CaseError(f"{self.name}/{case.name}: {name} is not finite; choose another start.")
        return numbers
