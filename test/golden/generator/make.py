"""
Makes golden files: what PyTorch in float64 says about the cases of every kind.

    python make.py [--kind KIND]... [--name NAME]... [--output FOLDER] [--check]

--output writes them; --check compares them with the committed ones in test/golden/fixtures. Without --kind and --name
it is all of them.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import torch  # noqa: E402

from case import Case, CaseError, Kind, Tensors  # noqa: E402
from check import FIXTURES, check  # noqa: E402
from conditioning import require_well_conditioned  # noqa: E402
from fixture import fixture_text  # noqa: E402
from kinds import KINDS  # noqa: E402

Made = tuple[Kind, Case, Tensors]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make.py", description="Makes golden files with PyTorch.")
    parser.add_argument("--kind", action="append", help="only cases of this kind; may be repeated")
    parser.add_argument("--name", action="append", help="only cases of this name; may be repeated")
    parser.add_argument("--output", type=Path, help="the folder where the files go")
    parser.add_argument("--check", action="store_true", help="compare with test/golden/fixtures")
    request = parser.parse_args()
    if request.output is None and not request.check:
        parser.error("give --output FOLDER, or --check")
    torch.set_num_threads(1)
    # oneDNN has other kernels for other processors, and held down to AVX2 one of them writes beside its memory.
    torch.backends.mkldnn.enabled = False
    try:
        made = [(kind, case, kind.compute(case)) for kind, case in chosen(request.kind, request.name)]
        if request.output is not None:
            write(made, request.output)
        if request.check:
            compare(made, whole=not (request.kind or request.name))
    except (CaseError, OSError) as problem:
        sys.exit(f"error: Making golden files: {problem}")


def chosen(kinds: list[str] | None, names: list[str] | None) -> list[tuple[Kind, Case]]:
    for kind in kinds or []:
        if kind not in KINDS:
            raise CaseError(f'the kind "{kind}" is unknown; use one of {", ".join(KINDS)}.')
    cases = [(kind, case) for name, kind in KINDS.items() if name in (kinds or KINDS) for case in kind.cases]
    known = [case.name for _, case in cases]
    for name in names or []:
        if name not in known:
            raise CaseError(f'no case is named "{name}"; use one of {", ".join(known)}.')
    return [(kind, case) for kind, case in cases if case.name in (names or known)]


def write(made: list[Made], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, case, expected in made:
        require_well_conditioned(kind, case, expected)
        path = folder / kind.file_name(case)
        path.write_text(fixture_text(kind, case, expected))
        print(path)


def compare(made: list[Made], whole: bool) -> None:
    """`whole`: every committed file must have its case."""
    agreed, differing, files = 0, 0, {kind.file_name(case) for kind, case, _ in made}
    committed = {path.name for path in FIXTURES.glob("*.json")}
    for kind, case, expected in made:
        file = kind.file_name(case)
        if file not in committed:
            continue
        agrees, words = check(kind, case, expected)
        print(f"{'ok     ' if agrees else 'DIFFERS'} {file:46} {words}")
        agreed, differing = agreed + agrees, differing + (not agrees)
    for file in sorted(committed - files) if whole else []:
        print(f"DIFFERS {file:46} no case makes it")
        differing += 1
    print(f"{agreed} files agree, {differing} differ; {len(files - committed)} cases have no committed file")
    if differing:
        raise CaseError(
            f"{differing} committed files are not what PyTorch says; fix the case, its equations or the file."
        )


if __name__ == "__main__":
    main()
