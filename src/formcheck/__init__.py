"""formcheck: hip internal rotation training, measured from one ordinary camera.

`analyze` goes from a clip to a `RepReport`; everything else is in the subpackages, named after what happens to a frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["FormcheckError", "RepReport", "analyze", "load_exercise", "shipped_exercises"]

if TYPE_CHECKING:
    from formcheck.api import analyze
    from formcheck.core.errors import FormcheckError
    from formcheck.exercises.lookup import load_exercise, shipped_exercises
    from formcheck.report.model import RepReport

_HOMES = {
    "FormcheckError": "formcheck.core.errors",
    "RepReport": "formcheck.report.model",
    "analyze": "formcheck.api",
    "load_exercise": "formcheck.exercises.lookup",
    "shipped_exercises": "formcheck.exercises.lookup",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `import formcheck` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'formcheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
