"""Back-propagation through time with SpikingJelly's ATan surrogate."""

from functools import partial
from math import pi

import torch
from torch.nn import functional as F

from case import SPIKING, Case, Kind
from gradients import gradients, leaves
from spiking.cases import surrogate_step as rows
from spiking.network import Norms, output_counts, parameter_shapes, simulate, totals
from spiking.network_case import FLAT, FLAT_IMAGE, POOL, POOL_IMAGE, network_case, network_config
from spiking.neuron import heaviside, neuron_of
from spiking.notes import GRADIENT_TOLERANCE, LAYOUTS, NETWORK, SNN

NORMS = {
    "frozen": "Batch norm uses the frozen statistics in the inputs (convN.norm.snn.*).",
    "train": "Batch norm in train mode: batch mean and biased variance of the currents, gradient through both; layer "
    "1 once per batch, later conv layers separately at every step over N,H,W. Running statistics (expected "
    "after.convN.norm.snn.*): 0.9*running + 0.1*batch, unbiased variance, one update in layer 1, T in later layers.",
}


def notes(case: Case) -> str:
    config = case.config
    reset = "v_next = v*(1 - r)" if config["reset"] == "hard" else "v_next = v - theta*r"
    if config["detach_reset"]:
        r = "r = s cut from the graph (detach_reset true)"
    else:
        r = "r = s, gradient through the surrogate too (detach_reset false)"
    return (
        f"{LAYOUTS} {NETWORK} {SNN} {NORMS[config['batch_norm_mode']]} Learning: back-propagation through all T "
        "steps. The spike s = H(v - theta) has the surrogate derivative ds/dv = (alpha/2) / (1 + (pi/2*alpha*(v - "
        f"theta))^2), alpha = {config['surrogate']['alpha']} (SpikingJelly's ATan), v the charged membrane before the "
        f"reset. Reset in the graph: {reset} with {r}; the path from v to v_next is always kept. The first layer's "
        "current is one node used in T steps, its gradient is the sum over T. Max pooling of spikes: ties are "
        "everywhere (also windows of zeros only); the whole gradient goes to the FIRST maximum of the window in "
        "row-major (h, then w) order, as PyTorch and TensorFlow do (the flat-* cases have no pooling). loss = mean "
        "over batch and classes of (counts/T - onehot)^2. Expected: counts, loss, spikes.LAYER totals, grad.NAME of "
        f"all parameters. {GRADIENT_TOLERANCE}"
    )


class ATan(torch.autograd.Function):
    """Heaviside forward; backward the derivative of arctan(pi/2 alpha x) / pi + 1/2."""

    @staticmethod
    def forward(ctx, x, alpha):
        ctx.save_for_backward(x)
        ctx.alpha = alpha
        return heaviside(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (ctx.alpha / 2) / (1 + (pi / 2 * ctx.alpha * x) ** 2), None


def expected(config, tensors):
    parameters = leaves(tensors, parameter_shapes(config))
    weights = {**tensors, **parameters}
    train = config["batch_norm_mode"] == "train"
    norms = Norms(weights, "snn", train, config["batch_norm"]["momentum"])
    fire = partial(lambda x, alpha: ATan.apply(x, alpha), alpha=config["surrogate"]["alpha"])
    spikes = simulate(config, weights, norms, neuron_of(config), fire=fire, detach=config["detach_reset"])
    counts = output_counts(spikes)
    targets = F.one_hot(tensors["labels"].long(), counts.shape[1])
    loss = ((counts / config["T"] - targets) ** 2).mean()
    return {
        "counts": counts,
        "loss": loss,
        **totals(spikes),
        **gradients(loss, parameters, "grad."),
        **(norms.after() if train else {}),
    }


def case(name, tensors, image, layers, detach, mode="frozen", reset="hard", alpha=2, T=5, labels=(1, 3, 1)) -> Case:
    """`tensors`: rows, or the start of sines to draw them from."""
    config = {
        **network_config(image, len(labels), layers, T, reset=reset),
        "batch_norm_mode": mode,
        "surrogate": {"name": "atan", "alpha": alpha},
        "detach_reset": detach,
    }
    return network_case(name, config, tensors, labels=labels)


CASES = [
    case("flat-attached", rows.FLAT_ATTACHED, FLAT_IMAGE, FLAT, detach=False),
    case("flat-detached", rows.FLAT_DETACHED, FLAT_IMAGE, FLAT, detach=True),
    case("flat-subtract", rows.FLAT_SUBTRACT, FLAT_IMAGE, FLAT, detach=False, reset="subtract"),
    case("pool-attached", rows.POOL_ATTACHED, POOL_IMAGE, POOL, detach=False),
    case("pool-detached", rows.POOL_DETACHED, POOL_IMAGE, POOL, detach=True),
    case("train-detached", rows.TRAIN_DETACHED, POOL_IMAGE, POOL, detach=True, mode="train"),
    case("train-6x7", (0.67, 1.11), [6, 7, 2], FLAT, detach=False, mode="train", alpha=3, T=4, labels=(0, 2)),
]
KIND = Kind("surrogate-step", SPIKING, notes, expected, CASES)
