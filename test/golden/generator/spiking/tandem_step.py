"""One step of tandem learning (Wu et al. 2021): an ANN on the spike counts of the SNN that shares its weights."""

import torch
from torch.nn import functional as F

from batch_norm import EPSILON
from case import SPIKING, Case, Kind, Tensors
from gradients import gradients, leaves
from spiking.cases import tandem_step as rows
from spiking.margins import require_activation, require_threshold
from spiking.network import Layer, Norms, layers_of, parameter_shapes, totals
from spiking.network_case import FLAT, FLAT_IMAGE, POOL, POOL_IMAGE, network_case, network_config
from spiking.neuron import integrate_and_fire, neuron_of
from spiking.notes import GRADIENT_TOLERANCE, LAYOUTS, NETWORK

MARGIN = 2e-4
MARGINS = (
    "Expected: counts.LAYER = spikes summed over T BEFORE pooling{shapes}; spikes.LAYER totals; logits; loss; "
    "grad.NAME. {wu}No membrane comes closer than 1e-4 to theta; |z| >= 2e-4; pooling winners lead by 2e-4. "
) + GRADIENT_TOLERANCE
PER_STEP = (
    "SNN: hidden layers are IF neurons, theta 1, reset by subtraction (v = v - s), v = 0 at the start, fires at v >= "
    "1, T steps, constant input current (the image at every step; first conv + norm computed once). Hidden layers "
    "only: the last layer has NO IF neurons. Batch norm: ONE set of frozen statistics, inputs "
    "convN.norm.snn.mean/variance, on the per-step currents. ANN (this project's scaling): the pre-activation of "
    "layer l is the SNN's total current over T steps, z_l = sum over t of BN(W_l s_{l-1}[t]) = T * BN(W_l * "
    "(n_{l-1}/T)), where n_{l-1} = sum over t of the (pooled) spikes of the layer below; so the norm's shift counts T "
    "times, and without norm z_l = W_l n_{l-1}. First layer: z_1 = T*BN(W_1 image). Logits = W_last n_last, linear on "
    "the counts, no bias, not divided by T. loss = softmax cross-entropy on the logits, mean over the batch, labels "
    "in inputs.labels. Coupling: layer output a_l = maxpool(ReLU(z_l)) (no pool: ReLU(z_l)); its VALUE is replaced by "
    "n_l = sum over t of maxpool(s_l[t]) and the gradient passes unchanged to a_l's graph: dloss/dz_l = dloss/dn_l "
    "routed to the pool's winner by ReLU(z_l) (not by the counts) times 1[z_l > 0]; no clipping at T. Weight "
    "gradients therefore use the spike counts of the layer below as the layer's input (first layer: T*image). "
)
WU = (
    "(Wu et al. fold the norm and give each step bias/T; here each step has the full norm, as in the other methods' "
    "SNN.) "
)
OF_COUNTS = (
    'Tandem learning as published (config.norm = "of-counts"). SNN: hidden layers are IF neurons, theta 1, reset by '
    "subtraction (v = v - s), v = 0 at the start, fires at v >= 1, T steps. The last layer has NO IF neurons. n_l = "
    "sum over t of the (pooled) spikes of layer l; the first layer receives n_0 = T * image. {norms} ANN: z_l = "
    "BN(W_l n_(l-1)) where the layer has a norm, else W_l n_(l-1): the norm acts on the response to summed counts and "
    "its shift counts ONCE. SNN currents, every step: I_l[t] = W_l s_(l-1)[t] * ratio + shift / T with ratio = "
    "gamma/sqrt(variance + 1e-5), shift = beta - mean*ratio (first layer: the image in place of the spikes, "
    "constant), so that the currents sum to z_l under the SNN's statistics. Logits = W_last n_last, not divided by T. "
    "loss = softmax cross-entropy on the logits, mean over the batch, labels in inputs.labels. Coupling: layer output "
    "a_l = {activation}; its VALUE is replaced by n_l and the gradient passes unchanged to a_l's graph, so weight "
    "gradients use the counts of the layer below (first layer: T*image). {saturation} "
)
NORMS = {
    "frozen": "Batch norm uses frozen statistics, inputs convN.norm.snn.mean/variance: statistics of the layer's "
    "response to SUMMED counts, in both networks.",
    "train": "Batch norm is in train mode: the ANN's z normalises the layer's response to the counts by that batch's "
    "own mean and biased variance (gradients flow through both); then running = 0.1*running + 0.9*batch with the "
    "UNBIASED variance (momentum 0.9, one update a batch), start values inputs convN.norm.snn.mean/variance, results "
    "expected after.convN.norm.snn.mean/variance; the SNN of the same step uses the running statistics AFTER that "
    "update.",
}


def notes(case: Case) -> str:
    start = f"{LAYOUTS} {NETWORK} "
    if not of_counts(case.config):
        return start + PER_STEP + MARGINS.format(shapes=" [B,H,W,C] or [B,units]", wu=WU)
    if case.config["stop_at_saturation"]:
        activation = "maxpool(min(ReLU(z_l), T))"
        saturation = "Gradients stop where z_l > T (config.stop_at_saturation true)."
    else:
        activation = "maxpool(ReLU(z_l))"
        saturation = "No clipping at T (config.stop_at_saturation false)."
    norms = NORMS[case.config["batch_norm_mode"]]
    equations = OF_COUNTS.format(norms=norms, activation=activation, saturation=saturation)
    return start + equations + MARGINS.format(shapes="", wu="")


def of_counts(config) -> bool:
    return config.get("norm") == "of-counts"


def expected(config, tensors):
    parameters = leaves(tensors, parameter_shapes(config))
    weights = {**tensors, **parameters}
    train, T = config["batch_norm_mode"] == "train", config["T"]
    norms = Norms(weights, "snn", train, config["batch_norm"]["momentum"])
    *hidden, last = layers_of(config)
    below, n = [tensors["image"]], T * tensors["image"]
    spikes = {}
    for layer in hidden:
        z = pre_activation(config, layer, weights, norms, n)
        require_activation(layer.name, z, layer.pool, MARGIN)
        with torch.no_grad():
            currents = [current(config, layer, weights, norms, x) for x in below]
            fired = integrate_and_fire(currents * (T // len(currents)), neuron_of(config))
        require_threshold(layer.name, fired.margin)
        spikes[layer.name] = fired.spikes
        below = [layer.pooled(step) for step in fired.spikes]
        activation = torch.relu(z)
        if config.get("stop_at_saturation"):
            activation = activation.clamp(max=T)
        activation = layer.pooled(activation)
        n = activation + (sum(below) - activation).detach()
    logits = last.response(weights, n)
    loss = F.cross_entropy(logits, tensors["labels"].long())
    return {
        "logits": logits,
        "loss": loss,
        **{f"counts.{name}": each.sum(0) for name, each in spikes.items()},
        **totals(spikes),
        **gradients(loss, parameters, "grad."),
        **(norms.after() if train else {}),
    }


def pre_activation(config, layer: Layer, tensors: Tensors, norms: Norms, n: torch.Tensor) -> torch.Tensor:
    """The ANN's z from the counts of the layer below."""
    if of_counts(config):
        return norms(layer, layer.response(tensors, n))
    return config["T"] * norms(layer, layer.response(tensors, n / config["T"]))


def current(config, layer: Layer, tensors: Tensors, norms: Norms, x: torch.Tensor) -> torch.Tensor:
    """The SNN's current of one step from the spikes of the layer below."""
    response = layer.response(tensors, x)
    if not of_counts(config):
        return norms(layer, response)
    if not layer.norm:
        return response
    mean, variance = norms.running[f"{layer.name}.norm.snn"]
    ratio = tensors[f"{layer.name}.norm.gamma"] / torch.sqrt(variance + EPSILON)
    return response * ratio + (tensors[f"{layer.name}.norm.beta"] - mean * ratio) / config["T"]


def case(name, tensors, image, layers, T=10, labels=(2, 0, 2)) -> Case:
    """Norms of per-step currents. `tensors`: rows, or the start of sines to draw them from."""
    config = {
        **network_config(image, len(labels), layers, T, reset="subtract"),
        "batch_norm_mode": "frozen",
        "loss": "softmax cross-entropy",
    }
    return network_case(name, config, tensors, labels=labels)


DRAWN_OF_COUNTS = {"gamma": (0.8, 2.4), "beta": (0.7, 0.9), "mean": (0.2, 0.4), "variance": (0.3, 1)}


def counts_case(name, tensors, image, layers, T, labels=(2, 0), stop=False, mode="frozen", atol=1e-6) -> Case:
    """Norms of summed counts, as published. `tensors`: rows, or the start of sines to draw them from."""
    config = {
        "image": image,
        "batch": len(labels),
        "layers": layers,
        "theta": 1,
        "T": T,
        "reset": "subtract",
        "initial_membrane": 0,
        "norm": "of-counts",
        "stop_at_saturation": stop,
        "batch_norm": {"epsilon": 1e-5, "momentum": 0.9},
        "batch_norm_mode": mode,
        "loss": "softmax cross-entropy",
    }
    return network_case(name, config, tensors, labels=labels, drawn=DRAWN_OF_COUNTS, atol=atol)


CASES = [
    case("flat", rows.FLAT, FLAT_IMAGE, FLAT),
    case("pool", rows.POOL, POOL_IMAGE, POOL),
    counts_case("of-counts-flat", rows.OF_COUNTS_FLAT, FLAT_IMAGE, FLAT, 8),
    counts_case("of-counts-pool", rows.OF_COUNTS_POOL, POOL_IMAGE, POOL, 8),
    counts_case("of-counts-stop", rows.OF_COUNTS_STOP, [6, 5, 1], FLAT, 4, stop=True, atol=2e-6),
    counts_case("of-counts-train", rows.OF_COUNTS_TRAIN, FLAT_IMAGE, FLAT, 6, labels=(2, 0, 2), mode="train"),
    case("flat-7x4", (1.41, 2.93), [7, 4, 1], FLAT, T=6, labels=(1, 3)),
    counts_case("of-counts-7x4", (0.67, 1.11), [7, 4, 1], FLAT, 5, labels=(1, 3)),
]
KIND = Kind("tandem-step", SPIKING, notes, expected, CASES)
