"""Compares a case with the committed file of the same name."""

import json
from pathlib import Path

import torch

from case import Case, Kind, Tensors
from fixture import fixture_text
from formulas import numbers_of

FIXTURES = Path(__file__).parent.parent / "fixtures"
ROUNDING = 0.51  # units of the ninth digit, the last that files hold
NOTHING = 1e-15  # what is left where terms cancel


def check(kind: Kind, case: Case, expected: Tensors) -> tuple[bool, str]:
    """Whether the file agrees: the expected numbers to their last digit, all else (whatever made it) to the letter."""
    text = fixture_text(kind, case, expected)
    committed = (FIXTURES / kind.file_name(case)).read_text()
    made, theirs = json.loads(text), json.loads(committed)
    for field in made.keys() | theirs.keys():
        if field not in ("expected", "made_with") and made.get(field) != theirs.get(field):
            return False, f'another "{field}"'
    if list(made["expected"]) != list(theirs["expected"]):
        return False, "other entries are expected"
    agrees, words = _largest_difference(expected, theirs["expected"])
    return agrees, f"{words}{', the same bytes' if text == committed else ''}"


def _largest_difference(expected: Tensors, committed: dict) -> tuple[bool, str]:
    agrees, relative, at = True, 0.0, "-"
    for name, ours in expected.items():
        entry = committed[name]
        theirs = numbers_of(entry) if isinstance(entry, dict) else torch.tensor(entry, dtype=torch.float64)
        if ours.shape != theirs.shape:
            return False, f"{name} has the shape {list(ours.shape)} instead of {list(theirs.shape)}"
        difference, size = (ours - theirs).abs(), ours.abs()
        unit = 10 ** (size.log10().floor() - 8)
        agrees &= bool((difference <= ROUNDING * unit + NOTHING).all())
        largest = float((difference / size.clamp(min=NOTHING)).max())
        if not largest <= relative:
            relative, at = largest, name
    return agrees, f"largest relative difference {relative:.1e} at {at}"
