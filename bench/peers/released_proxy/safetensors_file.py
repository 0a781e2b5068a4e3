"""Float32 tensors in the format of lib/ops/safetensors.ts."""

import json
from pathlib import Path

import numpy as np
import torch
from network import Tensors


def read_safetensors(path: Path) -> Tensors:
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    entries = json.loads(data[8:start])
    entries.pop("__metadata__", None)
    tensors = {}
    for name, entry in entries.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[start + begin : start + end], "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


def safetensors_bytes(shapes: dict[str, list[int]], values: bytes, metadata: dict[str, str]) -> bytes:
    header: dict = {"__metadata__": metadata} if metadata else {}
    offset = 0
    for name, shape in shapes.items():
        end = offset + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + values


def bytes_of(tensors: Tensors) -> bytes:
    return b"".join(value.detach().cpu().numpy().astype("<f4").tobytes() for value in tensors.values())
