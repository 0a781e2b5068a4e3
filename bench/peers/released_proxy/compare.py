"""Steps for the comparison with our library (test/bench/released_proxy_test.ts)."""

import json
from pathlib import Path

import torch
from learning import adam, learn
from network import fashion_layers, layers_of, network_on
from plain_snn import PlainSnn
from released_recipe import T, THRESHOLD
from safetensors_file import bytes_of, read_safetensors, safetensors_bytes


def compare(folder: Path, device) -> None:
    """
    Steps from given weights on given batches: reads request.json (width, trainSteps),
    initial.safetensors and batches.safetensors (images [S, N, 28, 28, 1], labels [S, N]); writes after.safetensors.
    """
    request = json.loads((folder / "request.json").read_text())
    layers = layers_of(*fashion_layers(request["width"]))
    network = network_on(layers, read_safetensors(folder / "initial.safetensors"), device)
    batches = read_safetensors(folder / "batches.safetensors")
    snn, optimiser = PlainSnn(network, T, THRESHOLD), adam(network)
    losses, counts = [], []
    for index, (images, labels) in enumerate(zip(batches["images"], batches["labels"])):
        images = images.permute(0, 3, 1, 2).contiguous().to(device)
        step = learn(network, snn, optimiser, images, labels.long().to(device), index < request["trainSteps"], 1)
        losses.append(step.loss)
        counts.append(step.counts)
    found = {**network.tensors, "losses": torch.stack(losses), "counts": torch.stack(counts)}
    shapes = {name: list(value.shape) for name, value in found.items()}
    (folder / "after.safetensors").write_bytes(safetensors_bytes(shapes, bytes_of(found), {}))
