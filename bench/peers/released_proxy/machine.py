"""What a run ran on."""

import subprocess

import numpy as np
import torch
from fast_snn import kernels
from log import tried


def machine() -> dict[str, str]:
    found = {"torch": torch.__version__, "numpy": np.__version__, "triton": kernels.triton.__version__ if kernels else "none"}
    if torch.cuda.is_available():
        query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
        gpu = tried("nvidia-smi", lambda: subprocess.run(query, capture_output=True, text=True).stdout.strip())
        found |= {
            "cuda": str(torch.version.cuda),
            "cudnn": str(torch.backends.cudnn.version()),
            "gpu": torch.cuda.get_device_name(),
            "driver": str(gpu),
        }
    else:
        with open("/proc/cpuinfo") as file:
            models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
        found["cpu"] = f"{len(models)} x {models[0]}" if models else "a CPU"
    return found
