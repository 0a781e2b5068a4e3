"""Float32 everywhere, TF32 only where it is asked for."""

from contextlib import contextmanager

import torch


def exact_float32() -> None:
    """No TF32 but where `tensor_float32` asks for it."""
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
    torch.backends.cudnn.benchmark = True


@contextmanager
def tensor_float32(allowed: bool = True):
    backends = (torch.backends.cudnn, torch.backends.cuda.matmul)
    before = [backend.allow_tf32 for backend in backends]
    for backend in backends:
        backend.allow_tf32 = allowed
    try:
        yield
    finally:
        for backend, was in zip(backends, before):
            backend.allow_tf32 = was


@contextmanager
def unsearched():
    """Convolutions that are computed once only, without trying cuDNN's algorithms."""
    torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = True
