"""A network with what computes its spiking life."""

from typing import NamedTuple

import torch
from checks import check_ann, check_whole, lively_network, neurons_agree
from choose_conv_ways import choose_conv_ways
from fast_snn import FastSnn
from log import tried
from network import Network, Tensors, layers_of, network_on
from plain_snn import PlainSnn
from released_recipe import BATCH, T, THRESHOLD


class Made(NamedTuple):
    network: Network
    snn: PlainSnn | FastSnn


def make(image: list[int], entries: list[dict], tensors: Tensors, device, with_triton: bool) -> Made:
    """A network with the fastest ways that pass; on a CPU the plain ones."""
    layers = layers_of(image, entries)
    if device.type != "cuda":
        network = network_on(layers, tensors, device)
        return Made(network, PlainSnn(network, T, THRESHOLD))
    fires = with_triton and tried("Triton's neurons", lambda: neurons_agree(device)) is True
    network = lively_network(layers, 3, device)
    images = torch.rand(BATCH, 1, *image[:2], generator=torch.Generator().manual_seed(4)).to(device)

    def chosen() -> FastSnn:
        snn = FastSnn(network, image, BATCH, T, THRESHOLD, fires)
        choose_conv_ways(snn, images)
        check_whole(network, snn, images)
        return snn

    snn = tried("the spiking life on tensor cores", chosen) or PlainSnn(network, T, THRESHOLD)
    check_ann(network, images)
    network.assign(tensors)
    return Made(network, snn)
