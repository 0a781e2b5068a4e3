"""
Builds the networks that `deno task export --to pytorch` writes, from what their safetensors files say about themselves.
Needs PyTorch and safetensors, and nothing of weightshare:

    from weightshare_models import load, prepare
    model, about = load("network.safetensors")
    logits = model(prepare(images, about))  # uint8 images [N, H, W, C]

ConvMixer has the names of timm's ConvMixer, SE-ResNet those of torchvision's ResNet; a network of layers is an nn.Sequential.
Shared kernels are one module, so that they stay shared while you train on.
"""

import json
from collections.abc import Callable

import torch
from safetensors import safe_open
from torch import nn


class Residual(nn.Module):
    def __init__(self, fn: nn.Module) -> None:
        super().__init__()
        self.fn = fn

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fn(x) + x


class ConvMixer(nn.Module):
    """arXiv 2201.09792; `sharing`: "none", "depthwise", "pointwise" or "all" blocks' kernels are one (arXiv 2210.14151)."""

    def __init__(self, dim: int, depth: int, kernel: int, patch: int, sharing: str, image, classes: int) -> None:
        super().__init__()
        if sharing not in ("none", "depthwise", "pointwise", "all"):
            raise ValueError(f'sharing is "{sharing}", which this file does not know')

        def depthwise() -> nn.Conv2d:
            return nn.Conv2d(dim, dim, kernel, groups=dim, padding="same")

        def pointwise() -> nn.Conv2d:
            return nn.Conv2d(dim, dim, 1)

        deep = [depthwise()] * depth if sharing in ("depthwise", "all") else [depthwise() for _ in range(depth)]
        point = [pointwise()] * depth if sharing in ("pointwise", "all") else [pointwise() for _ in range(depth)]
        self.stem = nn.Sequential(nn.Conv2d(image[2], dim, patch, stride=patch), nn.GELU(), nn.BatchNorm2d(dim))
        self.blocks = nn.Sequential(
            *(
                nn.Sequential(
                    Residual(nn.Sequential(deep[i], nn.GELU(), nn.BatchNorm2d(dim))),
                    point[i],
                    nn.GELU(),
                    nn.BatchNorm2d(dim),
                )
                for i in range(depth)
            )
        )
        self.head = nn.Linear(dim, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction, bias=False)
        self.fc2 = nn.Linear(channels // reduction, channels, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale = torch.sigmoid(self.fc2(torch.relu(self.fc1(x.mean((2, 3))))))
        return x * scale[:, :, None, None]


def conv3x3(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, conv1: nn.Conv2d, conv2: nn.Conv2d, stride: int, reduction: int) -> None:
        super().__init__()
        inputs, channels = conv1.in_channels, conv1.out_channels
        self.conv1, self.bn1 = conv1, nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = conv2, nn.BatchNorm2d(channels)
        self.se = SqueezeExcitation(channels, reduction)
        self.downsample = None
        if inputs != channels or stride != 1:
            shortcut = nn.Conv2d(inputs, channels, 1, stride=stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.se(self.bn2(self.conv2(y)))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class SeResNet(nn.Module):
    """arXiv 1512.03385 with squeeze-and-excitation; in `sharedStages` (from 1) the 3 x 3 kernels c -> c are one (arXiv 2210.14151)."""

    def __init__(self, n: int, stem: int, widths, sharedStages, reduction: int, image, classes: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv3x3(image[2], stem), nn.BatchNorm2d(stem)
        inputs = stem
        self.stages = len(widths)
        for index, channels in enumerate(widths):
            shared = conv3x3(channels, channels) if index + 1 in sharedStages else None
            blocks = []
            for b in range(n):
                stride = 2 if b == 0 and index > 0 else 1
                conv1 = conv3x3(inputs, channels, stride)
                if shared is not None and inputs == channels:
                    conv1 = shared if stride == 1 else tied(conv1, shared)
                conv2 = shared if shared is not None else conv3x3(channels, channels)
                blocks.append(BasicBlock(conv1, conv2, stride, reduction))
                inputs = channels
            setattr(self, f"layer{index + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bn1(self.conv1(x)))
        for index in range(self.stages):
            x = getattr(self, f"layer{index + 1}")(x)
        return self.fc(x.mean((2, 3)))


def tied(conv: nn.Conv2d, owner: nn.Conv2d) -> nn.Conv2d:
    """The convolution with another's kernel: it has a stride of its own."""
    conv.weight = owner.weight
    return conv


class SumPositions(nn.Module):
    """[N, C, H, W] -> [N, C], summed over all positions."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sum((2, 3))


def sequential(input, layers, activation: Callable[[], nn.Module] | None = None) -> nn.Sequential:
    """
    Layers as an nn.Sequential. Without `activation` it is the ANN: ReLU after every layer but the last. With one, e.g.
    `lambda: IFNode(v_threshold=2.0, v_reset=0.0)`, every layer has such neurons, the last one too: the same keys fit both lives.
    A layer's "owner" names the earlier layer (conv1, conv2, ..., linear1, ...) whose convolution or matrix it uses.
    """
    height, width, channels = input
    size, modules, weighted = None, [], {}
    names = count_names(layers)
    for index, layer in enumerate(layers):
        if layer["type"] == "maxpool":
            modules.append(nn.MaxPool2d(layer["size"]))
            height, width = height // layer["size"], width // layer["size"]
            continue
        bias = layer.get("bias", False)
        if layer["type"] == "conv":
            units, norm = layer["filters"], nn.BatchNorm2d
            made = nn.Conv2d(channels, units, layer["kernel"], padding="same", bias=bias)
            channels = units
        else:
            units, norm = layer["units"], nn.BatchNorm1d
            if size is None:
                summed = layer.get("summed", False)
                modules.append(SumPositions() if summed else nn.Flatten())
                size = channels if summed else channels * height * width
            made = nn.Linear(size, units, bias=bias)
            size = units
        weighted[names[index]] = weighted[layer["owner"]] if "owner" in layer else made
        modules.append(weighted[names[index]])
        if layer.get("norm", False):
            modules.append(norm(units))
        if activation is not None:
            modules.append(activation())
        elif index < len(layers) - 1:
            modules.append(nn.ReLU())
    return nn.Sequential(*modules)


def count_names(layers) -> list[str]:
    """conv1, conv2, ..., linear1, ...: layers by type and number."""
    types = [layer["type"] for layer in layers]
    return [f"{kind}{types[: index + 1].count(kind)}" for index, kind in enumerate(types)]


def build(architecture: dict, activation: Callable[[], nn.Module] | None = None) -> nn.Module:
    """The network of the metadata's "architecture", with random values."""
    if "layers" in architecture:
        return sequential(architecture["input"], architecture["layers"], activation)
    settings = dict(architecture["network"])
    kinds = {"convmixer": ConvMixer, "se-resnet": SeResNet}
    return kinds[settings.pop("name")](**settings, image=architecture["image"], classes=architecture["classes"])


def load(path: str, activation: Callable[[], nn.Module] | None = None) -> tuple[nn.Module, dict]:
    """The network of a file, in evaluation mode, and what the file says about itself."""
    with safe_open(path, "pt") as file:
        about = {key: parsed(value) for key, value in file.metadata().items()}
        state = {key: file.get_tensor(key) for key in file.keys()}
    model = build(about["architecture"], activation)
    model.load_state_dict(state)
    return model.eval(), about


def parsed(text: str):
    """Metadata are texts; those of more than a word are JSON."""
    return json.loads(text) if text[:1] in "{[" else text


def prepare(images: torch.Tensor, about: dict) -> torch.Tensor:
    """Bytes [N, H, W, C] -> what the network was trained on, [N, C, H, W]: in [0, 1], normalised where its recipe does."""
    x = images.permute(0, 3, 1, 2).to(torch.float32) / 255
    how = about.get("images", {})
    if "mean" not in how:
        return x
    mean, sd = (torch.tensor(how[name])[None, :, None, None] for name in ("mean", "sd"))
    return (x - mean) / sd
