"""
Takes the steps that test/bench/kernel_sharing_in_pytorch_test.ts takes with lib: from the same weights, on the first images as they
are, in float32. Reads request.json and initial.safetensors in a folder, writes after.safetensors and what the steps lost.
"""

import json
import sys
from pathlib import Path

import torch
from images import RECIPES, Augmenter, Images, read_images
from optimisers import check_optimisers
from run import Run, Ways
from safetensors.torch import load_file, save_file


def check_augmenter(images: Images) -> None:
    """Windows and mirrors against slices of each padded image."""
    augmenter = Augmenter(images, RECIPES["se-resnet"])
    moves, flips = augmenter.draw((1, 64), torch.Generator().manual_seed(3))
    found = augmenter(torch.arange(64), moves[0], flips[0])
    for index, (move, flip) in enumerate(zip(moves[0].tolist(), flips[0].tolist())):
        padded = torch.nn.functional.pad(images.pixels[index], (0, 0, 4, 4, 4, 4))
        window = padded[move[0] : move[0] + 32, move[1] : move[1] + 32]
        window = window.flip(1) if flip else window
        if not torch.equal(found[index], augmenter.normalise(window[None])[0]):
            raise SystemExit(f"image {index}, moved by {move}{' and mirrored' if flip else ''}, is not that window")
    if not (0 < int(flips.sum()) < 64 and int(moves.min()) == 0 and int(moves.max()) == 8):
        raise SystemExit("the drawn moves and flips do not cover what they should")


def main() -> None:
    check_optimisers()
    folder, data = Path(sys.argv[1]), Path(sys.argv[2])
    request = json.loads((folder / "request.json").read_text())
    device = torch.device("cpu")
    images = read_images(data / request["config"]["data"]["name"], "train", device)
    check_augmenter(images)
    run = Run(request, images, images, Ways("float32", "channels_last", graph=False))
    run.network.load_state_dict(load_file(folder / "initial.safetensors"))
    run.begin_epoch(1)
    run.order.copy_(torch.arange(run.order.numel()).view_as(run.order))
    run.moves.fill_(RECIPES[request["config"]["data"]["augmentation"]].padding)
    run.flips.fill_(False)
    for _ in range(run.steps):
        run.step()
    save_file(run.state(), folder / "after.safetensors")
    print(float(run.loss) / run.steps)


if __name__ == "__main__":
    main()
