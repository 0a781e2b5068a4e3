"""A classifier of kernel sharing as what learns: autocast where asked for, norms that always train."""

import json

import torch
import torch.nn.functional as F
from learner import Learned, Ways
from networks import initial_network

FORMATS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}


class Classifier:
    def __init__(self, request: dict, ways: Ways, device) -> None:
        self.ways = ways
        self.format = FORMATS[ways.layout]
        network = initial_network(request["architecture"], request["config"]["seed"])
        self.network = network.to(device).to(memory_format=self.format).train()
        self.parameters = list(self.network.parameters())

    @property
    def state(self) -> list[torch.Tensor]:
        return [*self.network.state_dict().values()]

    def assign(self, tensors: dict[str, torch.Tensor]) -> None:
        self.network.load_state_dict(tensors)

    def learn(self, images: torch.Tensor, labels: torch.Tensor, norms_train: bool) -> Learned:
        device = labels.device.type
        with torch.autocast(device, torch.bfloat16, enabled=self.ways.precision == "bfloat16", cache_enabled=False):
            logits = self.network(images.contiguous(memory_format=self.format)).float()
        loss = F.cross_entropy(logits, labels)
        gradients = torch.autograd.grad(loss, self.parameters)
        return Learned(loss.detach(), logits.detach().argmax(1), list(gradients))

    @torch.no_grad()
    def answers(self, images: torch.Tensor, labels: torch.Tensor) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        self.network.eval()
        logits = self.network(images.contiguous(memory_format=self.format))
        self.network.train()
        return {"ann": (F.cross_entropy(logits.double(), labels), logits.argmax(1))}

    def tensors(self) -> dict[str, torch.Tensor]:
        """The network's tensors; not how many batches its norms have seen."""
        return {key: value for key, value in self.network.state_dict().items() if not key.endswith("num_batches_tracked")}

    def about(self, request: dict, recipe) -> dict[str, str]:
        """What `deno task export --to pytorch` writes beside such weights."""
        return {
            "layout": "pytorch",
            "architecture": json.dumps(request["architecture"]),
            "images": json.dumps({"range": [0, 1], "mean": recipe.mean, "sd": recipe.sd}),
        }
