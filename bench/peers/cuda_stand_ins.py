"""
Lets PyPI's PyTorch, which is linked against CUDA, be loaded without gigabytes of CUDA libraries: each library that it
is linked against and that is not there gets a stand-in beside it, whose every function answers "no CUDA device" (100,
`cudaErrorNoDevice`). PyTorch's own files stay as they are, and what runs on the CPU is in them.

    python cuda_stand_ins.py FOLDER COMPILER    the folder `torch/lib`, a C++ compiler
"""

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

CUDA = re.compile(r"(__cuda|cu|nccl|nv)[A-Za-z0-9_]*$")
CUDA_LIBRARY = re.compile(r"lib(cu|nccl|nv)[A-Za-z0-9_]*\.so\.\d+$")
VERSION_OF_LIBRARY = {"NVSHMEM": "libnvshmem_host.so.3"}
UNVERSIONED_IN = "libcudart.so.13"
NO_DEVICE = 100


def said(*command: str) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def needed(folder: Path) -> set[str]:
    """The CUDA libraries that the libraries in the folder are linked against."""
    found = set()
    for library in folder.glob("*.so"):
        for line in said("readelf", "--dynamic", "--wide", str(library)):
            name = line.rsplit("[", 1)[-1].rstrip("]")
            if "(NEEDED)" in line and CUDA_LIBRARY.match(name):
                found.add(name)
    return found


def wanted(folder: Path) -> dict[str, dict[str, set[str]]]:
    """The CUDA functions that the libraries in the folder call: library -> symbol version ("" for none) -> names."""
    functions: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for library in folder.glob("*.so"):
        for line in said("nm", "--dynamic", "--undefined-only", str(library)):
            name, _, version = line.split()[-1].partition("@")
            if CUDA.match(name):
                functions[VERSION_OF_LIBRARY.get(version, version or UNVERSIONED_IN)][version].add(name)
    return functions


def build(target: Path, versions: dict[str, set[str]], compiler: str) -> None:
    names = sorted(name for group in versions.values() for name in group)
    nodes = {version: sorted(group) for version, group in versions.items() if version}
    with tempfile.TemporaryDirectory() as scratch:
        source, script = Path(scratch, "stand_in.cc"), Path(scratch, "versions.map")
        source.write_text("".join(f'extern "C" int {name}() {{ return {NO_DEVICE}; }}\n' for name in names))
        script.write_text(
            "".join(f"{version} {{ global: {' '.join(f'{name};' for name in group)} }};\n" for version, group in nodes.items())
        )
        options = [f"-Wl,--version-script={script}"] if nodes else []
        said(compiler, "-w", "-shared", "-fPIC", "-O1", f"-Wl,-soname,{target.name}", *options, "-o", str(target), str(source))


def main(folder: Path, compiler: str) -> None:
    functions = wanted(folder)
    for name in sorted(needed(folder)):
        if not (folder / name).exists():
            build(folder / name, functions.get(name, {}), compiler)


main(Path(sys.argv[1]), sys.argv[2])
