"""Epochs up to the last or the deadline, and what comes of them."""

import json
import os
import time
import traceback

import numpy as np
import torch
from data import read_images
from fast_snn import FastSnn
from log import SAID, START, say, tried
from machine import machine
from made import Made
from released_recipe import run_config
from safetensors_file import bytes_of
from split_weights import ROOM
from trainer import Trainer
from weight_parts import write_parts

RESERVE = 15.0  # seconds that writing takes at the end


class Run:
    """Epochs one after the other up to the last or the deadline, with what comes of them in a folder."""

    def __init__(self, options, made: Made, device) -> None:
        limits = options.limit or (None, None)
        train = read_images(options.data, "train", limits[0], device)
        test = read_images(options.data, "t10k", limits[1], device)
        self.options, self.made = options, made
        self.trainer = Trainer(*made, train, test, options.target, options.seed)
        self.finished = 0
        self.lines: list[dict] = []
        self.problem: str | None = None

    @property
    def config(self) -> dict:
        trainer = self.trainer
        return run_config(self.options, self.finished, len(trainer.train.labels), len(trainer.test.labels))

    def resume(self) -> None:
        state = torch.load(self.options.state / "state.pt", weights_only=False)
        if state["config"]["seed"] != self.options.seed or state["config"]["rule"] != self.config["rule"]:
            raise SystemExit(f"The state in {self.options.state} is of another run; leave --resume out.")
        self.made.network.assign(state["tensors"])
        self.trainer.optimiser.load_state_dict(state["optimiser"])
        self.finished, self.lines = state["epochs"], state["lines"]
        for line in self.lines:
            self.show(line)

    def save_state(self) -> None:
        self.options.state.mkdir(parents=True, exist_ok=True)
        new = self.options.state / "state.new"
        state = {
            "tensors": self.made.network.tensors,
            "optimiser": self.trainer.optimiser.state_dict(),
            "epochs": self.finished,
            "lines": self.lines,
            "config": self.config,
        }
        torch.save(state, new)
        os.replace(new, self.options.state / "state.pt")

    def train(self) -> None:
        """Trains; what is not finite ends it, as does anything else that goes wrong: what there is is written all the same."""
        try:
            while self.finished < self.options.epochs and self.problem is None and self.fits():
                self.epoch(self.finished + 1)
        except Exception:
            self.problem = traceback.format_exc()
            say(self.problem)

    def fits(self) -> bool:
        longest = max((line["seconds"] for line in self.lines[-5:]), default=0.0)
        fits = time.monotonic() - START + 1.1 * longest + RESERVE <= self.options.deadline
        if not fits:
            say(f"the deadline of {self.options.deadline:g} s comes before the end of epoch {self.finished + 1}")
        return fits

    def epoch(self, epoch: int) -> None:
        begun = time.monotonic()
        train = self.trainer.epoch(epoch)
        line: dict = {"epoch": epoch, "train": train}
        self.finished = epoch
        if epoch % 5 == 0 or epoch in (1, self.options.epochs):
            line |= self.trainer.evaluate()
        line["largestWeight"] = self.largest_weight()
        line["seconds"] = round(time.monotonic() - begun, 3)
        self.lines.append(line)
        self.show(line)
        if epoch % 25 == 0:
            self.save_state()
        finite = all(bool(value.isfinite().all()) for value in self.made.network.tensors.values())
        if not finite or not np.isfinite(train["loss"]):
            self.problem = f"Not finite after epoch {epoch}."
        elif isinstance(self.made.snn, FastSnn) and line["largestWeight"] > ROOM:
            self.problem = f"A weight of {line['largestWeight']} cannot be split."

    def largest_weight(self) -> float:
        """With the SNN's frozen norms inside."""
        with torch.no_grad():
            folded = (self.made.network.folded(layer, "snn")[0] for layer in self.made.network.layers)
            return max(float(kernel.abs().max()) for kernel in folded)

    def show(self, line: dict) -> None:
        with open(self.options.output / "epochs.jsonl", "a") as file:
            file.write(json.dumps(without_images(line)) + "\n")
        words = f"epoch {line['epoch']}: loss {line['train']['loss']:.5f}, accuracy {line['train']['accuracy']:.4f}"
        if "evaluation" in line:
            snn, ann = line["evaluation"]["snn"], line["evaluation"]["ann"]
            words += f"; test SNN argmax {snn['argmax']:.4f} tie-inclusive {snn['tieInclusive']:.4f} expected "
            words += f"{snn['expected']:.4f} silent {snn['silent']:.4f}, ANN {ann['argmax']:.4f}"
        say(f"{words} ({line['seconds']:.2f} s)")

    def write(self) -> None:
        """The last evaluation with which images were right, silent units, weights in parts, and the state to go on from."""
        last = self.lines[-1] if self.lines else None
        if last is not None and "evaluation" not in last:
            last |= self.trainer.evaluate()
        self.save_state()
        snn, tensors = self.made.snn, self.made.network.tensors
        fast = isinstance(snn, FastSnn)
        result = {
            "config": self.config,
            "epochs": self.finished,
            "asked": self.options.epochs,
            "problem": self.problem,
            "machine": machine(),
            "paths": {
                "snn": {name: str(way) for name, way in snn.ways.items()} if fast else "plain float32",
                "snnWhileNormsTrain": str(snn.tiles) if fast else "plain float32",
                "tritonNeurons": fast and snn.fires,
            },
            "seconds": {
                "whole": round(time.monotonic() - START, 2),
                "epochs": round(sum(line["seconds"] for line in self.lines), 2),
            },
            "last": last,
            "curve": [without_images(line) for line in self.lines],
            "silentUnits": tried("silent units", self.trainer.silent_units),
            "log": SAID,
            "shapes": {name: list(value.shape) for name, value in tensors.items()},
            "weights": write_parts(self.options.output, bytes_of(tensors)),
        }
        (self.options.output / "result.json").write_text(json.dumps(result, indent=1) + "\n")
        say(f"written: {self.finished} epochs, {result['weights']['bytes']} bytes of weights")


def without_images(line: dict) -> dict:
    """An epoch's line without which images were right."""
    return {key: value for key, value in line.items() if key != "correct"}
