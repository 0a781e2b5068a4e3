"""The kernel-sharing workloads in plain PyTorch: whole training steps with the paper's optimisers."""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from convmixer import convmixer
from kernel_sharing_weights import fill_convmixer, fill_se_resnet
from layouts import FORMATS, images_as
from recipes import convmixer_adamw, se_resnet_sgd
from se_resnet import se_resnet


class TrainingStep:
    """Cross entropy against class probabilities [N, classes], which hold label smoothing and mixing where there are any."""

    def __init__(self, request: dict, tensors: dict[str, torch.Tensor], network: torch.nn.Module) -> None:
        self.network = network.to(memory_format=FORMATS[request["layout"]]).train()
        self.images = images_as(tensors["images"], request["layout"])
        self.targets = tensors["targets"]

    def backward(self) -> torch.Tensor:
        loss = F.cross_entropy(self.network(self.images), self.targets)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        return loss


class ConvMixerStep(TrainingStep):
    def __init__(self, request: dict) -> None:
        tensors = load_file(request["inputs"])
        sizes = {name: request[name] for name in ("dim", "depth", "kernel", "patch", "shared")}
        network = convmixer(**sizes)
        fill_convmixer(network, tensors, request["shared"])
        super().__init__(request, tensors, network)
        self.optimiser = convmixer_adamw(self.network)

    def step(self) -> float:
        loss = self.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        return loss.item()


class SeResnetStep(TrainingStep):
    def __init__(self, request: dict) -> None:
        tensors = load_file(request["inputs"])
        network = se_resnet(**{name: request[name] for name in ("n", "stem", "widths", "shared")})
        fill_se_resnet(network, tensors, request["n"], request["shared"])
        super().__init__(request, tensors, network)
        self.optimiser = se_resnet_sgd(self.network.parameters())

    def step(self) -> float:
        loss = self.backward()
        self.optimiser.step()
        return loss.item()


WORKLOADS = {"convmixer-step": ConvMixerStep, "se-resnet-step": SeResnetStep}
