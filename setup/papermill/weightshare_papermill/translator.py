"""Parameters as TypeScript."""

import json
import math
import re

from papermill.models import Parameter
from papermill.translators import Translator

DECLARATION = re.compile(
    r"^let\s+(?P<name>[\w$]+)\s*(?::(?P<type>[^=]+))?=(?P<value>[^;\n]*);?[ \t]*(?://(?P<help>.*))?$", re.MULTILINE
)


class TypeScript(Translator):
    """Assigns to the variables that the notebook's `parameters` cell declares with `let`."""

    @classmethod
    def translate(cls, val):
        if isinstance(val, float) and not math.isfinite(val):
            return "NaN" if math.isnan(val) else "Infinity" if val > 0 else "-Infinity"
        if isinstance(val, dict):
            return "{" + ", ".join(f"{json.dumps(str(key))}: {cls.translate(item)}" for key, item in val.items()) + "}"
        if isinstance(val, (list, tuple)):
            return "[" + ", ".join(cls.translate(item) for item in val) + "]"
        return json.dumps(val if isinstance(val, (str, bool, int, float, type(None))) else str(val))

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"{name} = {str_val};"

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        """`void 0` keeps the last assignment's value from showing as the cell's output."""
        return super().codify(parameters, comment) + "void 0;\n"

    @classmethod
    def inspect(cls, parameters_cell):
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=(match["type"] or "None").strip(),
                default=match["value"].strip(),
                help=(match["help"] or "").strip(),
            )
            for match in DECLARATION.finditer(parameters_cell["source"])
        ]
