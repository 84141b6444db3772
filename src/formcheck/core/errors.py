"""One family of errors: each message says what was wrong, where, and what to do, in one sentence."""

from __future__ import annotations


class FormcheckError(Exception):
    """Root of the errors that a person can act on; the command line prints one line and exits with 2."""


class SourceError(FormcheckError):
    """A video, image folder or saved-pose file cannot be read, or holds nothing to judge."""


class ModelError(FormcheckError):
    """A pose model is unknown, missing, damaged, or cannot be fetched."""


class ExerciseError(FormcheckError):
    """A drill is unknown or its file is not valid."""


class OutputError(FormcheckError):
    """A result cannot be written."""


class HistoryError(FormcheckError):
    """The history of past sessions cannot be read or written."""


class MissingDependencyError(FormcheckError):
    """An optional package or system library is needed for this and not installed."""
