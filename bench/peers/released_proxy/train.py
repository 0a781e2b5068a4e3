"""
Trains the released Fashion-MNIST recipe of proxy learning (Kheradpisheh et al. 2022, code SRKH/ProxyLearning) on one GPU:
the row proxy-k1 of lib/experiments/proxy/fashion_mnist_proxy.ts at profile `paper`. Needs PyTorch and numpy; Triton makes
it fast. Kernels are named and laid out as in lib/models/parameters.ts, so that `deno task evaluate FILE` reads what it writes.

    python train.py --check [--golden FILE...] [--data FOLDER --output FOLDER]    checks, then trains if asked to
    python train.py --data FOLDER --output FOLDER --resume      goes on from the state that the last call left
    python train.py --join FOLDER --weights FILE.safetensors    puts the weights' parts together

Arithmetic: float32, and what has its precision on tensor cores. Spikes are 0 or 1, exact in float16; a spiking layer's weight
is the sum of two float16 numbers, which leaves 2^-22 of it, and products are added up in float32, which tensor cores cut off
instead of rounding (some 1e-6; the checks measure it against float64). The ANN is plain float32.
"""

import sys

import torch
from checks import check_split
from compare import compare
from golden import check_golden
from log import Failure, say
from made import make
from network import fashion_layers, initial_tensors, layers_of
from options import read_options
from precision import exact_float32
from run import Run
from weight_parts import join

FAILED_CHECK, DIVERGED = 3, 4


def check(options, device) -> None:
    """What does not hold ends the program."""
    for path in options.golden:
        check_golden(path, device)
    check_split(device)


def main() -> None:
    options = read_options(__doc__)
    if options.join:
        return join(options.join, options.weights)
    exact_float32()
    device = torch.device(options.device)
    if options.compare:
        return compare(options.compare, device)
    entries = fashion_layers(options.width)
    try:
        if options.check:
            check(options, device)
        tensors = initial_tensors(layers_of(*entries), options.seed)
        made = make(*entries, tensors, device, not options.no_triton)
    except Failure as problem:
        say(f"A check failed: {problem}.")
        sys.exit(FAILED_CHECK)
    if options.output is None:
        return
    options.output.mkdir(parents=True, exist_ok=True)
    run = Run(options, made, device)
    if options.resume:
        run.resume()
    run.train()
    run.write()
    sys.exit(0 if run.problem is None else DIVERGED)


if __name__ == "__main__":
    main()
