"""Depthwise and pointwise convolution with a bias, and their gradients."""

from math import prod, sqrt

from case import KERNEL_SHARING, Case, Kind
from formulas import Sines, short
from gradients import gradients, leaves
from kernel_sharing.notes import CONVENTIONS, CONVOLUTION
from layouts import conv

GRADIENTS = "expected.gradients.*: of sum(output * outputGradient) with respect to the input, the kernel and the bias. "


def depthwise_notes(case: Case) -> str:
    return (
        f"{CONVENTIONS}{CONVOLUTION}"
        "Depthwise: output[n,y,x,c] = bias[c] + sum over u,v of kernel[u,v,c,0]*input[n,y+u-p,x+v-p,c], p = "
        "padding, zeros outside; the output has the size of the input (the kernel may be larger than the map). "
        f"{GRADIENTS}"
    )


def pointwise_notes(case: Case) -> str:
    return (
        f"{CONVENTIONS}{CONVOLUTION}Pointwise: output[n,y,x,o] = bias[o] + sum over i of "
        f"input[n,y,x,i]*kernel[0,0,i,o]. {GRADIENTS}"
    )


def expected(config, tensors):
    leaf = leaves(tensors, ["input", "kernel", "bias"])
    x, kernel, bias = leaf.values()
    output = conv(x, kernel, padding=config.get("padding", 0), groups=config.get("channels", 1)) + bias
    return {"output": output, **gradients((output * tensors["outputGradient"]).sum(), leaf, "gradients.")}


def case(name, config, start, input_shape, kernel_shape, filters) -> Case:
    sines = Sines(start)
    parameters = {
        "kernel": sines.next(kernel_shape, short(1.76 / sqrt(prod(kernel_shape[:-1])))),
        "bias": sines.next([filters], 0.2),
    }
    inputs = {
        "input": sines.next(input_shape, 1.1, 0.1),
        "outputGradient": sines.next([*input_shape[:-1], filters], 0.9),
    }
    return Case(name, config, inputs, parameters)


def depthwise(kernel, shape, start) -> Case:
    """Inputs [N, H, W, C], kernel [kernel, kernel, C, 1]."""
    _, height, width, channels = shape
    config = {"kernelSize": kernel, "stride": 1, "padding": kernel // 2, "dilation": 1, "channels": channels}
    name = f"depthwise-conv-k{kernel}-{height}x{width}x{channels}"
    return case(name, config, start, shape, (kernel, kernel, channels, 1), channels)


def pointwise(shape, filters, start) -> Case:
    """Inputs [N, H, W, C], kernel [1, 1, C, filters]."""
    _, height, width, channels = shape
    config = {"inChannels": channels, "outChannels": filters}
    name = f"pointwise-conv-{height}x{width}x{channels}to{filters}"
    return case(name, config, start, shape, (1, 1, channels, filters), filters)


DEPTHWISE_CASES = [
    depthwise(3, (2, 5, 7, 3), (1.381, 1.729)),
    depthwise(5, (1, 7, 7, 4), (1.154, 4.7488)),
    depthwise(9, (2, 5, 7, 4), (0.926, 1.768)),
    depthwise(7, (2, 6, 4, 5), (2.4, 3.6)),
]
POINTWISE_CASES = [
    pointwise((2, 5, 3, 4), 6, (0.698, 4.7878)),
    pointwise((1, 7, 7, 5), 5, (0.47, 1.807)),
    pointwise((3, 4, 6, 9), 3, (1.9, 2.5)),
]
DEPTHWISE = Kind("depthwise-conv", KERNEL_SHARING, depthwise_notes, expected, DEPTHWISE_CASES)
POINTWISE = Kind("pointwise-conv", KERNEL_SHARING, pointwise_notes, expected, POINTWISE_CASES)
