"""`formcheck recover`: the report of a session that broke off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def recover(
    folder: Annotated[Path, typer.Argument(help="The session's folder, as `formcheck live --out` named it.")],
    profile: Annotated[str, typer.Option(help="Who trained, for the history.")] = "me",
    history: Annotated[bool, typer.Option(help="Keep the results in the history.")] = True,
) -> None:
    """Finish the report of a session that broke off: everything up to the last second is there."""
    from formcheck.cli.live import print_session
    from formcheck.history.keeping import Keeping
    from formcheck.live.report import finish

    print_session(finish(folder, keeping=Keeping(profile, mode="live") if history else None))
