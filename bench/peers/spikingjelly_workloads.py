"""
The Fashion-MNIST workloads in SpikingJelly, multi-step: every layer sees all T steps at once. The first convolution
and norm run once an image, as in the released code.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from torch import nn

from fashion_network import CONVS, EPSILON, LINEARS, POOL_AFTER
from layouts import FORMATS, first_linear_as, flat, images_as
from recipes import proxy_adam


class Flat(nn.Module):
    def __init__(self, layout: str) -> None:
        super().__init__()
        self.layout = layout

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return flat(x, self.layout)


def conv_norm(tensors: dict, number: int, layout: str) -> nn.Sequential:
    kernel = tensors[f"conv{number}.kernel"].permute(3, 2, 0, 1)  # OIHW
    conv = nn.Conv2d(kernel.shape[1], kernel.shape[0], kernel.shape[2], padding="same", bias=False)
    norm = nn.BatchNorm2d(kernel.shape[0], eps=EPSILON)
    conv.weight.data.copy_(kernel)
    norm.weight.data.copy_(tensors[f"conv{number}.norm.gamma"])
    norm.bias.data.copy_(tensors[f"conv{number}.norm.beta"])
    norm.running_mean.copy_(tensors[f"conv{number}.norm.snn.mean"])
    norm.running_var.copy_(tensors[f"conv{number}.norm.snn.variance"])
    return nn.Sequential(conv, norm).to(memory_format=FORMATS[layout])


def linear(tensors: dict, number: int, layout: str) -> nn.Linear:
    weight = tensors[f"linear{number}.kernel"].T.contiguous()  # [out, in]
    if number == 1:
        weight = first_linear_as(weight, tensors[f"conv{CONVS}.kernel"].shape[3], layout)
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    made.weight.data.copy_(weight)
    return made


class SpikingJellyNetwork(nn.Module):
    def __init__(self, tensors: dict[str, torch.Tensor], request: dict) -> None:
        super().__init__()
        layout = request["layout"]
        self.T = request["T"]
        self.first = conv_norm(tensors, 1, layout)
        self.neurons: dict[str, nn.Module] = {}

        def fire(name: str) -> nn.Module:
            self.neurons[name] = neuron.IFNode(
                v_threshold=float(request["threshold"]),
                v_reset=0.0,
                surrogate_function=surrogate.ATan(alpha=float(request.get("alpha", 2))),
                step_mode="m",
            )
            return self.neurons[name]

        layers: list[nn.Module] = [fire("conv1")]
        for index in range(1, CONVS):
            layers += [layer.SeqToANNContainer(conv_norm(tensors, index + 1, layout)), fire(f"conv{index + 1}")]
            if index in POOL_AFTER:
                layers.append(layer.SeqToANNContainer(nn.MaxPool2d(2)))
        layers.append(layer.SeqToANNContainer(Flat(layout)))
        for number in range(1, LINEARS + 1):
            layers += [layer.SeqToANNContainer(linear(tensors, number, layout)), fire(f"linear{number}")]
        self.layers = nn.Sequential(*layers)
        self.eval()  # frozen norms

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """[N, 1, 28, 28] -> spike counts [N, 10]."""
        functional.reset_net(self)
        current = self.first(images)
        return self.layers(current.unsqueeze(0).expand(self.T, *current.shape)).sum(0)


class SnnInference:
    def __init__(self, request: dict) -> None:
        tensors = load_file(request["inputs"])
        self.network = SpikingJellyNetwork(tensors, request)
        self.images = images_as(tensors["images"], request["layout"])

    @torch.no_grad()
    def step(self) -> float:
        return self.network(self.images).sum().item()

    @torch.no_grad()
    def spikes(self) -> dict[str, torch.Tensor]:
        """Spikes of every neuron over T, [N, H, W, C] or [N, F]."""
        totals: dict[str, torch.Tensor] = {}

        def count(name: str):
            return lambda _module, _inputs, spikes: totals.update({name: spikes.sum(0)})

        hooks = [module.register_forward_hook(count(name)) for name, module in self.network.neurons.items()]
        self.network(self.images)
        for hook in hooks:
            hook.remove()
        return {name: total.permute(0, 2, 3, 1) if total.dim() == 4 else total for name, total in totals.items()}


class SurrogateStep(SnnInference):
    """Back-propagation through all T steps; rates against one-hot rows."""

    def __init__(self, request: dict) -> None:
        super().__init__(request)
        self.T = request["T"]
        self.targets = load_file(request["inputs"])["targets"]
        self.optimiser = proxy_adam(self.network.parameters())

    def step(self) -> float:
        loss = F.mse_loss(self.network(self.images) / self.T, self.targets)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.item()


WORKLOADS = {"snn-inference": SnnInference, "surrogate-step": SurrogateStep}
