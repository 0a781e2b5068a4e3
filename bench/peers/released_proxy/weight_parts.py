"""Weights in parts that may each come back from a GPU's machine."""

import hashlib
import json
import zlib
from pathlib import Path

import numpy as np
from safetensors_file import safetensors_bytes

PART = 16_700_000  # bytes: under 16 MiB


def planes(values: bytes) -> list[bytes]:
    """Exponents (compressed), signs with seven bits of mantissa, the next eight bits, the last eight bits."""
    u = np.frombuffer(values, "<u4")
    exponents = (u >> 23 & 0xFF).astype(np.uint8).tobytes()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
    upper = (u >> 24 & 0x80 | u >> 16 & 0x7F).astype(np.uint8).tobytes()
    middle, lower = ((u >> shift & 0xFF).astype(np.uint8).tobytes() for shift in (8, 0))
    return [squeeze.compress(exponents) + squeeze.flush(), upper, middle, lower]


def values_of(stream: bytes, lengths: list[int]) -> bytes:
    """The values whose planes these are."""
    squeezed, *others = (stream[end - length : end] for length, end in zip(lengths, np.cumsum(lengths)))
    exponents, upper, middle, lower = (
        np.frombuffer(plane, np.uint8).astype(np.uint32) for plane in (zlib.decompress(squeezed, -15), *others)
    )
    u = exponents << 23 | (upper & 0x80) << 24 | (upper & 0x7F) << 16 | middle << 8 | lower
    return u.astype("<u4").tobytes()


def write_parts(folder: Path, values: bytes) -> dict:
    """Writes the parts of the weights; returns their index."""
    pieces = planes(values)
    stream = b"".join(pieces)
    parts = [stream[at : at + PART] for at in range(0, len(stream), PART)]
    (folder / "weights").mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts):
        (folder / "weights" / f"part-{number}.bin").write_bytes(part)
    return {
        "bytes": len(stream),
        "planes": [len(piece) for piece in pieces],
        "parts": len(parts),
        "sha256": hashlib.sha256(values).hexdigest(),
    }


def join(folders: list[Path], output: Path) -> None:
    """Puts the parts together to a safetensors file of our library's: the bits that were trained."""
    (about,) = {path.read_text() for folder in folders for path in folder.rglob("result.json")}
    about = json.loads(about)
    index, shapes = about["weights"], about["shapes"]
    paths = {path.name: path for folder in folders for path in folder.rglob("part-*.bin")}
    missing = [name for name in (f"part-{number}.bin" for number in range(index["parts"])) if name not in paths]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} are not there; fetch them.")
    stream = b"".join(paths[f"part-{number}.bin"].read_bytes() for number in range(index["parts"]))
    values = values_of(stream, index["planes"])
    if hashlib.sha256(values).hexdigest() != index["sha256"]:
        raise SystemExit("The parts do not have the bits that were trained; fetch them again.")
    origin = f"bench/peers/released_proxy, seed {about['config']['seed']}, epoch {about['epochs']}"
    metadata = {"format": "pt", "layout": "tensorflow", "config": json.dumps(about["config"]), "importedFrom": origin}
    output.write_bytes(safetensors_bytes(shapes, values, metadata))
    print(f"{output}: {len(values) // 4} values")
