"""Keeps known, harmless messages of the native pose library off the terminal."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HARMLESS: Final = (
    b"Created TensorFlow Lite XNNPACK delegate",
    b"All log messages before absl::InitializeLog()",
    b"Feedback manager requires a model with a single signature inference",
    b"Using NORM_RECT without IMAGE_DIMENSIONS",
)
"""What the library says on every start, by the words that identify it. Everything else is passed on."""

_STDERR: Final = 2


@contextmanager
def without_native_chatter() -> Iterator[None]:
    """Hold back what native code writes to stderr in the body, then pass on all but the known harmless lines.

    The library offers no switch for it: it writes to the file descriptor, below Python. Meant for the short moments
    in which it starts; the descriptor belongs to the whole process.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        real = os.dup(_STDERR)
        os.dup2(held.fileno(), _STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(real, _STDERR)
            os.close(real)
            held.seek(0)
            for line in held:
                if not any(words in line for words in HARMLESS):
                    os.write(_STDERR, line)
