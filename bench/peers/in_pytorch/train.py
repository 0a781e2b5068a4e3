"""
Trains runs in PyTorch, as lib trains them, an experiment's runs at once on one GPU. Reads requests.json (of requests.ts) and
the data sets' IDX files; leaves for each run HASH.json and HASH.safetensors, of which records.ts makes records.

    python train.py requests.json --data data --output runs --precision bfloat16 --deadline 500
"""

import argparse
import json
import time
from pathlib import Path

import paths  # noqa: F401  before what stands there
import torch
from if_neuron import check_neurons
from images import read_images
from learner import Ways
from log import SAID, START, say
from machine import machine
from optimisers import check_optimisers
from run import Run, train_together
from safetensors.torch import save_file


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--groups", default="", help="experiments, in order, with commas; all where empty")
    parser.add_argument("--precision", choices=("bfloat16", "tf32", "float32"), default="float32")
    parser.add_argument("--layout", choices=("nchw", "channels_last"), default="channels_last")
    parser.add_argument("--evaluate-every", type=int, default=5, help="epochs, where a run's settings do not say")
    parser.add_argument("--together", type=int, default=64, help="most runs of an experiment that are trained at once")
    parser.add_argument("--deadline", type=float, default=float("inf"), help="seconds from the start")
    return parser.parse_args()


def write(run: Run, output: Path) -> None:
    request = run.request
    about = {
        "format": "pt",
        **run.learner.about(request, run.augment.recipe),
        "config": request["canonical"],
        "hash": request["hash"],
        "experiment": request["experiment"],
        "row": request["row"],
    }
    save_file(run.state(), output / f"{request['hash']}.safetensors", about)
    result = {
        **{key: request[key] for key in ("hash", "experiment", "row")},
        "machine": machine(),
        "ways": run.ways._asdict(),
        "seconds": run.seconds,
        "curve": run.lines,
    }
    (output / f"{request['hash']}.json").write_text(json.dumps(result, indent=1) + "\n")


def main() -> None:
    asked = options()
    asked.output.mkdir(parents=True, exist_ok=True)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = asked.precision == "tf32"
    check_optimisers()
    cuda = torch.cuda.is_available()
    device = torch.device("cuda" if cuda else "cpu")
    check_neurons(device)
    ways = Ways(asked.precision, asked.layout, graph=cuda)
    groups: dict[str, list[dict]] = json.loads(asked.requests.read_text())
    data = {}
    for name in asked.groups.split(",") if asked.groups else groups:
        requests = groups[name]
        dataset = requests[0]["config"]["data"]["name"]
        if dataset not in data:
            data[dataset] = read_images(asked.data, dataset, device)
        for start in range(0, len(requests), asked.together):
            some = requests[start : start + asked.together]
            begun = time.monotonic()
            runs = [Run(request, *data[dataset], ways, asked.evaluate_every) for request in some]
            say(f"{name}: {len(runs)} runs made in {time.monotonic() - begun:.1f} s")
            if train_together(runs, START + asked.deadline, say):
                for run in runs:
                    write(run, asked.output)
            del runs
            if cuda:
                torch.cuda.empty_cache()
    say("end")
    (asked.output / "log.txt").write_text("\n".join(SAID) + "\n")


if __name__ == "__main__":
    main()
