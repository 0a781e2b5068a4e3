"""What a run needs of whatever learns: a classifier, or a network with two lives under a learning rule."""

from typing import NamedTuple, Protocol

import torch


class Ways(NamedTuple):
    """How a step is computed, beside what it computes."""

    precision: str  # "bfloat16" (autocast), "tf32" or "float32"
    layout: str  # "nchw" or "channels_last"
    graph: bool


class Learned(NamedTuple):
    """What came of a batch."""

    loss: torch.Tensor
    answers: torch.Tensor  # predicted classes [N]
    gradients: list[torch.Tensor]


class Learner(Protocol):
    parameters: list[torch.Tensor]

    @property
    def state(self) -> list[torch.Tensor]:
        """All that a step changes."""
        ...

    def assign(self, tensors: dict[str, torch.Tensor]) -> None: ...

    def learn(self, images: torch.Tensor, labels: torch.Tensor, norms_train: bool) -> Learned: ...

    def answers(self, images: torch.Tensor, labels: torch.Tensor) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        """By life the mean loss of a batch, with frozen norms, and predicted classes."""
        ...

    def tensors(self) -> dict[str, torch.Tensor]:
        """What is written."""
        ...

    def about(self, request: dict, recipe) -> dict[str, str]:
        """What a file of these tensors says of them."""
        ...
