"""What is expected of a classifier: logits in eval and train mode, and a train step's loss, gradients, statistics."""

from typing import Callable

import torch
from torch.nn import functional as F

from batch_norm import batch_statistics, normalise, updated
from case import Case, Tensors
from formulas import Sines, Spec, values
from gradients import gradients, leaves
from kernel_sharing.norm_cases import statistics

MOMENTUM = 0.1
ENTRIES = (
    "expected.logitsEval: eval mode with every running mean 0 and variance 1. expected.logitsEvalGivenStatistics: "
    "eval mode with the running statistics inputs.statistics.<norm>.mean/variance. expected.logitsTrain, loss, "
    "gradients.*, statisticsAfter.*: one train-mode forward/backward that starts from running mean 0 and variance 1; "
    "loss = mean over the batch of -log softmax(logits)[label]; gradients.<parameter> = d loss / d parameter, in the "
    "layout of that parameter; statisticsAfter.<norm>.mean/variance = running statistics after that one train "
    "forward. expected.parameterCount counts every trainable number once (shared tensors once; gamma and beta yes, "
    "running statistics no). "
)

Norm = Callable[[str, torch.Tensor], torch.Tensor]
Forward = Callable[[dict, Tensors, Norm], torch.Tensor]


def classifier_expected(forward: Forward, config, tensors):
    """`forward(config, tensors, norm)` returns logits [N, classes] and calls norm(name, x) wherever a norm acts."""
    names = [name for name in tensors if name not in ("images", "labels") and not name.startswith("statistics.")]
    leaf = leaves(tensors, names)
    weights = {**tensors, **leaf}
    after = {}

    def normed(name, x, mean_and_variance):
        return normalise(x, mean_and_variance, weights[f"{name}.gamma"], weights[f"{name}.beta"])

    def initial(x):
        return torch.zeros(x.shape[-1], dtype=x.dtype), torch.ones(x.shape[-1], dtype=x.dtype)

    def given(name, x):
        return normed(name, x, (tensors[f"statistics.{name}.mean"], tensors[f"statistics.{name}.variance"]))

    def train(name, x):
        mean, variance = updated(initial(x), x, MOMENTUM)
        after.update({f"statisticsAfter.{name}.mean": mean, f"statisticsAfter.{name}.variance": variance})
        return normed(name, x, batch_statistics(x))

    logits = forward(config, weights, train)
    loss = F.cross_entropy(logits, tensors["labels"].long())
    return {
        "logitsEval": forward(config, weights, lambda name, x: normed(name, x, initial(x))),
        "logitsEvalGivenStatistics": forward(config, weights, given),
        "logitsTrain": logits,
        "loss": loss,
        **gradients(loss, leaf, "gradients."),
        **after,
        "parameterCount": sum(parameter.numel() for parameter in leaf.values()),
    }


def classifier_case(
    name, config, start, norms: dict[str, int], parameters: Callable[[Sines], dict[str, Spec]], atol
) -> Case:
    """`norms` maps each norm to its channels in the order of the network; `parameters` draws them from the sines."""
    sines = Sines(start)
    inputs = {
        "images": sines.next([config["batch"], *config["image"]], 1.3, 0.1),
        "labels": values([config["batch"]], [(1 + 2 * i) % config["classes"] for i in range(config["batch"])]),
    }
    for norm, channels in norms.items():
        inputs |= statistics(sines, channels, f"statistics.{norm}.")
    return Case(name, config, inputs, parameters(sines), atol=atol)
