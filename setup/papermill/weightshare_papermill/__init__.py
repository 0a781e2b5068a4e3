"""papermill for TypeScript notebooks. Importing it registers the translator; papermill's entry point names the engine."""

from papermill.translators import papermill_translators

from .engine import Engine
from .translator import TypeScript

__all__ = ["Engine", "TypeScript"]

papermill_translators.register("typescript", TypeScript)
