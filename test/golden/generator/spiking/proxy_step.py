"""One step of proxy learning (Kheradpisheh et al. 2022): the ANN's graph carries the error of spike counts."""

import torch
from torch.nn import functional as F

from case import SPIKING, Case, CaseError, Kind, Tensors
from gradients import gradients, leaves
from spiking.adam import adam, adam_config
from spiking.cases.proxy_step import FROZEN_COUNT, FROZEN_RATE, TRAIN_COUNT
from spiking.margins import require_activation
from spiking.network import Norms, layers_of, output_counts, parameter_shapes, simulate, totals
from spiking.network_case import FLAT, POOL, POOL_IMAGE, network_case, network_config
from spiking.neuron import neuron_of
from spiking.notes import ADAM, GRADIENT_TOLERANCE, LAYOUTS, NETWORK, SNN

MARGIN = 2e-5
SMALLEST_GRADIENT = 1e-6
NORMS = {
    "frozen": "Batch norm uses frozen statistics: inputs convN.norm.ann.mean/variance in the ANN, "
    "convN.norm.snn.mean/variance in the SNN; gamma and beta are shared parameters.",
    "train": "Batch norm is in train mode in both nets. The ANN normalises by the mean and the biased variance "
    "(divide by n = N*H*W) of its own batch, and the gradient flows through that mean and variance. The SNN "
    "normalises by the batch mean and biased variance of its own currents: in layer 1 once per batch (the current is "
    "constant), in later conv layers separately at every time step t over N,H,W of that step's currents (T "
    "statistics per batch). Running statistics: running = 0.9*running + 0.1*batch, with the UNBIASED batch variance "
    "(n/(n-1)); ANN one update per layer; SNN one update in layer 1, T successive updates (t = 1..T) in later "
    "layers; start values are the inputs convN.norm.ann|snn.mean|variance, the results are expected "
    "after.convN.norm.ann|snn.mean|variance. Running values are not used for normalising in this case.",
}


def notes(case: Case) -> str:
    output = "counts (NOT divided by T)" if case.config["loss_input"] == "count" else "counts / T"
    return (
        f"{LAYOUTS} {NETWORK} ANN: ReLU after every layer but the last, whose plain linear output is y. {SNN} "
        f"{NORMS[case.config['batch_norm_mode']]} One step: y = ANN(image) with its graph; counts = SNN(image) "
        f"without gradient; o = {output}; the VALUE of y is replaced by o, its graph is kept, so that dloss/dy = 2*(o "
        "- onehot)/(batch*classes) enters the ANN's backward pass (no other factor of T, no derivative through "
        "spikes); loss = mean over batch and classes of (o - onehot)^2 with onehot from inputs.labels. Activations, "
        "ReLU masks (z > 0) and pooling choices of the backward pass are the ANN's. Expected: ann.output (y before "
        "the replacement), snn.counts, loss, spikes.LAYER (totals before pooling), grad.NAME (without weight decay), "
        f"after.NAME = parameters after one optimiser step. {ADAM} Generator also checked: hidden |pre-activation| >= "
        "2e-05 and max-pool winners lead by >= 2e-05 where positive, so no ReLU mask or pooling choice hangs on "
        "rounding. No gradient element is so small that its sign hangs on rounding (exact zeros, from dead units, "
        "move by weight decay only). The learning rate is 1e-2 (the method's is 1e-4) to make the step visible. "
        f"{GRADIENT_TOLERANCE}"
    )


def ann(config, tensors: Tensors, norms: Norms) -> torch.Tensor:
    """Images -> linear outputs [N, classes]."""
    x, layers = tensors["image"], layers_of(config)
    for layer in layers[:-1]:
        z = norms(layer, layer.response(tensors, x))
        require_activation(layer.name, z, layer.pool, MARGIN)
        x = layer.pooled(torch.relu(z))
    return layers[-1].response(tensors, x)


def expected(config, tensors):
    parameters = leaves(tensors, parameter_shapes(config))
    weights = {**tensors, **parameters}
    train, momentum = config["batch_norm_mode"] == "train", config["batch_norm"]["momentum"]
    ann_norms, snn_norms = (Norms(weights, life, train, momentum) for life in ("ann", "snn"))
    y = ann(config, weights, ann_norms)
    with torch.no_grad():
        spikes = simulate(config, weights, snn_norms, neuron_of(config))
    counts = output_counts(spikes)
    o = counts / config["T"] if config["loss_input"] == "rate" else counts
    targets = F.one_hot(tensors["labels"].long(), counts.shape[1])
    loss = ((y + (o - y).detach() - targets) ** 2).mean()
    found = gradients(loss, parameters, "grad.")
    return {
        "ann.output": y,
        "snn.counts": counts,
        "loss": loss,
        **totals(spikes),
        **found,
        **_stepped(config["optimizer"], parameters, found),
        **(snn_norms.after() | ann_norms.after() if train else {}),
    }


def _stepped(config, parameters: Tensors, found: Tensors) -> Tensors:
    """Parameters after one step."""
    for name, parameter in parameters.items():
        parameter.grad = found[f"grad.{name}"].clone()
        sizes = parameter.grad.abs()
        if ((sizes > 0) & (sizes < SMALLEST_GRADIENT)).any():
            raise CaseError(f"a gradient of {name} is so small that its sign hangs on rounding; choose another start.")
    optimiser = adam(config, parameters.values())
    optimiser.step()
    return {f"after.{name}": parameter.detach() for name, parameter in parameters.items()}


def case(name, tensors, image, layers, mode, loss_input, T=10, labels=(1, 3, 1), atol=1e-6) -> Case:
    """`tensors`: rows, or the start of sines to draw them from."""
    config = {
        **network_config(image, len(labels), layers, T),
        "batch_norm_mode": mode,
        "loss_input": loss_input,
        "optimizer": adam_config(0.01, 1e-6),
    }
    return network_case(name, config, tensors, ("ann", "snn"), labels, atol=atol)


CASES = [
    case("frozen-count", FROZEN_COUNT, POOL_IMAGE, POOL, "frozen", "count", atol=2e-6),
    case("frozen-rate", FROZEN_RATE, POOL_IMAGE, POOL, "frozen", "rate"),
    case("train-count", TRAIN_COUNT, POOL_IMAGE, POOL, "train", "count", atol=5e-6),
    case("frozen-6x7", (1.5, 3.6), [6, 7, 2], FLAT, "frozen", "count", T=6, labels=(0, 2), atol=5e-6),
]
KIND = Kind("proxy-step", SPIKING, notes, expected, CASES)
