"""Each part against float64 or plain PyTorch."""

import torch
import torch.nn.functional as F
from ann import ann_outputs
from fast_snn import FastSnn
from log import require, say
from network import CLASSES, Layer, Network, fashion_layers, initial_tensors, layers_of, network_on
from plain_snn import PlainSnn
from precision import tensor_float32, unsearched
from released_recipe import T, THRESHOLD
from split_weights import SCALE, split_plain


def apart(found: torch.Tensor, wanted: torch.Tensor) -> float:
    """||found - wanted|| / ||wanted||; NaN where there is one."""
    return float((found.double() - wanted.double()).norm() / wanted.double().norm())


def lively_network(layers: list[Layer], seed: int, device) -> Network:
    """An initial network that is made to fire: norms as of small currents, larger linear weights."""
    tensors = initial_tensors(layers, seed)
    for name in tensors:
        if name.endswith(".variance"):
            tensors[name] = tensors[name] * 0.05
        elif name.startswith("linear"):
            tensors[name] = tensors[name] * 4
        elif name.endswith(".beta"):
            tensors[name] = tensors[name] + 0.3
    return network_on(layers, tensors, device)


def check_split(device) -> None:
    """A product of spikes and split weights on tensor cores against float64; TF32 or float16 alone would be 3e-4 apart."""
    generator = torch.Generator().manual_seed(1)
    layer = Layer("conv", (3, 3, 128, 128), False, 1)
    kernel = (torch.rand(layer.kernel, generator=generator) - 0.5).to(device) * 0.06
    spikes = (torch.rand(4, 128, 16, 16, generator=generator) < 0.2).float().to(device)
    high, low = (torch.empty(layer.kernel, dtype=torch.float16, device=device) for _ in range(2))
    split_plain(kernel, torch.ones(128, device=device), high, low)
    left = apart((high.double() + low.double()) / SCALE, kernel)
    require(left <= 2**-22, f"split weights: {left:.2g} of them is left over")
    wanted = F.conv2d(spikes.double(), kernel.double().permute(3, 2, 0, 1), padding=1)
    with tensor_float32():
        found = sum(F.conv2d(spikes, half.float().permute(3, 2, 0, 1), padding=1) for half in (high, low)) / SCALE
    distance = apart(found, wanted)
    require(distance <= 2e-5, f"convolution of split weights: {distance:.2g} from float64")


def neurons_agree(device) -> bool:
    """Whether Triton's neurons have the bits of plain PyTorch's."""
    layers = layers_of(*fashion_layers(1 / 4))
    network = lively_network(layers, 1, device)
    snn = FastSnn(network, [28, 28, 1], 4, T, THRESHOLD, fires=True)
    generator = torch.Generator().manual_seed(2)
    for layer in layers:
        size = snn.sizes.get(layer.name, ())
        steps = 1 if layer is layers[0] else T
        currents = torch.randn(steps, 4, *size, layer.kernel[-1], generator=generator).to(device) + 0.3
        shift = torch.randn(layer.kernel[-1], generator=generator).to(device) * 0.1
        found = []
        for fires in (True, False):
            snn.fires = fires
            snn.spikes[layer.name].fill_(0)
            snn.fire(layer, currents, shift)
            found.append(snn.spikes[layer.name].clone())
        share = float(found[0].float().mean())
        if not torch.equal(*found) or share == 0:
            say(f"NOT USED: Triton's neurons: in {layer.name} they differ from PyTorch's ({share:.3g} fire).")
            return False
    say("passed: Triton's neurons have the bits of PyTorch's")
    return True


def check_whole(network: Network, snn: FastSnn, images: torch.Tensor) -> None:
    """Spike counts of the whole network against plain float32, with frozen and with training norms."""
    for train in (False, True):
        before = {name: value.clone() for name, value in network.statistics.items()}
        with unsearched():
            wanted = PlainSnn(network, T, THRESHOLD).counts(images, train)
        moved = torch.cat([*network.statistics.values()])
        network.assign(network.tensors | before)
        found = snn.counts(images, train)
        distance = apart(torch.cat([*network.statistics.values()]), moved)
        network.assign(network.tensors | before)
        equal = float((found == wanted).double().mean())
        # A membrane on the threshold may fall on either side, and changes the layers above.
        passed = equal >= 0.9 and distance <= 1e-4 and float(wanted.mean()) > 0.01
        require(passed, f"{'training' if train else 'frozen'} norms: {equal:.4f} of the output counts (mean "
                        f"{float(wanted.mean()):.2f}) are plain float32's, running statistics {distance:.2g} apart")  # fmt: skip


def ann_gradients(network: Network, images: torch.Tensor, error: torch.Tensor) -> dict[str, torch.Tensor]:
    outputs = ann_outputs(network, images, False)
    gradients = torch.autograd.grad(outputs, [*network.parameters.values()], error)
    return dict(zip(network.parameters, gradients))


def check_ann(network: Network, images: torch.Tensor) -> None:
    """The ANN's gradients against float64; an H200's were 7e-7 apart."""
    error = torch.randn(len(images), CLASSES, device=images.device) / len(images)
    double = Network(network.layers, {name: value.double() for name, value in network.tensors.items()})
    with unsearched():
        wanted = ann_gradients(double, images.double(), error.double())
    found = ann_gradients(network, images, error)
    distance = max(apart(found[name], wanted[name]) for name in wanted)
    require(distance <= 2e-5, f"ANN: gradients {distance:.2g} from float64")
