"""
One neuron in every framework: FOLDER/cases.json -> FOLDER/traces.json. A case runs in the framework's own neuron, in that with the
next smaller threshold where the framework fires above it, and from the case's graph of NIR where there is one. The argument is FOLDER.
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

FRAMEWORKS = (spikingjelly_if, snntorch_if, norse_if, sinabs_if)


def traces_of(framework, case: dict, folder: Path) -> list[dict]:
    currents = torch.tensor(case["currents"], dtype=torch.float32)
    threshold, reset, initial = float(case["threshold"]), case["reset"], float(case["initialMembrane"])
    made = []

    def add(way: str, run) -> None:
        spikes, membrane = (values.detach().reshape(currents.shape).tolist() for values in run())
        made.append({"framework": framework.PACKAGE, "way": way, "spikes": spikes, "membrane": membrane})

    if reset in framework.RESETS:
        add("native", lambda: framework.native(currents, threshold, reset, initial))
        if framework.FIRES_ABOVE:
            below = torch.nextafter(torch.tensor(threshold, dtype=torch.float32), torch.tensor(0.0)).item()
            add("native-below", lambda: framework.native(currents, below, reset, initial))
    if case["graph"] is not None:
        # [T, 1, N]: the neurons are the features of one example.
        add("nir", lambda: framework.imported(nir.read(folder / case["graph"]), currents.unsqueeze(1)))
    return made


def main() -> None:
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    cases = json.loads((folder / "cases.json").read_text())
    traces = {
        case["name"]: [trace for framework in FRAMEWORKS for trace in traces_of(framework, case, folder)] for case in cases
    }
    versions = {name: version(name) for name in ("torch", "nir", *(framework.PACKAGE for framework in FRAMEWORKS))}
    (folder / "traces.json").write_text(json.dumps({"versions": versions, "traces": traces}))


main()
