"""The golden fixtures of kind proxy-step (test/golden/fixture.ts)."""

import json
from pathlib import Path

import numpy as np
import torch
from learning import adam, learn
from log import require
from network import Tensors, initial_tensors, layers_of, network_on
from plain_snn import PlainSnn


def numbers_of(spec: dict) -> torch.Tensor:
    """A golden fixture's tensor, in double precision."""
    if "values" in spec:
        return torch.tensor(spec["values"], dtype=torch.float64).reshape(spec["shape"])
    formula, i = spec["formula"], torch.arange(int(np.prod(spec["shape"])), dtype=torch.float64)
    if formula["kind"] == "sine":
        values = formula["offset"] + formula["scale"] * torch.sin(formula["a"] * i + formula["b"])
    else:
        place = i * formula["step"] + formula["shift"]
        values = (place - place.floor() < formula["density"]).double()
    return values.reshape(spec["shape"])


def golden_results(fixture: dict, device) -> tuple[Tensors, Tensors]:
    """What a fixture of kind proxy-step expects, and what we compute."""
    config = fixture["config"]
    layers = layers_of(config["image"], config["layers"])
    given = {n: numbers_of(spec) for n, spec in {**fixture["inputs"], **fixture.get("parameters", {})}.items()}
    network = network_on(layers, initial_tensors(layers, 0) | {n: v.float() for n, v in given.items()}, device)
    snn = PlainSnn(network, config["T"], config["theta"], config["reset"], config["initial_membrane"])
    adam_ = config["optimizer"]
    betas = (adam_["beta1"], adam_["beta2"])
    optimiser = adam(network, lr=adam_["learning_rate"], betas=betas, eps=adam_["epsilon"], weight_decay=adam_["weight_decay"])
    images = given["image"].permute(0, 3, 1, 2).float().contiguous().to(device)
    divisor = config["T"] if config["loss_input"] == "rate" else 1
    train = config["batch_norm_mode"] == "train"
    labels = given["labels"].long().to(device)
    step = learn(network, snn, optimiser, images, labels, train, 1, divisor=divisor)
    found = {"ann.output": step.outputs, "snn.counts": step.counts, "loss": step.loss}
    found |= {f"spikes.{name}": total for name, total in snn.totals.items()}
    found |= {f"grad.{name}": value.grad for name, value in network.parameters.items()}
    found |= {f"after.{name}": value for name, value in network.tensors.items()}
    wanted = {
        n: numbers_of(spec) if isinstance(spec, dict) else torch.tensor(spec, dtype=torch.float64)
        for n, spec in fixture["expected"].items()
    }
    return wanted, {name: found[name].detach().double().cpu() for name in wanted}


def check_golden(path: Path, device) -> None:
    fixture = json.loads(path.read_text())
    wanted, found = golden_results(fixture, device)
    tolerance = fixture["tolerance"]
    shares = {
        name: ((found[name] - value).abs() / (tolerance["atol"] + tolerance["rtol"] * value.abs())).max().item()
        for name, value in wanted.items()
    }
    worst = max(shares, key=lambda name: shares[name] if shares[name] == shares[name] else np.inf)
    require(shares[worst] <= 1, f"golden {path.name}: {worst} takes {shares[worst]:.3g} of its tolerance")
