"""What a run says; what ends it, and what it does without."""

import time
from typing import Callable

START = time.monotonic()
SAID: list[str] = []  # enters result.json


def say(words: str) -> None:
    SAID.append(f"[{time.monotonic() - START:7.2f} s] {words}")
    print(SAID[-1], flush=True)


class Failure(Exception):
    """A check that did not pass, in one sentence."""


def require(passed: bool, what: str) -> None:
    say(("passed: " if passed else "FAILED: ") + what)
    if not passed:
        raise Failure(what)


def tried(what: str, action: Callable[[], object]) -> object | None:
    """The action's result; where it fails, None, and what happened is printed."""
    try:
        return action()
    except Exception as problem:  # an optional path of whatever kind; there is a slower one
        say(f"NOT USED: {what}: {type(problem).__name__}: {str(problem)[:400]}")
        return None
