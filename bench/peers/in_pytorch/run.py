"""One run: what learns, its optimiser and its batches; on a GPU a whole step is one CUDA graph that is played again."""

import time
from collections.abc import Callable

import torch
from classifier import Classifier
from images import RECIPES, Augmenter, Images
from learner import Learner, Ways
from optimisers import OPTIMISERS
from precision import tensor_float32
from rules import TwoLives
from schedules import rates_of

WARM_UP = 3
EVALUATED = 500  # images at once


def learner_of(request: dict, ways: Ways, device) -> Learner:
    return (TwoLives if "layers" in request else Classifier)(request, ways, device)


def evaluated(data: dict, train: Images, test: Images) -> Images:
    """Validation images, the last of the training set, where there are any."""
    held = data.get("validationImages", 0)
    return train.last(held) if held > 0 else test.first(data["testImages"])


class Run:
    def __init__(self, request: dict, train: Images, test: Images, ways: Ways, evaluate_every: int) -> None:
        self.request, self.ways = request, ways
        config = self.config = request["config"]
        device = train.pixels.device
        count, self.batch = config["data"]["trainImages"], config["training"]["batch"]
        self.train = train.first(count)
        self.evaluated = evaluated(config["data"], train, test)
        self.steps = count // self.batch
        self.evaluate_every = config["training"].get("evaluateEvery", evaluate_every)
        self.augment = Augmenter(self.train, RECIPES[config["data"]["augmentation"]])
        self.learner = learner_of(request, ways, device)
        self.optimiser = OPTIMISERS[config["optimiser"]["name"]](self.learner.parameters, config["optimiser"])
        self.rates = rates_of(config, self.steps).to(device)
        self.order = torch.zeros(self.steps, self.batch, dtype=torch.int64, device=device)
        self.moves, self.flips = self.augment.draw((self.steps, self.batch), torch.Generator(device))
        self.step_of_epoch, self.step_of_run = (torch.zeros(1, dtype=torch.int64, device=device) for _ in range(2))
        self.loss = torch.zeros((), dtype=torch.float64, device=device)
        self.right = torch.zeros((), dtype=torch.int64, device=device)
        self.lines: list[dict] = []
        self.seconds = 0.0
        self.stream = torch.cuda.Stream() if ways.graph else None
        self.norms_train: bool | None = None
        self.play: Callable[[], None] = self.step

    def step(self) -> None:
        at = self.step_of_epoch
        index, moves, flips = (drawn.index_select(0, at)[0] for drawn in (self.order, self.moves, self.flips))
        labels = self.train.labels[index]
        learned = self.learner.learn(self.augment(index, moves, flips), labels, self.norms_train is True)
        self.optimiser.apply(learned.gradients, self.rates.index_select(0, self.step_of_run)[0])
        self.step_of_run += 1
        self.loss += learned.loss
        self.right += (learned.answers == labels).sum()
        self.step_of_epoch += 1

    def recorded(self) -> Callable[[], None]:
        """The step as a CUDA graph; what the steps before recording changed is put back."""
        values = [*self.learner.state, *self.optimiser.state, self.step_of_epoch, self.step_of_run, self.loss, self.right]
        before = [value.detach().clone() for value in values]
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            for _ in range(WARM_UP):
                self.step()
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self.stream):
            self.step()
        torch.cuda.synchronize()
        with torch.no_grad():
            for value, old in zip(values, before):
                value.copy_(old)
        torch.cuda.synchronize()
        return graph.replay

    def begin_epoch(self, epoch: int) -> None:
        """The order, the crops and the flips of an epoch depend on the seed and the epoch alone."""
        device = self.order.device
        generator = torch.Generator(device).manual_seed(1_000_003 * self.config["seed"] + epoch)
        order = torch.randperm(len(self.train.labels), generator=generator, device=device)
        self.order.copy_(order[: self.order.numel()].view_as(self.order))
        for held, drawn in zip((self.moves, self.flips), self.augment.draw((self.steps, self.batch), generator)):
            held.copy_(drawn)
        for sums in (self.step_of_epoch, self.loss, self.right):
            sums.zero_()
        norms_train = epoch <= self.config["training"]["freezeNormAfter"]
        if norms_train is not self.norms_train:
            self.norms_train = norms_train
            self.play = self.step  # frees the graph before
            self.play = self.recorded() if self.ways.graph else self.step

    def end_epoch(self, epoch: int, seconds: float) -> None:
        line = {
            "epoch": epoch,
            "learningRate": float(self.rates[epoch * self.steps - 1]),
            "train": {"loss": float(self.loss) / self.steps, "accuracy": int(self.right) / self.order.numel()},
        }
        if epoch % self.evaluate_every == 0 or epoch == self.config["training"]["epochs"]:
            line["evaluation"] = self.evaluate(self.evaluated)
        self.lines.append(line)
        self.seconds += seconds

    def state(self) -> dict[str, torch.Tensor]:
        """What is written of the network."""
        return {name: value.detach().cpu().contiguous().clone() for name, value in self.learner.tensors().items()}

    def newest(self) -> float:
        """The latest accuracy: of images that are not trained on where the epoch had an evaluation, else of training images."""
        line = self.lines[-1]
        return [*line["evaluation"].values()][0]["argmax"] if "evaluation" in line else line["train"]["accuracy"]

    def evaluate(self, images: Images) -> dict[str, dict[str, float]]:
        """Every life in float32 and with frozen norms, whatever the training's precision."""
        sums: dict[str, list] = {}
        with tensor_float32(False):
            for pixels, labels in zip(images.pixels.split(EVALUATED), images.labels.split(EVALUATED)):
                for life, (loss, answers) in self.learner.answers(self.augment.normalise(pixels), labels).items():
                    sums.setdefault(life, []).append(torch.stack([loss.double() * len(labels), (answers == labels).double().sum()]))
        means = {life: (torch.stack(parts).sum(0) / len(images.labels)).tolist() for life, parts in sums.items()}
        return {life: {"loss": loss, "argmax": argmax} for life, (loss, argmax) in means.items()}


def train_together(runs: list[Run], deadline: float, say: Callable[[str], None]) -> bool:
    """Epochs of runs with as many steps, step by step in turns; false where they would not end before the deadline."""
    epochs = runs[0].config["training"]["epochs"]
    for epoch in range(1, epochs + 1):
        begun = time.monotonic()
        train_epoch(runs, epoch)
        trained = time.monotonic() - begun
        for run in runs:
            run.end_epoch(epoch, trained / len(runs))
        seconds = time.monotonic() - begun
        found = " ".join(f"{run.newest():.4f}" for run in runs)
        say(f"epoch {epoch}/{epochs}: {trained:.2f} s training, {seconds - trained:.2f} s evaluation; {found}")
        if epoch == 2 and time.monotonic() + seconds * (epochs - 2) > deadline:
            say(f"not trained on: {epochs - 2} more epochs of {seconds:.1f} s would pass the deadline")
            return False
    return True


def train_epoch(runs: list[Run], epoch: int) -> None:
    for run in runs:
        run.begin_epoch(epoch)
    synchronise(runs)
    for _ in range(runs[0].steps):
        for run in runs:
            with torch.cuda.stream(run.stream):
                run.play()
    synchronise(runs)


def synchronise(runs: list[Run]) -> None:
    if runs[0].stream is not None:
        torch.cuda.synchronize()
