"""Gradients by autograd."""

import torch


def leaves(tensors: dict[str, torch.Tensor], names) -> dict[str, torch.Tensor]:
    """Copies of the named tensors whose gradients are asked for."""
    return {name: tensors[name].clone().requires_grad_() for name in names}


def gradients(value: torch.Tensor, of: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """d value / d tensor under "<prefix><name>", zero where value does not depend on it."""
    found = torch.autograd.grad(value, list(of.values()), allow_unused=True, materialize_grads=True)
    return {prefix + name: gradient for name, gradient in zip(of, found)}
