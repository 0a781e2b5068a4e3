"""Batch norm: two batches in train mode, then the first one in eval mode."""

from batch_norm import batch_statistics, normalise, updated
from case import KERNEL_SHARING, Case, Kind
from formulas import Sines
from gradients import gradients, leaves
from kernel_sharing.norm_cases import CONFIG, affine, statistics
from kernel_sharing.notes import BATCH_NORM, CONVENTIONS


def notes(case: Case) -> str:
    return (
        f"{CONVENTIONS}{BATCH_NORM}"
        "Three calls on one layer: train on batch1, train on batch2, then eval on batch1 with the running "
        "statistics reached. Running statistics start at inputs.statistics.mean/variance. train1.*, train2.*, "
        "eval.*: output, gradients of sum(output * outputGradient) (outputGradient1 for train1 and eval, "
        "outputGradient2 for train2) with respect to the input, gamma and beta. In train mode the gradient goes "
        "through the batch mean and variance; in eval mode the statistics are constants. "
    )


def expected(config, tensors):
    running = tensors["statistics.mean"], tensors["statistics.variance"]
    results = {}
    for call, batch in (("train1", 1), ("train2", 2), ("eval", 1)):
        leaf = leaves({**tensors, "input": tensors[f"batch{batch}"]}, ["input", "gamma", "beta"])
        x, gamma, beta = leaf.values()
        output = normalise(x, running if call == "eval" else batch_statistics(x), gamma, beta)
        results[f"{call}.output"] = output
        results |= gradients((output * tensors[f"outputGradient{batch}"]).sum(), leaf, f"{call}.gradients.")
        if call != "eval":
            running = updated(running, x, config["momentum"])
            results |= {f"{call}.statisticsAfter.mean": running[0], f"{call}.statisticsAfter.variance": running[1]}
    return results


def case(shape, start) -> Case:
    """Batches [N, H, W, C]."""
    sines, channels = Sines(start), shape[-1]
    inputs = {
        "batch1": sines.next(shape, 1.4, 0.6),
        "batch2": sines.next(shape, 0.7, -0.5),
        "outputGradient1": sines.next(shape, 0.8),
        "outputGradient2": sines.next(shape, 0.5, 0.1),
        **statistics(sines, channels),
    }
    name = f"batch-norm-{'x'.join(map(str, shape))}"
    return Case(name, {"channels": channels, **CONFIG}, inputs, affine(sines, channels))


CASES = [
    case((2, 3, 4, 3), (2.293, 1.6512)),
    case((4, 5, 5, 4), (1.837, 1.6903)),
    case((3, 4, 1, 6), (0.3, 0.2)),
]
KIND = Kind("batch-norm", KERNEL_SHARING, notes, expected, CASES)
