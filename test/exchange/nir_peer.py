"""
Reads the graphs of a folder as the package nir does, and runs those with average pooling in SpikingJelly: spike counts of the
images, as JSON. Arguments: the folder, the file of images (bytes, N x 28 x 28), N and the time steps.
"""

import json
import sys
from pathlib import Path

import nir
import torch
from nir.serialization import read_version
from spikingjelly.activation_based import nir_exchange

folder, count, steps = Path(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(1)
torch.set_grad_enabled(False)
raw = torch.frombuffer(bytearray(Path(sys.argv[2]).read_bytes()), dtype=torch.uint8)
images = raw.reshape(count, 1, 28, 28).to(torch.float32) / 255


def run(path: Path) -> list[int]:
    network = nir_exchange.import_from_nir(nir.read(path), dt=1)
    counts, state = 0, None
    for _ in range(steps):
        spikes, state = network(images, state)
        counts = counts + spikes
    return counts.flatten().int().tolist()


about = {}
for path in sorted(folder.glob("*.nir")):
    graph = nir.read(path)
    about[path.stem] = {
        "version": read_version(path),
        "types": sorted({type(node).__name__ for node in graph.nodes.values()}),
        "metadata": sorted(graph.metadata),
        "output": graph.output_type["output"].tolist(),
    }
print(json.dumps({"about": about, "counts": run(folder / "average.nir")}))
