"""The Fashion-MNIST workloads in plain PyTorch."""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from fashion_network import FashionNetwork, Neurons, SurrogateNeurons
from layouts import images_as
from recipes import proxy_adam


class SnnInference:
    def __init__(self, request: dict) -> None:
        tensors = load_file(request["inputs"])
        self.T, self.threshold = request["T"], request["threshold"]
        self.network = FashionNetwork(tensors, request["layout"])
        self.images = images_as(tensors["images"], request["layout"])

    @torch.inference_mode()
    def step(self) -> float:
        return self.network.snn(self.images, self.T, Neurons(self.threshold)).sum().item()

    @torch.inference_mode()
    def spikes(self) -> dict[str, torch.Tensor]:
        """Spikes of every neuron over T, [N, H, W, C] or [N, F]."""
        totals: dict[str, torch.Tensor] = {}
        self.network.snn(self.images, self.T, Neurons(self.threshold, totals))
        return {name: count.permute(0, 2, 3, 1) if count.dim() == 4 else count for name, count in totals.items()}


class ProxyStep(SnnInference):
    """Spike counts take the place of the ANN's outputs, whose graph stays."""

    def __init__(self, request: dict) -> None:
        super().__init__(request)
        self.target = load_file(request["inputs"])["targets"] * request["target"]
        self.optimiser = proxy_adam(self.network.parameters())

    def step(self) -> float:
        with torch.no_grad():
            counts = self.network.snn(self.images, self.T, Neurons(self.threshold))
        outputs = self.network.ann(self.images)
        outputs.data = counts
        loss = F.mse_loss(outputs, self.target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.item()


class SurrogateStep(SnnInference):
    """Back-propagation through all T steps; rates against one-hot rows."""

    def __init__(self, request: dict) -> None:
        super().__init__(request)
        self.alpha = request["alpha"]
        self.targets = load_file(request["inputs"])["targets"]
        self.optimiser = proxy_adam(self.network.parameters())

    def step(self) -> float:
        counts = self.network.snn(self.images, self.T, SurrogateNeurons(self.threshold, self.alpha))
        loss = F.mse_loss(counts / self.T, self.targets)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.item()


WORKLOADS = {"snn-inference": SnnInference, "proxy-step": ProxyStep, "surrogate-step": SurrogateStep}
