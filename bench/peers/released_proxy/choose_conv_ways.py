"""The fastest way of each spiking convolution among those that pass."""

from typing import Callable, NamedTuple

import torch
import torch.nn.functional as F
from checks import apart
from conv_way import ConvWay, Tile
from fast_snn import FastSnn
from log import Failure, say, tried
from network import Layer
from neurons import fire, pooled_over_time
from precision import unsearched
from released_recipe import T, THRESHOLD

FUSED_TILES = [Tile(128, 128, 64, 8, 3), Tile(128, 128, 32, 8, 4), Tile(128, 64, 64, 8, 4)]
TILES = [Tile(128, 128, 64, 8, 4), Tile(256, 128, 64, 8, 3)]
IMAGES = 4  # that are compared with float64


class ConvCase(NamedTuple):
    """A layer with spikes before it, and what float64 makes of them for a few images."""

    layer: Layer
    before: torch.Tensor
    currents: torch.Tensor  # [T, IMAGES, H, W, F], without the shift
    fired: torch.Tensor  # pooled


def conv_case(snn: FastSnn, layer: Layer, before: torch.Tensor) -> ConvCase:
    kernel, shift = (value.detach().double() for value in snn.network.folded(layer, "snn"))
    x = before[:, :IMAGES].flatten(0, 1).permute(0, 3, 1, 2).double()
    with unsearched():
        rows = [F.conv2d(each, kernel.permute(3, 2, 0, 1)).permute(0, 2, 3, 1) for each in x.split(IMAGES)]
    currents = torch.stack(rows)
    return ConvCase(layer, before, currents, pooled_over_time(fire(currents + shift, T, THRESHOLD), layer.pool))


def check_conv_way(snn: FastSnn, case: ConvCase, way: ConvWay, shift: torch.Tensor) -> None:
    """Raises where a way's currents or spikes are not what float64 gives."""
    layer, spikes = case.layer, snn.spikes[case.layer.name]
    pad = snn.border(layer)
    spikes.fill_(-1)  # poison: what is not written is seen
    if pad:
        for border in (spikes[:, :, 0], spikes[:, :, -1], spikes[:, :, :, 0], spikes[:, :, :, -1]):
            border.zero_()
    distance = 0.0
    if way.kind == "fused":
        snn.conv_fire(layer, case.before, shift, way.tile)
    else:
        currents = snn.conv(layer, case.before, way)
        distance = apart(currents[:, :IMAGES], case.currents)
        snn.fire(layer, currents, shift)
    inner = spikes[:, :, pad:-pad, pad:-pad] if pad else spikes
    other = float((inner[:, :IMAGES] != case.fired).double().mean())
    if not (distance <= 2e-5 and other <= 1e-4 and int(inner.min()) >= 0 and float(case.fired.mean()) > 0.001):
        raise Failure(f"currents {distance:.2g} and {other:.2g} of the spikes are apart from float64's")
    say(f"  {layer.name} {way}: currents {distance:.2g} apart, spikes {other:.2g} (fired {float(case.fired.mean()):.3f})")


def choose_conv_ways(snn: FastSnn, images: torch.Tensor) -> None:
    """Sets the fastest way of every spiking convolution among those that pass."""
    snn.counts(images, False)
    layers = snn.network.layers
    unfused: dict[ConvWay, float] = {}
    for before, layer in zip(layers, layers[1:]):
        if not layer.is_conv:
            continue
        case = conv_case(snn, layer, snn.spikes[before.name].clone())
        shift = snn.split(layer, layer.norm)
        found: dict[ConvWay, float] = {}
        for way in conv_ways(snn, layer):

            def timed(way: ConvWay = way) -> float:
                check_conv_way(snn, case, way, shift)
                if way.kind == "fused":
                    return milliseconds(lambda: snn.conv_fire(layer, case.before, shift, way.tile))
                return milliseconds(lambda: snn.fire(layer, snn.conv(layer, case.before, way), shift))

            time_ = tried(f"{layer.name} {way}", timed)
            if time_ is not None:
                found[way] = time_
                say(f"  {layer.name} {way}: {time_:.3f} ms")
        if not found:
            raise Failure(f"no way to compute {layer.name} passes")
        snn.ways[layer.name] = min(found, key=found.__getitem__)
        for way, time_ in found.items():
            if way.kind != "fused":
                unfused[way] = unfused.get(way, 0) + time_
    snn.tiles = min(unfused, key=unfused.__getitem__)
    chosen = ", ".join(f"{name} {way}" for name, way in snn.ways.items())
    say(f"spiking convolutions: {chosen}; while norms train {snn.tiles}")


def conv_ways(snn: FastSnn, layer: Layer) -> list[ConvWay]:
    channels, filters = layer.kernel[-2:]
    if not snn.fires or channels % 64 or filters % 128:
        return [ConvWay("cudnn")]
    fused = [ConvWay("fused", tile) for tile in FUSED_TILES]
    return [*fused, *(ConvWay("tiles", tile) for tile in TILES), ConvWay("cudnn")]


def milliseconds(action: Callable[[], object], repeats: int = 5) -> float:
    for _ in range(2):
        action()
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(repeats):
        action()
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end) / repeats
