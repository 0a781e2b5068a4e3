"""The command line."""

import argparse
from pathlib import Path


def read_options(about: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of Fashion-MNIST's IDX files, as they are or .gz")
    parser.add_argument("--output", type=Path, help="folder for epochs.jsonl, result.json and weights")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--target", type=int, default=1, help="spikes of the true class")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--width", type=float, default=1)
    parser.add_argument("--deadline", type=float, default=float("inf"), help="seconds from the start; whole epochs only")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--no-triton", action="store_true", help="cuDNN's TF32 products of split weights instead")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--golden", type=Path, nargs="*", default=[], help="fixtures of kind proxy-step")
    parser.add_argument("--limit", type=int, nargs=2, metavar=("TRAIN", "TEST"), help="first images only")
    parser.add_argument("--state", type=Path, default=Path("/tmp/state"), help="folder of the state to go on from")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--join", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--weights", type=Path, help="the file that --join writes")
    parser.add_argument("--compare", type=Path, metavar="FOLDER", help="see test/bench/released_proxy_test.ts")
    return parser.parse_args()
