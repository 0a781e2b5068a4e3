"""One run: a network, its optimiser and its batches; on a GPU the whole step is one CUDA graph that is played again."""

import time
from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from images import RECIPES, Augmenter, Images
from networks import initial_network
from optimisers import OPTIMISERS
from schedules import rates_of


class Ways(NamedTuple):
    """How a step is computed, beside what it computes."""

    precision: str  # "bfloat16" (autocast), "tf32" or "float32"
    layout: str  # "nchw" or "channels_last"
    graph: bool


FORMATS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}
WARM_UP = 3
EVALUATE_EVERY = 5  # epochs, where the configuration does not say


class Run:
    def __init__(self, request: dict, train: Images, test: Images, ways: Ways) -> None:
        self.request, self.ways, self.test = request, ways, test
        config = self.config = request["config"]
        device = train.pixels.device
        count, self.batch = config["data"]["trainImages"], config["training"]["batch"]
        self.train = Images(train.pixels[:count], train.labels[:count])
        self.steps = count // self.batch
        self.augment = Augmenter(self.train, RECIPES[config["data"]["augmentation"]])
        self.format = FORMATS[ways.layout]
        network = initial_network(request["architecture"], config["seed"])
        self.network = network.to(device).to(memory_format=self.format).train()
        self.parameters = list(self.network.parameters())
        self.optimiser = OPTIMISERS[config["optimiser"]["name"]](self.parameters, config["optimiser"])
        self.rates = rates_of(config, self.steps).to(device)
        self.order = torch.zeros(self.steps, self.batch, dtype=torch.int64, device=device)
        self.moves, self.flips = self.augment.draw((self.steps, self.batch), torch.Generator(device))
        self.step_of_epoch, self.step_of_run = (torch.zeros(1, dtype=torch.int64, device=device) for _ in range(2))
        self.loss = torch.zeros((), dtype=torch.float64, device=device)
        self.right = torch.zeros((), dtype=torch.int64, device=device)
        self.lines: list[dict] = []
        self.seconds = 0.0
        self.stream = torch.cuda.Stream() if ways.graph else None
        self.play = self.recorded() if ways.graph else self.step

    def autocast(self):
        enabled = self.ways.precision == "bfloat16"
        return torch.autocast(self.order.device.type, torch.bfloat16, enabled=enabled, cache_enabled=False)

    def step(self) -> None:
        at = self.step_of_epoch
        index, moves, flips = (drawn.index_select(0, at)[0] for drawn in (self.order, self.moves, self.flips))
        images = self.augment(index, moves, flips).contiguous(memory_format=self.format)
        self.learn(images, self.train.labels[index])
        self.step_of_epoch += 1

    def learn(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        with self.autocast():
            logits = self.network(images).float()
        loss = F.cross_entropy(logits, labels)
        gradients = torch.autograd.grad(loss, self.parameters)
        self.optimiser.apply(list(gradients), self.rates.index_select(0, self.step_of_run)[0])
        self.step_of_run += 1
        self.loss += loss.detach()
        self.right += (logits.detach().argmax(1) == labels).sum()

    def recorded(self):
        """The step as a CUDA graph; what the steps before recording changed is put back."""
        values = [*self.network.state_dict().values(), *self.optimiser.state, self.step_of_epoch, self.step_of_run]
        values += [self.loss, self.right]
        before = [value.clone() for value in values]
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            for _ in range(WARM_UP):
                self.step()
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self.stream):
            self.step()
        torch.cuda.synchronize()
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

    def end_epoch(self, epoch: int, seconds: float) -> None:
        every = self.config["training"].get("evaluateEvery", EVALUATE_EVERY)
        line = {
            "epoch": epoch,
            "learningRate": float(self.rates[epoch * self.steps - 1]),
            "train": {"loss": float(self.loss) / self.steps, "accuracy": int(self.right) / self.order.numel()},
        }
        if epoch % every == 0 or epoch == self.config["training"]["epochs"]:
            line["evaluation"] = {"ann": self.evaluate(self.test)}
        self.lines.append(line)
        self.seconds += seconds

    def state(self) -> dict[str, torch.Tensor]:
        """The network's tensors, ready to be written; not how many batches its norms have seen."""
        tensors = self.network.state_dict().items()
        return {key: value.cpu().contiguous().clone() for key, value in tensors if not key.endswith("num_batches_tracked")}

    def newest(self) -> float:
        """The latest accuracy: of test images where the epoch had an evaluation, else of training images."""
        line = self.lines[-1]
        return line["evaluation"]["ann"]["argmax"] if "evaluation" in line else line["train"]["accuracy"]

    @torch.no_grad()
    def evaluate(self, images: Images) -> dict[str, float]:
        """In float32 and with frozen norms, whatever the training's precision."""
        self.network.eval()
        parts = images.pixels.split(2_000)
        logits = torch.cat([self.network(self.augment.normalise(part).contiguous(memory_format=self.format)) for part in parts])
        self.network.train()
        right = logits.argmax(1) == images.labels
        return {"loss": float(F.cross_entropy(logits.double(), images.labels)), "argmax": float(right.double().mean())}


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
