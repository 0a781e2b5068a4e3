"""
Takes the steps that test/bench/in_pytorch_test.ts takes with lib: from the same weights, on the first images as they are, the same in
every epoch, in float32. Reads request.json and initial.safetensors in a folder, writes after.safetensors and what the last epoch lost.
"""

import json
import sys
from pathlib import Path

import paths  # noqa: F401  before what stands there
import torch
from images import RECIPES, Augmenter, Images, read_images
from learner import Ways
from optimisers import check_optimisers
from run import Run
from safetensors.torch import load_file, save_file


def check_augmenter(images: Images) -> None:
    """Windows and mirrors against slices of each padded image."""
    augmenter = Augmenter(images, RECIPES["se-resnet"])
    moves, flips = augmenter.draw((1, 64), torch.Generator().manual_seed(3))
    found = augmenter(torch.arange(64), moves[0], flips[0])
    side = images.pixels.shape[1]
    for index, (move, flip) in enumerate(zip(moves[0].tolist(), flips[0].tolist())):
        padded = torch.nn.functional.pad(images.pixels[index], (0, 0, 4, 4, 4, 4))
        window = padded[move[0] : move[0] + side, move[1] : move[1] + side]
        window = window.flip(1) if flip else window
        if not torch.equal(found[index], augmenter.normalise(window[None])[0]):
            raise SystemExit(f"image {index}, moved by {move}{' and mirrored' if flip else ''}, is not that window")
    if not (0 < int(flips.sum()) < 64 and int(moves.min()) == 0 and int(moves.max()) == 8):
        raise SystemExit("the drawn moves and flips do not cover what they should")


def check_crop26(images: Images) -> None:
    """26 x 26 pixels from a corner that moves, in the middle of zeros."""
    augmenter = Augmenter(images, RECIPES["crop26-pad1"])
    moves, flips = augmenter.draw((1, 64), torch.Generator().manual_seed(4))
    found = augmenter(torch.arange(64), moves[0], flips[0])
    for index, (down, right) in enumerate(moves[0].tolist()):
        wanted = torch.zeros_like(images.pixels[index])
        wanted[1:27, 1:27] = images.pixels[index][down : down + 26, right : right + 26]
        if not torch.equal(found[index], augmenter.normalise(wanted[None])[0]):
            raise SystemExit(f"image {index} is not its 26 x 26 pixels from ({down}, {right}) on")
    if not (int(moves.min()) == 0 and int(moves.max()) == 2 and not bool(flips.any())):
        raise SystemExit("the drawn moves do not cover what they should")


def main() -> None:
    check_optimisers()
    folder, data = Path(sys.argv[1]), Path(sys.argv[2])
    request = json.loads((folder / "request.json").read_text())
    config = request["config"]
    images, _ = read_images(data, config["data"]["name"], torch.device("cpu"))
    (check_crop26 if config["data"]["name"] == "fashion-mnist" else check_augmenter)(images)
    run = Run(request, images, images, Ways("float32", "channels_last", graph=False), evaluate_every=100)
    run.learner.assign(load_file(folder / "initial.safetensors"))
    whole = RECIPES[config["data"]["augmentation"]]._replace(border=0)
    run.augment = Augmenter(run.train, whole)
    for epoch in range(1, config["training"]["epochs"] + 1):
        run.begin_epoch(epoch)
        run.order.copy_(torch.arange(run.order.numel()).view_as(run.order))
        run.moves.fill_(whole.padding)
        run.flips.fill_(False)
        for _ in range(run.steps):
            run.step()
    save_file(run.state(), folder / "after.safetensors")
    print(float(run.loss) / run.steps)


if __name__ == "__main__":
    main()
