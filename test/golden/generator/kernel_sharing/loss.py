"""Losses, their targets and their gradients."""

import torch
from torch.nn import functional as F

from case import KERNEL_SHARING, Case, Kind
from formulas import Sines, values
from gradients import gradients, leaves
from kernel_sharing.notes import CONVENTIONS

EQUATIONS = {
    "cross-entropy": "Plain cross entropy: smoothing 0. ",
    "label-smoothing": "Cross entropy with label smoothing e = config.smoothing over K = config.classes: target = "
    "(1-e)*onehot(label) + e/K (every class, the true one too, gets e/K); loss per example = -sum over classes "
    "target*log softmax(logits). Use a stable log-softmax. ",
    "mixup": "Soft-target cross entropy after mixup or cutmix of two label sets: smooth(l) = (1-e)*onehot(l) + e/K "
    "with e = config.smoothing; target = lambda*smooth(labelsA) + (1-lambda)*smooth(labelsB), lambda = "
    "config.lambda; loss per example = -sum target*log softmax(logits). In the recipe labelsB is labelsA reversed "
    "along the batch; here both are given. ",
    "mse-counts": "Mean squared error of raw spike counts (not divided by the number of steps) against the one-hot "
    "label: loss = mean over batch and classes of (count - onehot)^2; its gradient with respect to a count is "
    "2*(count - onehot)/(batch*classes). ",
}
ENTRIES = (
    "expected.targets are the target rows used, expected.perExample the loss of each example, expected.loss their "
    "mean over the batch, expected.gradients.* the gradient of expected.loss with respect to that input. "
)


def notes(case: Case) -> str:
    return CONVENTIONS + EQUATIONS[case.config["loss"]] + ENTRIES


def expected(config, tensors):
    targets = _targets(config, tensors)
    leaf = leaves(tensors, ["counts" if config["loss"] == "mse-counts" else "logits"])
    (x,) = leaf.values()
    if config["loss"] == "mse-counts":
        each = F.mse_loss(x, targets, reduction="none").mean(1)
    else:
        each = F.cross_entropy(x, targets, reduction="none")
    loss = each.mean()
    return {"targets": targets, "perExample": each, "loss": loss, **gradients(loss, leaf, "gradients.")}


def _targets(config, tensors) -> torch.Tensor:
    """Rows [batch, classes]."""
    smoothing, classes = config.get("smoothing", 0), config["classes"]

    def smoothed(name: str) -> torch.Tensor:
        onehot = F.one_hot(tensors[name].long(), classes).to(tensors[name].dtype)
        return (1 - smoothing) * onehot + smoothing / classes

    if config["loss"] != "mixup":
        return smoothed("labels")
    return config["lambda"] * smoothed("labelsA") + (1 - config["lambda"]) * smoothed("labelsB")


LABELS = [1, 4, 0, 1]


def case(name, loss, start, scale, offset, config, labels=LABELS, others=None, atol=1e-6) -> Case:
    """`others` are the labels that mixup mixes in."""
    named = {"labels": labels} if others is None else {"labelsA": labels, "labelsB": others}
    inputs = {
        "logits": Sines(start).next([len(labels), config["classes"]], scale, offset),
        **{name: values([len(each)], each) for name, each in named.items()},
    }
    return Case(f"loss-{name}", {"loss": loss, **config}, inputs, rtol=1e-5, atol=atol)


def counts_case(name, steps, counts, labels) -> Case:
    """Counts [batch][classes] of `steps` steps."""
    shape = [len(counts), len(counts[0])]
    inputs = {"counts": values(shape, sum(counts, [])), "labels": values([len(labels)], labels)}
    return Case(f"loss-{name}", {"loss": "mse-counts", "classes": shape[1], "steps": steps}, inputs, rtol=1e-5)


COUNTS = [[0, 0, 0, 0, 0], [7, 13, 3, 9, 15], [14, 5, 12, 3, 10], [5, 13, 5, 13, 5]]
SMOOTHED = {"smoothing": 0.1, "classes": 5}
PLAIN = {"smoothing": 0, "classes": 5}
OTHERS = [3, 4, 2, 0]
CASES = [
    case("label-smoothing", "label-smoothing", (1.74, 3.083), 2, 0.3, SMOOTHED),
    case("label-smoothing-large-logits", "label-smoothing", (2.358, 3.838), 60, 0.3, SMOOTHED, atol=1e-5),
    case("cross-entropy", "cross-entropy", (0.276, 4.593), 2.3, -0.2, PLAIN),
    case("mixup", "mixup", (0.894, 5.348), 1.8, 0.1, {**SMOOTHED, "lambda": 0.3}, others=OTHERS),
    case("mixup-unsmoothed", "mixup", (1.512, 0.102), 1.8, 0.1, {**PLAIN, "lambda": 0.85}, others=OTHERS),
    counts_case("mse-counts", 15, COUNTS, LABELS),
    case(
        "mixup-3x7", "mixup", (1.1, 2.2), 3, -0.5, {"smoothing": 0.2, "classes": 7, "lambda": 0.6}, [6, 0, 2], [2, 5, 0]
    ),
    case("label-smoothing-3x7", "label-smoothing", (0.8, 0.9), 4, 0, {"smoothing": 0.3, "classes": 7}, [6, 0, 2]),
    counts_case("mse-counts-2x3", 8, [[8, 0, 3], [1, 1, 7]], [2, 0]),
]
KIND = Kind("loss", KERNEL_SHARING, notes, expected, CASES)
