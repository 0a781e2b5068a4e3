"""
One side of a benchmark in one process: sets a workload up, then does one step for every line "step" on standard input
and answers with one line of JSON. The argument is the workload as JSON (bench/workload.ts), with the peer, the memory
layout and the number of threads.
"""

import json
import math
import os
import sys
import time

request = json.loads(sys.argv[1])
os.environ["OMP_NUM_THREADS"] = str(request["threads"])

import torch  # noqa: E402

torch.set_num_threads(request["threads"])


def memory() -> dict[str, int]:
    """The largest resident memory of this process so far and the present one, bytes."""
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return {
        "peakMemory": 1024 * int(fields["VmHWM"].split()[0]),
        "residentMemory": 1024 * int(fields["VmRSS"].split()[0]),
    }


def answer(**values) -> None:
    """What is no finite number is null, as JavaScript writes it: JSON has no NaN."""
    finite = {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in values.items()}
    print(json.dumps(finite), flush=True)


def workload():
    """The workload's class; importing it loads the peer."""
    if request["kind"] in ("snn-inference", "proxy-step", "surrogate-step"):
        if request["peer"] == "spikingjelly":
            import spikingjelly_workloads as module
        else:
            import fashion_workloads as module
    else:
        import kernel_sharing_workloads as module
    return module.WORKLOADS[request["kind"]]


def versions() -> str:
    words = [f"PyTorch {torch.__version__}"]
    if request["peer"] == "spikingjelly":
        from importlib.metadata import version

        words.insert(0, f"SpikingJelly {version('spikingjelly')}")
    return ", ".join(words)


def main() -> None:
    kind = workload()
    baseline = memory()["residentMemory"]
    running = kind(request)
    answer(ready=True, versions=versions(), baselineMemory=baseline)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "step":
            start = time.perf_counter()
            value = running.step()
            milliseconds = 1000 * (time.perf_counter() - start)
            answer(milliseconds=milliseconds, value=value, **memory())
        elif command == "spikes":
            from safetensors.torch import save_file

            save_file({name: count.contiguous() for name, count in running.spikes().items()}, argument)
            answer(saved=True)


main()
