"""Cases as files: fields in their order, expected numbers with nine significant digits."""

import json

import torch

from case import Case, Kind, Style, Tensors
from formulas import Spec

MADE_WITH = f"PyTorch {torch.__version__.split('+')[0]}, float64 then rounded"


def digits(number: float) -> str:
    return f"{number + 0.0:.9g}"  # + 0.0: no negative zero


def fixture_text(kind: Kind, case: Case, expected: Tensors) -> str:
    style = kind.style
    fields = {
        "kind": json.dumps(kind.name),
        "name": json.dumps(case.name),
        "notes": json.dumps(kind.notes(case)),
        "made_with": json.dumps(MADE_WITH),
        "tolerance": _inline({"rtol": case.rtol, "atol": case.atol}, style),
        "config": _config(case.config, style),
        "inputs": _block({name: _tensor(spec, style) for name, spec in case.inputs.items()}, style),
        "parameters": _block({name: _tensor(spec, style) for name, spec in case.parameters.items()}, style),
        "expected": _block({name: _result(value, style) for name, value in expected.items()}, style),
    }
    return "\n".join(["{", _lines(fields, "  " if style.spaced else "", style), "}"]) + "\n"


def _lines(fields: dict[str, str], indent: str, style: Style) -> str:
    colon = ": " if style.spaced else ":"
    return ",\n".join(f'{indent}"{name}"{colon}{text}' for name, text in fields.items())


def _block(fields: dict[str, str], style: Style) -> str:
    if not fields:
        return "{}"
    indent = "  " if style.spaced else ""
    return "\n".join(["{", _lines(fields, indent + "  ", style), indent + "}"])


def _inline(value, style: Style) -> str:
    return json.dumps(value, separators=(", ", ": ") if style.spaced else (",", ":"))


def _config(config: dict, style: Style) -> str:
    if not style.spaced or len(config) <= 3:
        return _inline(config, style)
    return _block({name: json.dumps(value, separators=(",", ": ")) for name, value in config.items()}, style)


def _tensor(spec: Spec, style: Style) -> str:
    if "formula" in spec:
        return _shaped(spec["shape"], "formula", _inline(spec["formula"], style), style)
    return _shaped(spec["shape"], "values", json.dumps(spec["values"], separators=(",", ":")), style)


def _result(value: torch.Tensor, style: Style) -> str:
    if value.dim() == 0:
        return digits(float(value))
    return _shaped(value.shape, "values", f"[{','.join(map(digits, value.flatten().tolist()))}]", style)


def _shaped(shape, content: str, text: str, style: Style) -> str:
    colon, comma = (": ", ", ") if style.spaced else (":", ",")
    return f'{{"shape"{colon}[{",".join(map(str, shape))}]{comma}"{content}"{colon}{text}}}'
