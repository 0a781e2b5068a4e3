"""Conversion of a trained ANN: norms folded, activations normalised (Diehl et al. 2015, Rueckauer et al. 2017)."""

import torch
from torch.nn import functional as F

from batch_norm import EPSILON
from case import SPIKING, Case, Kind, Tensors
from spiking.cases.conversion import GATED_MAX, GATED_P999, MAX, P999
from spiking.margins import require_threshold
from spiking.network import Layer, layers_of
from spiking.network_case import network_case
from spiking.neuron import Neuron, integrate_and_fire
from spiking.notes import LAYOUTS, NETWORK

LAYERS = [
    {"type": "conv", "filters": 2, "kernel": 3, "norm": True},
    {"type": "maxpool", "size": 2},
    {"type": "conv", "filters": 3, "kernel": 3, "norm": True},
    {"type": "linear", "units": 5},
    {"type": "linear", "units": 3},
]
FOLD = (
    "ANN: ReLU after every layer but the last (plain linear logits); frozen statistics convN.norm.ann.mean/variance. "
    "(1) Fold: scale = gamma/sqrt(variance + 1e-5) per output channel; folded kernel = kernel*scale, folded bias = "
    "beta - mean*scale; linear layers: kernel unchanged (also listed under folded.*), no bias. (2) Activations on "
    "inputs.calibration: per layer, ReLU of the pre-activation BEFORE pooling, all images, positions and channels in "
    "one flat list, zeros included; the last layer's logits go through ReLU for this measurement only. lambda.max = "
    "maximum; lambda.p999 = 99.9th percentile by linear interpolation "
)
SPIKES = (
    "(numpy default: sorted list, position 0.999*(n-1)); both [layers], unclipped. (3) With lambda_l from "
    "config.normalisation and lambda_0 = 1 (image values taken as they are): normalised kernel = "
    "folded*lambda_(l-1)/lambda_l, normalised bias = folded bias/lambda_l, every layer, the last included (pooling "
    "does not change lambda). (4) SNN on inputs.image: theta 1, IF after every layer incl. the output, constant "
    "current of the image into layer 1, the normalised bias is added at EVERY step in every conv layer, max pooling "
    "of spikes. Four variants: counts.RESET.V0 with RESET hard (v = 0) or subtract (v = v - 1), V0 zero (v starts at "
    "0) or half (v starts at 0.5 in every layer; a hard reset still goes to 0). Shape [len(T), batch, classes]: "
    "cumulative counts after config.T steps. spikes.RESET.V0.LAYER: totals after {T} steps, before pooling. "
    "ann.output: logits of inputs.image. No charged membrane within 1e-4 of theta in any variant: counts are exact."
)
CURRENT = (
    "(numpy default); both [layers]. (3) With lambda_l from config.normalisation and lambda_0 = 1: normalised kernel "
    "= folded*lambda_(l-1)/lambda_l, normalised bias = folded bias/lambda_l, every layer. (4) SNN on inputs.image, "
    "{T} steps: theta 1, IF after every layer BUT the last; constant current of the image into layer 1; the "
    'normalised bias is added at EVERY step. Pooling of spikes is gated (config.pooling "gated"): at every step a '
    "window passes the spike, or silence, of the neuron that has fired most so far, this step included; ties go to "
    'the first neuron in row-major (h, then w) order. (5) Read-out (config.readout "current"): readout.RESET.V0 '
    "[len(T), batch, classes] = mean over the first t steps of the last layer's current, times lambda of the last "
    "layer, so that it approaches ann.output. RESET hard (v = 0) or subtract (v = v - 1), V0 zero or half (v starts "
    "at 0.5). spikes.RESET.V0.LAYER: totals after {T} steps, before pooling. No charged membrane within 1e-4 of theta "
    "in any variant: spikes are exact."
)


def notes(case: Case) -> str:
    rest = CURRENT if is_gated(case.config) else SPIKES
    return f"{LAYOUTS} {NETWORK} {FOLD}" + rest.format(T=max(case.config["T"]))


def is_gated(config) -> bool:
    return config.get("pooling") == "gated"


def expected(config, tensors):
    layers = layers_of(config)
    folded = fold(layers, tensors)
    activations = list(pre_activations(layers, folded, tensors["calibration"]))
    flat = [torch.relu(z).flatten() for z in activations]
    scales = {
        "max": torch.stack([each.max() for each in flat]),
        "p999": torch.stack([each.quantile(config["percentile"] / 100) for each in flat]),
    }
    chosen = scales[config["normalisation"]]
    normalised = normalise_weights(layers, folded, chosen)
    *_, logits = pre_activations(layers, folded, tensors["image"])
    variants = {
        f"{reset}.{start}": spiking_life(config, layers, normalised, tensors["image"], reset, start, chosen[-1])
        for reset in ("hard", "subtract")
        for start in ("zero", "half")
    }
    results = {}
    for layer in layers:
        for entry in ("kernel", "bias"):
            name = f"{layer.name}.{entry}"
            if name in folded:
                results |= {f"folded.{name}": folded[name], f"normalised.{name}": normalised[name]}
        for variant, (spikes, _) in variants.items():
            if layer.name in spikes:
                results[f"spikes.{variant}.{layer.name}"] = spikes[layer.name].sum()
    output = "readout" if config.get("readout") == "current" else "counts"
    return {
        **results,
        "ann.output": logits,
        **{f"lambda.{name}": each for name, each in scales.items()},
        **{f"{output}.{variant}": values for variant, (_, values) in variants.items()},
    }


def fold(layers: list[Layer], tensors: Tensors) -> Tensors:
    """Kernels and biases without norms."""
    folded = {}
    for layer in layers:
        kernel = tensors[f"{layer.name}.kernel"]
        if layer.norm:
            norm = f"{layer.name}.norm"
            scale = tensors[f"{norm}.gamma"] / torch.sqrt(tensors[f"{norm}.ann.variance"] + EPSILON)
            kernel = kernel * scale
            folded[f"{layer.name}.bias"] = tensors[f"{norm}.beta"] - tensors[f"{norm}.ann.mean"] * scale
        folded[f"{layer.name}.kernel"] = kernel
    return folded


def response(layer: Layer, weights: Tensors, x: torch.Tensor) -> torch.Tensor:
    return layer.response(weights, x) + weights.get(f"{layer.name}.bias", 0)


def pre_activations(layers: list[Layer], weights: Tensors, x: torch.Tensor):
    """The pre-activation of every layer of the ANN."""
    for layer in layers:
        z = response(layer, weights, x)
        yield z
        x = layer.pooled(torch.relu(z))


def normalise_weights(layers: list[Layer], folded: Tensors, scales: torch.Tensor) -> Tensors:
    normalised, below = {}, 1.0
    for layer, scale in zip(layers, scales):
        normalised[f"{layer.name}.kernel"] = folded[f"{layer.name}.kernel"] * below / scale
        if f"{layer.name}.bias" in folded:
            normalised[f"{layer.name}.bias"] = folded[f"{layer.name}.bias"] / scale
        below = scale
    return normalised


def spiking_life(config, layers, weights, image, reset, start, last_scale) -> tuple[Tensors, torch.Tensor]:
    """Spikes [T, N, ...] of every layer that fires, and the output after each of config.T steps."""
    T = max(config["T"])
    neuron = Neuron(config["theta"], reset, 0.5 if start == "half" else 0.0)
    after = [steps - 1 for steps in config["T"]]
    spikes, below = {}, [image]
    for layer in layers:
        currents = [response(layer, weights, x) for x in below]
        if layer is layers[-1] and config.get("readout") == "current":
            steps = torch.arange(1, T + 1)[:, None, None]
            return spikes, (torch.stack(currents).cumsum(0) / steps * last_scale)[after]
        fired = integrate_and_fire(currents * (T // len(currents)), neuron)
        require_threshold(layer.name, fired.margin)
        spikes[layer.name] = fired.spikes
        below = (
            gated_pool(fired.spikes, layer.pool) if is_gated(config) and layer.pool else map(layer.pooled, fired.spikes)
        )
    return spikes, fired.spikes.cumsum(0)[after]


def gated_pool(spikes: torch.Tensor, size: int) -> list[torch.Tensor]:
    """
    Spikes [T, N, H, W, C] -> [N, H / size, W / size, C] of every step: a window passes what that neuron does that has
    fired most so far, this step included; of several the first in row-major order (Rueckauer et al. 2017).
    """
    passed = []
    for step, count in zip(spikes, spikes.cumsum(0)):
        channels = count.permute(0, 3, 1, 2)
        _, leaders = F.max_pool2d(channels, size, return_indices=True)
        chosen = step.permute(0, 3, 1, 2).flatten(2).gather(2, leaders.flatten(2)).reshape(leaders.shape)
        passed.append(chosen.permute(0, 2, 3, 1))
    return passed


def case(name, tensors, images, normalisation, gated=False, image=(6, 6, 1), T=(8, 16, 32), batch=2) -> Case:
    """`tensors`: rows, or the start of sines to draw them from; `images` of them calibrate."""
    config = {
        "image": image,
        "layers": LAYERS,
        "theta": 1,
        "T": T,
        "normalisation": normalisation,
        "percentile": 99.9,
        "calibration_images": images,
        "batch": batch,
        "batch_norm": {"epsilon": 1e-5},
        **({"pooling": "gated", "readout": "current"} if gated else {}),
    }
    return network_case(name, config, tensors, ("ann",))


CASES = [
    case("max", MAX, 16, "max"),
    case("p999", P999, 20, "p999"),
    case("gated-max", GATED_MAX, 16, "max", gated=True),
    case("gated-p999", GATED_P999, 20, "p999", gated=True),
    case("max-7x8", (1.78, 3.84), 12, "max", image=(7, 8, 2), T=(4, 10)),
    case("gated-7x8", (2.24, 5.42), 12, "p999", gated=True, image=(7, 8, 2), T=(4, 10)),
]
KIND = Kind("conversion", SPIKING, notes, expected, CASES)
