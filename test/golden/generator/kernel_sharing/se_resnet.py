"""SE-ResNet for small images (He et al. 2016, Hu et al. 2018) whose stages may share one 3x3 kernel."""

from functools import partial
from math import sqrt, prod
from typing import NamedTuple

import torch

from case import KERNEL_SHARING, Case, Kind
from formulas import Sines, short
from kernel_sharing.classifier import ENTRIES, classifier_case, classifier_expected
from kernel_sharing.norm_cases import affine
from kernel_sharing.notes import BATCH_NORM, CONVENTIONS, CONVOLUTION
from layouts import conv


def notes(case: Case) -> str:
    return (
        f"{CONVENTIONS}{CONVOLUTION}"
        "SE-ResNet: x = relu(norm(conv3x3(images, stem.kernel, stride 1))); then stages S = 1, 2, ... of "
        "blocksPerStage blocks B = 1, 2, ...; block: y = relu(norm1(conv3x3(x, conv1, stride s))); y = "
        "norm2(conv3x3(y, conv2, stride 1)); g = sigmoid(relu(mean over space(y) @ squeeze) @ excite), no biases, "
        "squeeze is [c, floor(c/reduction)]; y = y*g per channel; x = relu(y + shortcut(x)). s = 2 in block 1 of "
        "stages 2, 3, ..., else 1. shortcut: the identity where input and output channels are equal, else "
        "shortcutNorm(conv1x1(x, shortcut.kernel, stride s, no padding)): so stage 1 has one only where stemWidth "
        "!= widths[0]. Then the mean over height and width, then logits = x @ head.kernel + head.bias. No "
        "convolution has a bias. Every 3x3 convolution pads 1 on ALL four sides, at stride 2 too (output = "
        'floor((n-1)/2)+1). TensorFlow padding "same" at stride 2 pads an even size only at the bottom and right: '
        'pad by hand (or explicit padding) and use "valid"; for odd sizes and stride 1 the two agree. '
        "config.sharedStages: in stage S of that list, one stages.S.shared.kernel [3,3,c,c] serves conv2 of every "
        "block and conv1 of every block whose input already has c channels (block 1 of a stage with another input "
        "width keeps its own conv1.kernel). Nothing else is shared. "
        f"{BATCH_NORM}{ENTRIES}"
    )


class Block(NamedTuple):
    name: str
    inputs: int
    width: int
    stride: int
    conv1: str
    conv2: str

    @property
    def projects(self) -> bool:
        return self.inputs != self.width


def blocks_of(config) -> list[Block]:
    """All blocks; conv1 and conv2 are named after their kernels, which may be the stage's shared one."""
    blocks, inputs = [], config["stemWidth"]
    for stage, width in enumerate(config["widths"], start=1):
        for number in range(1, config["blocksPerStage"] + 1):
            name = f"stages.{stage}.blocks.{number}"
            shared = f"stages.{stage}.shared" if stage in config["sharedStages"] else None
            conv1 = (shared if inputs == width else None) or f"{name}.conv1"
            stride = 2 if stage > 1 and number == 1 else 1
            blocks.append(Block(name, inputs, width, stride, conv1, shared or f"{name}.conv2"))
            inputs = width
    return blocks


def forward(config, tensors, norm):
    """Images [N, H, W, 3] -> logits [N, classes]."""
    x = torch.relu(norm("stem.norm", conv(tensors["images"], tensors["stem.kernel"], padding=1)))
    for block in blocks_of(config):
        y = conv(x, tensors[f"{block.conv1}.kernel"], stride=block.stride, padding=1)
        y = conv(torch.relu(norm(f"{block.name}.norm1", y)), tensors[f"{block.conv2}.kernel"], padding=1)
        y = norm(f"{block.name}.norm2", y)
        squeezed = torch.relu(y.mean((1, 2), keepdim=True) @ tensors[f"{block.name}.squeeze.kernel"])
        y = y * torch.sigmoid(squeezed @ tensors[f"{block.name}.excite.kernel"])
        if block.projects:
            x = conv(x, tensors[f"{block.name}.shortcut.kernel"], stride=block.stride)
            x = norm(f"{block.name}.shortcutNorm", x)
        x = torch.relu(y + x)
    return x.mean((1, 2)) @ tensors["head.kernel"] + tensors["head.bias"]


def norms_of(config) -> dict[str, int]:
    """Every norm with its channels."""
    norms = {"stem.norm": config["stemWidth"]}
    for block in blocks_of(config):
        own = ("norm1", "norm2", *(["shortcutNorm"] if block.projects else []))
        norms |= {f"{block.name}.{norm}": block.width for norm in own}
    return norms


def parameters(config, sines: Sines) -> dict:
    """All parameters in the order of the network, a stage's shared kernel before its blocks."""
    drawn = {}

    def kernel(name, shape, gain=1.6, offset=0):
        if f"{name}.kernel" not in drawn:
            drawn[f"{name}.kernel"] = sines.next(shape, short(gain / sqrt(prod(shape[:-1]))), offset)

    kernel("stem", (3, 3, config["image"][2], config["stemWidth"]))
    drawn |= affine(sines, config["stemWidth"], "stem.norm.")
    for name, inputs, width, _, conv1, conv2 in blocks_of(config):
        hidden = width // config["reduction"]
        if "shared" in conv2:
            kernel(conv2, (3, 3, width, width))
        kernel(conv1, (3, 3, inputs, width))
        drawn |= affine(sines, width, f"{name}.norm1.")
        kernel(conv2, (3, 3, width, width))
        drawn |= affine(sines, width, f"{name}.norm2.", beta=0.35)
        kernel(f"{name}.squeeze", (width, hidden), 1.2, 0.4)
        kernel(f"{name}.excite", (hidden, width), 2)
        if inputs != width:
            kernel(f"{name}.shortcut", (1, 1, inputs, width))
            drawn |= affine(sines, width, f"{name}.shortcutNorm.")
    kernel("head", (config["widths"][-1], config["classes"]))
    return {**drawn, "head.bias": sines.next([config["classes"]], 0.2)}


def case(start, stem=4, reduction=4, shared=(), n=2, widths=(4, 8, 16), image=(8, 8, 3)) -> Case:
    config = {
        "stemWidth": stem,
        "widths": widths,
        "blocksPerStage": n,
        "reduction": reduction,
        "sharedStages": shared,
        "classes": 4,
        "image": image,
        "batch": 2,
    }
    stages = "".join(map(str, shared)) or "none"
    name = f"se-resnet-n{n}-stem{stem}-r{reduction}-shared{stages}"
    return classifier_case(name, config, start, norms_of(config), partial(parameters, config), atol=1e-5)


CASES = [
    case((0.22974, 0.01381), reduction=2),
    case((1.44715, 5.11054), reduction=2, shared=(1, 2, 3)),
    case((1.94085, 1.840455), stem=3, shared=(1, 2, 3)),
    case((2.30307, 4.17877), shared=(2, 3)),
    case((1.95086, 3.17331), shared=(3,)),
    case((0.39, 0.87), stem=5, reduction=2, shared=(1, 3), n=3, widths=(4, 6, 8), image=(9, 7, 3)),
]
KIND = Kind("se-resnet", KERNEL_SHARING, notes, partial(classifier_expected, forward), CASES)
