"""
Trained networks in PyTorch and in every framework of spiking networks: FOLDER/request.json -> FOLDER/answers.json, logits and spike
counts of each image. The argument is FOLDER, in which the exported networks and weightshare_models.py lie.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import nir
import torch

import norse_if
import sinabs_if
import snntorch_if
import spikingjelly_if
import spikingjelly_network

# The importer and the pooling that it knows.
IMPORTERS = ((spikingjelly_if, "average"), (norse_if, "sum"), (snntorch_if, "average"), (sinabs_if, "sum"))
IMAGES_AT_ONCE = 100


def images_of(path: Path, shape: list[int]) -> torch.Tensor:
    """Bytes [N, H, W, C]."""
    return torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8).reshape(-1, *shape)


def logits(folder: Path, network: str, images: str, shape: list[int]) -> list[list[float]]:
    from weightshare_models import load, prepare

    model, about = load(str(folder / network))
    return torch.cat([model(prepare(some, about)) for some in images_of(folder / images, shape).split(IMAGES_AT_ONCE)]).tolist()


def counted(count, images: torch.Tensor) -> dict:
    """Spike counts [N, classes], or why there are none: what the framework says."""
    try:
        return {"counts": torch.cat([count(some) for some in images.split(IMAGES_AT_ONCE)]).int().tolist()}
    except Exception as problem:  # noqa: BLE001: whatever stops a framework is its answer
        return {"problem": f"{type(problem).__name__}: {problem}".splitlines()[0]}


def imported(framework, graph: Path, T: int):
    def count(images: torch.Tensor) -> torch.Tensor:
        inputs = images.permute(0, 3, 1, 2).to(torch.float32) / 255
        spikes, _ = framework.imported(nir.read(graph), inputs.expand(T, *inputs.shape))
        return spikes.reshape(T, len(images), -1).sum(0)

    return count


def spiking(folder: Path, network: str, images: str, shape: list[int], T: int, threshold: float, graphs: dict) -> list:
    """Counts in every framework."""
    pixels = images_of(folder / images, shape)
    counts = []
    for precision, dtype in (("single", torch.float32), ("double", torch.float64)):
        found = counted(spikingjelly_network.counter(folder / network, threshold, T, dtype), pixels)
        counts.append({"framework": spikingjelly_if.PACKAGE, "way": "native", "precision": precision, **found})
    for framework, pooling in IMPORTERS:
        found = counted(imported(framework, folder / graphs[pooling], T), pixels)
        counts.append({"framework": framework.PACKAGE, "way": "nir", "pooling": pooling, **found})
    return counts


def main() -> None:
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    request = json.loads((folder / "request.json").read_text())
    answers = {
        "versions": {name: version(name) for name in ("torch", "nir", *(one.PACKAGE for one, _ in IMPORTERS))},
        "logits": {name: logits(folder, **rest) for name, rest in request["logits"].items()},
        "spiking": [spiking(folder, **rest) for rest in request["spiking"]],
    }
    (folder / "answers.json").write_text(json.dumps(answers))


main()
