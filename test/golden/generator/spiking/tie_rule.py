"""Predictions from spike counts where several classes may tie."""

import torch

from case import SPIKING, Case, Kind
from formulas import values


def notes(case: Case) -> str:
    return (
        "counts [N,classes] integer spike counts, labels [N]. prediction = index of the largest count, the FIRST one "
        "on ties. argmax_correct = prediction equals the label. tie_correct = the label's count equals the row's "
        "maximum (so any label of an all-silent row, all zeros, is correct). accuracy.* = mean over N (fractions, not "
        "per cent). silent = share of rows of zeros; tied = share of rows whose maximum occurs more than once (silent "
        "rows included)."
    )


def expected(config, tensors):
    counts, labels = tensors["counts"], tensors["labels"].long()
    highest = counts.max(1, keepdim=True).values
    prediction = torch.tensor([row.index(max(row)) for row in counts.tolist()])
    argmax_correct = (prediction == labels).to(counts.dtype)
    tie_correct = (counts.gather(1, labels[:, None]) == highest)[:, 0].to(counts.dtype)
    return {
        "prediction": prediction,
        "argmax_correct": argmax_correct,
        "tie_correct": tie_correct,
        "accuracy.argmax": argmax_correct.mean(),
        "accuracy.tie_inclusive": tie_correct.mean(),
        "silent": (counts == 0).all(1).to(counts.dtype).mean(),
        "tied": ((counts == highest).sum(1) > 1).to(counts.dtype).mean(),
    }


def case(name, counts, labels) -> Case:
    """counts[N][classes]"""
    classes = len(counts[0])
    inputs = {"counts": values([len(counts), classes], sum(counts, [])), "labels": values([len(labels)], labels)}
    return Case(name, {"classes": classes}, inputs)


MIXED = [[3, 1, 0, 0], [2, 2, 0, 1], [2, 2, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 4, 4, 4], [5, 0, 0, 6]]
CASES = [
    case("mixed", MIXED, [0, 0, 1, 0, 3, 2, 3, 0]),
    case("no-ties", [[1, 2, 3], [9, 2, 3], [0, 7, 3]], [2, 0, 0]),
    case("silent", [[0] * 10] * 3, [0, 4, 9]),
    case("five-classes", [[4, 4, 2, 4, 1], [0, 0, 0, 0, 7], [0, 0, 0, 0, 0], [3, 5, 5, 0, 0]], [3, 0, 2, 2]),
]
KIND = Kind("tie-rule", SPIKING, notes, expected, CASES)
