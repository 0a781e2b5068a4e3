"""Convolution of spikes with TensorFlow's padding "same" or none."""

from torch.nn import functional as F

from case import SPIKING, Case, Kind
from formulas import sine, spikes
from layouts import conv
from spiking.notes import SPIKE_TENSORS


def notes(case: Case) -> str:
    return (
        "Convolution (cross-correlation) of a binary spike tensor [N,H,W,C] with a kernel HWIO: sum[n,y,x,o] = sum "
        "over kernel rows, columns, c of spike[n, y*stride + r - top, x*stride + q - left, c]*kernel[r,q,c,o]. "
        "'valid': no padding. 'same' is TensorFlow's: output = ceil(size/stride), total pad = max((output-1)*stride + "
        "kernel - size, 0), top/left = floor(total/2), the odd one goes to bottom/right. "
        f"{SPIKE_TENSORS}"
    )


def expected(config, tensors):
    x, stride = tensors["spikes"], config["stride"]
    if config["padding"] == "same":
        (top, bottom), (left, right) = (
            _same(size, kernel, stride) for size, kernel in zip(x.shape[1:3], config["kernel"])
        )
        x = F.pad(x, (0, 0, left, right, top, bottom))
    return {"sum": conv(x, tensors["kernel"], stride=stride), "active": tensors["spikes"].sum()}


def _same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and behind an axis."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def case(kernel, stride, padding, density, shape, filters, a, b) -> Case:
    """Spikes [N, H, W, C], kernel [kernel, kernel, C, filters] = 0.02 + 0.25 sin(a i + b)."""
    config = {"kernel": [kernel, kernel], "stride": stride, "padding": padding, "density": density}
    inputs = {"spikes": spikes(shape, density)}
    parameters = {"kernel": sine([kernel, kernel, shape[-1], filters], a, b, 0.25, 0.02)}
    name = f"k{kernel}-s{stride}-{padding}-d{round(100 * density)}"
    return Case(name, config, inputs, parameters, atol=1e-5 if density == 1 else 1e-6)


THREE, SEVEN, ONE = (
    ((2, 7, 9, 3), 5),
    ((1, 9, 8, 7), 9),
    ((3, 8, 6, 1), 3),
)  # shapes with 3, 7 and 1 channels, and filters
CASES = [
    case(1, 1, "same", 0.3, *THREE, 2.33, 0.933),
    case(1, 1, "same", 0.05, *SEVEN, 1.344, 1.507),
    case(1, 1, "valid", 0, *THREE, 1.847, 2.113),
    case(1, 1, "valid", 1, *THREE, 0.991, 1.891),
    case(1, 1, "valid", 0.3, *ONE, 1.54, 1.53),
    case(1, 1, "valid", 0.05, *THREE, 1.542, 0.828),
    case(1, 2, "same", 0.3, *SEVEN, 1.566, 0.405),
    case(1, 2, "same", 0.05, *ONE, 0.589, 1.833),
    case(1, 2, "valid", 0.3, *THREE, 1.337, 1.211),
    case(1, 2, "valid", 0.05, *SEVEN, 1.03, 0.195),
    case(3, 1, "same", 0, *THREE, 2.655, 1.173),
    case(3, 1, "same", 1, *THREE, 1.51, 1.118),
    case(3, 1, "same", 0.3, *ONE, 1.195, 2.366),
    case(3, 1, "same", 0.05, *THREE, 1.216, 2.962),
    case(3, 1, "valid", 0.3, *SEVEN, 0.99, 0.771),
    case(3, 1, "valid", 0.05, *ONE, 0.633, 1.437),
    case(3, 2, "same", 0, *SEVEN, 1.028, 1.773),
    case(3, 2, "same", 1, *SEVEN, 1.951, 1.941),
    case(3, 2, "same", 0.3, *THREE, 2.507, 1.269),
    case(3, 2, "same", 0.05, *SEVEN, 0.84, 0.582),
    case(3, 2, "valid", 0.3, *ONE, 1.334, 0.854),
    case(3, 2, "valid", 0.05, *THREE, 2.765, 0.451),
    case(5, 1, "same", 0.3, *SEVEN, 1.396, 1.18),
    case(5, 1, "same", 0.05, *ONE, 0.394, 0.545),
    case(5, 1, "valid", 0.3, *THREE, 1.959, 0.669),
    case(5, 1, "valid", 0.05, *SEVEN, 1.984, 1.357),
    case(5, 2, "same", 0.3, *ONE, 0.605, 1.098),
    case(5, 2, "same", 0.05, *THREE, 0.705, 0.988),
    case(5, 2, "valid", 0, *ONE, 2.884, 2.16),
    case(5, 2, "valid", 1, *ONE, 2.97, 0.356),
    case(5, 2, "valid", 0.3, *SEVEN, 2.648, 0.156),
    case(5, 2, "valid", 0.05, *ONE, 1.569, 2.157),
    case(7, 1, "same", 0.2, (2, 9, 10, 5), 6, 1.75, 0.85),
    case(3, 3, "same", 0.6, (2, 10, 7, 33), 4, 0.95, 2.05),
]
KIND = Kind("spike-conv", SPIKING, notes, expected, CASES)
