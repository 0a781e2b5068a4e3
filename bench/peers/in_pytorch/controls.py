"""The proxy ANN with parts of its way back exchanged (lib/learning/controlled_forward.ts)."""

import torch
import torch.nn.functional as F
from network import EPSILON, MOMENTUM, Layer, Network, Tensors, initial_kernel
from response import channels_first, pooled, rows_of
from torch.nn.grad import conv2d_input, conv2d_weight


class Convolution(torch.autograd.Function):
    """Of images [N, C, H, W]; the kernel's gradient sees `seen`, the error goes down through `way`."""

    @staticmethod
    def forward(ctx, x, kernel, seen, way):
        ctx.save_for_backward(seen, way)
        ctx.shape = x.shape
        return F.conv2d(x, kernel, padding=kernel.shape[-1] // 2)

    @staticmethod
    def backward(ctx, gradient):
        seen, way = ctx.saved_tensors
        padding = way.shape[-1] // 2
        down = conv2d_input(ctx.shape, way, gradient, padding=padding)
        return down, conv2d_weight(seen, way.shape, gradient, padding=padding), None, None


class Product(torch.autograd.Function):
    """Of rows [N, F]."""

    @staticmethod
    def forward(ctx, x, kernel, seen, way):
        ctx.save_for_backward(seen, way)
        return x @ kernel

    @staticmethod
    def backward(ctx, gradient):
        seen, way = ctx.saved_tensors
        return gradient @ way.T, seen.T @ gradient, None, None


class PassesFired(torch.autograd.Function):
    """ReLU, whose gradient passes where a neuron fired at some step."""

    @staticmethod
    def forward(ctx, z, fired):
        ctx.save_for_backward(fired)
        return F.relu(z)

    @staticmethod
    def backward(ctx, gradient):
        (fired,) = ctx.saved_tensors
        return gradient * fired, None


def feedback_weights(layers: list[Layer], seed: int, device) -> Tensors:
    """Fixed weights of every layer but the first, drawn as kernels are at their start."""
    generator = torch.Generator().manual_seed(1_000 + seed)
    return {layer.name: initial_kernel(layer, generator).to(device) for layer in layers[1:]}


def controlled_outputs(network: Network, images: torch.Tensor, spikes: Tensors, norms_train: bool, controls: dict, feedback: Tensors):
    """`spikes` are those of every layer before pooling, [T, N, H, W, C] or [T, N, F]."""
    x, seen = images.contiguous(), images.contiguous()
    for layer in network.layers:
        trains = layer.norm and norms_train
        kernel, shift = (network.kernel(layer), None) if trains else network.folded(layer, "ann")
        way = kernel
        if layer.name in feedback:
            way = feedback[layer.name] if trains or not layer.norm else feedback[layer.name] * network.scale(layer, "ann")
        if layer.is_conv:
            kernel, way = (each.permute(3, 2, 0, 1).contiguous() for each in (kernel, way))
            z = Convolution.apply(x, kernel, seen, way.detach())
            z = z if shift is None else z + shift[:, None, None]
        else:
            x, seen = (rows_of(layer, each) for each in (x, seen))
            z = Product.apply(x, kernel, seen, way.detach())
            z = z if shift is None else z + shift
        if trains:
            gamma, beta, mean, variance = network.norm(layer, "ann")
            z = F.batch_norm(z.contiguous(), mean, variance, gamma, beta, True, MOMENTUM, EPSILON)
        if layer is network.layers[-1]:
            return z
        fired = channels_first(spikes[layer.name].amax(0))
        x = PassesFired.apply(z, fired) if controls.get("masks") == "snn" else F.relu(z)
        x = pooled(layer, x)
        seen = x.detach()
        if controls.get("activations") == "snn":
            steps = spikes[layer.name]
            rows = pooled(layer, channels_first(steps.flatten(0, 1)))
            seen = rows.unflatten(0, steps.shape[:2]).mean(0).contiguous()
