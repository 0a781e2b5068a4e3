"""A network with two lives under a learning rule (lib/learning/rules)."""

import torch
import torch.nn.functional as F
from ann import ann_outputs
from controls import controlled_outputs, feedback_weights
from if_neuron import Neuron
from learner import Learned, Ways
from learning import one_hot
from network import Layer, Tensors, initial_tensors, network_on
from readout import first_largest
from spiking_life import simulate
from tandem import received_counts, tandem_logits, tandem_outputs


def layers_of(named: list[dict]) -> list[Layer]:
    """Layers as nameLayers of lib/models/network.ts names them."""
    layers: list[Layer] = []
    for each in named:
        if each["type"] == "maxpool":
            layers[-1] = layers[-1]._replace(pool=each["size"])
            continue
        if each["bias"]:
            raise SystemExit(f"{each['name']} has a bias, which is not known here")
        owner = "" if each["owner"] == each["name"] else each["owner"]
        positions = each["input"][0] * each["input"][1] if each.get("summed") else 1
        patches, depthwise = (each["type"] == kind for kind in ("patches", "depthwise"))
        residual = each.get("residual", False)
        layers.append(
            Layer(each["name"], tuple(each["kernel"]), each["norm"], 1, owner, positions, patches, depthwise, residual)
        )
    return layers


def neuron_of(rule: dict) -> Neuron | None:
    if "T" not in rule:
        return None
    if rule["initialMembrane"] != 0:
        raise SystemExit(f"membranes that start at {rule['initialMembrane']} are not known here")
    return Neuron(rule["T"], rule["threshold"], rule["reset"], rule.get("alpha", 2.0), rule.get("detachReset", True))


class TwoLives:
    def __init__(self, request: dict, ways: Ways, device) -> None:
        config = request["config"]
        self.rule = config["rule"]
        self.neuron = neuron_of(self.rule)
        layers = layers_of(request["layers"])
        tensors = initial_tensors(layers, config["seed"], self.rule.get("scaleDeviation"))
        self.network = network_on(layers, tensors, device)
        self.parameters = list(self.network.parameters.values())
        self.step = RULES[self.rule["name"]]
        random = self.rule.get("feedback") == "random"
        self.feedback = feedback_weights(layers, config["seed"], device) if random else {}

    @property
    def state(self) -> list[torch.Tensor]:
        return [*self.parameters, *self.network.statistics.values()]

    def assign(self, tensors: Tensors) -> None:
        self.network.assign(tensors)

    def learn(self, images: torch.Tensor, labels: torch.Tensor, norms_train: bool) -> Learned:
        loss, outputs, gradients = self.step(self, images, self.targets(labels), norms_train)
        return Learned(loss.detach(), first_largest(outputs.detach()), list(gradients))

    def targets(self, labels: torch.Tensor) -> torch.Tensor:
        return one_hot(labels, self.network.layers[-1].kernel[-1])

    def counts(self, images: torch.Tensor, norms_train: bool, see=None) -> torch.Tensor:
        """What enters a loss of spikes."""
        with torch.no_grad():
            counts = simulate(self.network, images, self.neuron, norms_train, see).sum(0)
        return counts / self.neuron.steps if self.rule["output"] == "rate" else counts

    def back(self, outputs: torch.Tensor, gradient: torch.Tensor | None = None):
        return torch.autograd.grad(outputs, self.parameters, gradient)

    @torch.no_grad()
    def answers(self, images: torch.Tensor, labels: torch.Tensor) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        name, network = self.rule["name"], self.network
        targets = self.targets(labels)
        if name == "ann":
            logits = ann_outputs(network, images, False)
            return {"ann": (F.cross_entropy(logits, labels), logits.argmax(1))}
        if name == "tandem":
            logits = tandem_outputs(network, images, self.neuron)
            return {"snn": (F.cross_entropy(logits, labels), logits.argmax(1))}
        if name == "surrogate":
            rates = simulate(network, images, self.neuron, False).mean(0)
            return {"snn": (F.mse_loss(rates, targets), first_largest(rates * self.neuron.steps))}
        wanted = targets * self.rule["target"]
        outputs = {"snn": self.counts(images, False), "ann": ann_outputs(network, images, False)}
        answers = {"snn": first_largest(outputs["snn"]), "ann": outputs["ann"].argmax(1)}
        return {life: (F.mse_loss(outputs[life], wanted), answers[life]) for life in outputs}

    def tensors(self) -> Tensors:
        return self.network.tensors

    def about(self, request: dict, recipe) -> dict[str, str]:
        """What a run of ours says of its weights."""
        return {"layout": "tensorflow"}


def ann(lives: TwoLives, images, targets, norms_train):
    logits = ann_outputs(lives.network, images, norms_train)
    loss = F.cross_entropy(logits, targets)
    return loss, logits, lives.back(loss)


def proxy(lives: TwoLives, images, targets, norms_train):
    counts = lives.counts(images, norms_train)
    error = counts - lives.rule["target"] * targets
    outputs = ann_outputs(lives.network, images, norms_train)
    return error.square().mean(), counts, lives.back(outputs, error * (2 / error.numel()))


def no_replacement(lives: TwoLives, images, targets, norms_train):
    if norms_train:
        lives.counts(images, True)
    outputs = ann_outputs(lives.network, images, norms_train)
    loss = F.mse_loss(outputs, lives.rule["target"] * targets)
    return loss, outputs, lives.back(loss)


def proxy_control(lives: TwoLives, images, targets, norms_train):
    spikes: Tensors = {}
    counts = lives.counts(images, norms_train, lambda layer, fired: spikes.update({layer.name: fired}))
    error = counts - lives.rule["target"] * targets
    outputs = controlled_outputs(lives.network, images, spikes, norms_train, lives.rule, lives.feedback)
    hold = lives.rule.get("hold", 0.0)
    apart = outputs.detach() - counts
    gradient = (error + hold * apart) * (2 / error.numel())
    return error.square().mean() + hold * apart.square().mean(), counts, lives.back(outputs, gradient)


def surrogate(lives: TwoLives, images, targets, norms_train):
    rates = simulate(lives.network, images, lives.neuron, norms_train).mean(0)
    loss = F.mse_loss(rates, targets)
    return loss, rates, lives.back(loss)


def tandem(lives: TwoLives, images, targets, norms_train):
    rule, network, neuron = lives.rule, lives.network, lives.neuron
    if rule.get("norms") != "of-counts":
        raise SystemExit("tandem learning is known here with norms of counts alone")
    received = received_counts(network, images, neuron, norms_train, rule.get("normMomentum", 0.1))
    most = neuron.steps * neuron.threshold if rule["stopAtSaturation"] else None
    logits = tandem_logits(network, images, received, neuron.steps, norms_train, most)
    loss = F.cross_entropy(logits, targets)
    return loss, logits, lives.back(loss)


RULES = {
    "ann": ann,
    "proxy": proxy,
    "no-replacement": no_replacement,
    "proxy-control": proxy_control,
    "surrogate": surrogate,
    "tandem": tandem,
}
