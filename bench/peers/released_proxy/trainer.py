"""Epochs of training, and the evaluation of both lives."""

from typing import Callable

import torch
from ann import ann_outputs
from data import Images, Pixels
from learning import adam, learn
from network import Tensors
from readout import bits, first_largest, scores
from released_recipe import BATCH


class Trainer:
    """Steps over the training images; the order and the crops of an epoch depend on the seed and the epoch alone."""

    def __init__(self, network, snn, train: Images, test: Images, target: float, seed: int) -> None:
        self.network, self.snn, self.target, self.seed = network, snn, target, seed
        self.train, self.test = train, test
        self.optimiser = adam(network)
        device = train.pixels.device
        self.pixels = Pixels(device)
        self.steps = len(train.labels) // BATCH
        self.order = torch.zeros(self.steps, BATCH, dtype=torch.int64, device=device)
        self.moves = torch.zeros(self.steps, BATCH, 2, dtype=torch.int64, device=device)
        self.loss = torch.zeros((), device=device)
        self.right = torch.zeros((), dtype=torch.int64, device=device)

    def step(self, index: torch.Tensor, moves: torch.Tensor, train: bool) -> None:
        labels = self.train.labels[index]
        images = self.pixels.cropped(self.train.pixels[index], moves)
        loss, counts, _ = learn(self.network, self.snn, self.optimiser, images, labels, train, self.target)
        self.loss += loss
        self.right += (first_largest(counts) == labels).sum()

    def draw(self, epoch: int) -> None:
        device = self.order.device
        generator = torch.Generator(device).manual_seed(1_000_003 * self.seed + epoch)
        order = torch.randperm(len(self.train.labels), generator=generator, device=device)
        self.order.copy_(order[: self.order.numel()].view_as(self.order))
        self.moves.copy_(torch.randint(-1, 2, self.moves.shape, generator=generator, device=device))
        for sums in (self.loss, self.right):
            sums.zero_()

    def epoch(self, epoch: int) -> dict[str, float]:
        """Norms train in the first epoch and are frozen from then on."""
        self.draw(epoch)
        for index, moves in zip(self.order, self.moves):
            self.step(index, moves, epoch == 1)
        return {"loss": float(self.loss) / self.steps, "accuracy": int(self.right) / self.order.numel()}

    @torch.no_grad()
    def evaluate(self, watch: Callable | None = None) -> dict:
        """Both lives on all test images with frozen norms; `watch` gets each batch's images."""
        counts, outputs = [], []
        for pixels in self.test.pixels.split(BATCH):
            images = self.pixels.floats(pixels)
            counts.append(self.snn.counts(images, False))
            outputs.append(ann_outputs(self.network, images, False))
            if watch is not None:
                watch(images)
        counts, outputs, labels = torch.cat(counts), torch.cat(outputs), self.test.labels
        predictions = {"snn": first_largest(counts), "ann": outputs.argmax(1)}
        return {
            "evaluation": {
                "snn": scores(counts, predictions["snn"], labels, self.target),
                "ann": scores(outputs, predictions["ann"], labels, self.target),
            },
            "agreement": float((predictions["snn"] == predictions["ann"]).double().mean()),
            "correct": {life: bits(found == labels) for life, found in predictions.items()},
        }

    def silent_units(self) -> dict[str, int]:
        """SNN units (channels of convolutions) that fire for no test image, by layer."""
        active: Tensors = {}

        def see(_images) -> None:
            for layer in self.network.layers:
                fired = self.snn.spikes[layer.name].flatten(0, -2).amax(0) > 0
                active[layer.name] = active[layer.name] | fired if layer.name in active else fired

        self.evaluate(see)
        return {name: int((~units).sum()) for name, units in active.items()}
