"""Where modules stand that are not this folder's: exported networks, and the trainer of the released recipe."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path += [str(ROOT / "lib" / "exchange" / "pytorch"), str(ROOT / "bench" / "peers" / "released_proxy")]
