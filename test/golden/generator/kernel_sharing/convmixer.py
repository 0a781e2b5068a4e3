"""ConvMixer (Trockman & Kolter 2022) whose blocks may share their depthwise or pointwise convolutions."""

from functools import partial
from math import prod, sqrt

from torch.nn import functional as F

from case import KERNEL_SHARING, Case, Kind
from formulas import Sines, short
from kernel_sharing.classifier import ENTRIES, classifier_case, classifier_expected
from kernel_sharing.norm_cases import affine
from kernel_sharing.notes import BATCH_NORM, CONVENTIONS, CONVOLUTION
from layouts import conv


def notes(case: Case) -> str:
    return (
        f"{CONVENTIONS}{CONVOLUTION}"
        "ConvMixer: x = norm(gelu(conv(images, stem.kernel, stride = kernel size = patchSize, no padding) + "
        "stem.bias)); then for I = 0..depth-1: x = x + depthwiseNorm(gelu(depthwise(x, kernel, zero padding "
        "(kernelSize-1)/2 on every side) + bias)), the residual is added after GELU and norm; x = "
        "pointwiseNorm(gelu(conv1x1(x) + bias)), no residual; then the mean over height and width, then logits = "
        'x @ head.kernel + head.bias. GELU is exact: 0.5*x*(1+erf(x/sqrt 2)). config.sharing: "none"; '
        '"depthwise": every block uses shared.depthwise.kernel and .bias; "pointwise": every block uses '
        'shared.pointwise.kernel and .bias; "all": both. Norms are never shared. '
        f"{BATCH_NORM}{ENTRIES}"
    )


def shares(config, layer: str) -> bool:
    return config["sharing"] in (layer, "all")


def forward(config, tensors, norm):
    """Images [N, H, W, 3] -> logits [N, classes]."""

    def convolved(x, name, **options):
        return F.gelu(conv(x, tensors[f"{name}.kernel"], **options) + tensors[f"{name}.bias"])

    x = norm("stem.norm", convolved(tensors["images"], "stem", stride=config["patchSize"]))
    for block in (f"blocks.{i}" for i in range(config["depth"])):
        depthwise, pointwise = (
            f"shared.{layer}" if shares(config, layer) else f"{block}.{layer}" for layer in ("depthwise", "pointwise")
        )
        mixed = convolved(x, depthwise, padding=config["kernelSize"] // 2, groups=config["dim"])
        x = x + norm(f"{block}.depthwiseNorm", mixed)
        x = norm(f"{block}.pointwiseNorm", convolved(x, pointwise))
    return x.mean((1, 2)) @ tensors["head.kernel"] + tensors["head.bias"]


def parameters(config, sines: Sines) -> dict:
    """All parameters in the order of the network, what is shared after the stem."""
    dim, kernel, patch = config["dim"], config["kernelSize"], config["patchSize"]

    def weights(name, shape, filters):
        scale = short(1.76 / sqrt(prod(shape[:-1])))
        return {f"{name}.kernel": sines.next(shape, scale), f"{name}.bias": sines.next([filters], 0.2)}

    layers = {"depthwise": (kernel, kernel, dim, 1), "pointwise": (1, 1, dim, dim)}
    drawn = weights("stem", (patch, patch, config["image"][2], dim), dim) | affine(sines, dim, "stem.norm.")
    for layer, shape in layers.items():
        if shares(config, layer):
            drawn |= weights(f"shared.{layer}", shape, dim)
    for block in (f"blocks.{i}" for i in range(config["depth"])):
        for layer, shape in layers.items():
            if not shares(config, layer):
                drawn |= weights(f"{block}.{layer}", shape, dim)
            drawn |= affine(sines, dim, f"{block}.{layer}Norm.")
    return drawn | weights("head", (dim, config["classes"]), config["classes"])


def case(start, dim=8, depth=3, kernel=5, patch=1, sharing="none", image=(8, 8, 3)) -> Case:
    config = {
        "dim": dim,
        "depth": depth,
        "kernelSize": kernel,
        "patchSize": patch,
        "classes": 4,
        "sharing": sharing,
        "image": image,
        "batch": 2,
    }
    norms = [f"blocks.{i}.{layer}Norm" for i in range(depth) for layer in ("depthwise", "pointwise")]
    channels = {norm: dim for norm in ("stem.norm", *norms)}
    name = f"convmixer-d{dim}x{depth}-k{kernel}-p{patch}-{sharing}"
    return classifier_case(name, config, start, channels, partial(parameters, config), atol=1e-6)


CASES = [
    case((1.10874, 4.54135), sharing="none"),
    case((0.98757, 3.86152), sharing="depthwise"),
    case((2.52494, 3.2148), sharing="pointwise"),
    case((0.98163, 2.82914), sharing="all"),
    case((0.64239, 2.2167), patch=2, sharing="none"),
    case((1.66674, 3.75671), patch=2, sharing="all"),
    case((1.04, 2.02), dim=6, depth=2, kernel=7, patch=3, sharing="depthwise", image=(9, 12, 3)),
]
KIND = Kind("convmixer", KERNEL_SHARING, notes, partial(classifier_expected, forward), CASES)
