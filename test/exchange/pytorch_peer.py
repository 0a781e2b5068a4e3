"""
For every network of the folder: logits of its images by the file that `deno task export` wrote, and what PyTorch would save.
The first argument is the folder; weightshare_models.py lies in it.
"""

import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))

import torch  # noqa: E402
from safetensors.torch import load_file, save_file, save_model  # noqa: E402
from weightshare_models import build, load, prepare  # noqa: E402

torch.set_num_threads(1)
counts = {}
for path in sorted(folder.glob("*.network.safetensors")):
    name = path.name.split(".")[0]
    model, about = load(str(path))
    images = torch.frombuffer(bytearray((folder / f"{name}.images").read_bytes()), dtype=torch.uint8)
    images = images.reshape(-1, *about.get("shape", json.loads((folder / f"{name}.shape").read_text())))
    with torch.no_grad():
        logits = model(prepare(images, about))
    save_file({"logits": logits.contiguous()}, folder / f"{name}.logits.safetensors")
    counts[name] = sum(parameter.numel() for parameter in model.parameters())
    # The same from a plain dictionary into a new module, as anyone would.
    strict = build(about["architecture"]).eval()
    strict.load_state_dict(load_file(path), strict=True)
    with torch.no_grad():
        assert torch.equal(strict(prepare(images, about)), logits), name
    save_file({k: v.clone() for k, v in model.state_dict().items()}, folder / f"{name}.saved.safetensors")
    save_model(model, str(folder / f"{name}.aliased.safetensors"))
print(json.dumps(counts))
