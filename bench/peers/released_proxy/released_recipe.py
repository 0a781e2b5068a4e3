"""Numbers of the released recipe: RELEASED of lib/experiments/proxy/fashion_mnist_proxy.ts."""

T, THRESHOLD, BATCH = 15, 2.0, 100
ADAM = {"lr": 1e-4, "betas": (0.8, 0.99), "eps": 1e-8, "weight_decay": 1e-6}


def run_config(options, epochs: int, train: int, test: int) -> dict:
    """The configuration of a run of ours that this is."""
    (beta1, beta2) = ADAM["betas"]
    return {
        "data": {
            "name": "fashion-mnist",
            "trainImages": train,
            "validationImages": 0,
            "testImages": test,
            "augmentation": "crop26-pad1",
        },
        "network": {"name": "fashion-7", "width": options.width},
        "rule": {
            "name": "proxy",
            "T": T,
            "threshold": THRESHOLD,
            "reset": "hard",
            "initialMembrane": 0,
            "output": "count",
            "target": options.target,
        },
        "optimiser": {
            "name": "adam",
            "learningRate": ADAM["lr"],
            "schedule": "constant",
            "finalLearningRate": 0,
            "beta1": beta1,
            "beta2": beta2,
            "epsilon": ADAM["eps"],
            "weightDecay": ADAM["weight_decay"],
        },
        "training": {"epochs": epochs, "batch": BATCH, "freezeNormAfter": 1},
        "seed": options.seed,
    }
