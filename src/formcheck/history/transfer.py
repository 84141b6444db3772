"""Sessions to and from a file: JSON for another computer, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, get_args

from formcheck.core.errors import HistoryError
from formcheck.history import store
from formcheck.history.records import Mode, Session
from formcheck.report.model import RepReport
from formcheck.video.files import atomic_path

FORMAT: Final = "formcheck-history"
FORMAT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the sessions of a file."""

    new: int
    """Sessions that were added."""

    known: int
    """Sessions that were here already."""


def export_json(sessions: Sequence[Session], path: Path, place: Path | None = None) -> None:
    """Write sessions with their whole reports, for `import_json` on this or another computer.

    Parameters
    ----------
    sessions
        What to write.
    path
        The file.
    place
        The store that they are in; left out: in the user's data folder.

    Raises
    ------
    HistoryError, OutputError
        The store cannot be read, the file cannot be written.
    """
    names = {number: uid for uid, number in store.unique_names(place).items()}
    records = [
        {
            "uid": names[session.id],
            "profile": session.profile,
            "at": session.at.isoformat(),
            "mode": session.mode,
            "report": store.read(session.id, place)[1].model_dump(mode="json"),
        }
        for session in sessions
    ]
    data = {"format": FORMAT, "format_version": FORMAT_VERSION, "sessions": records}
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def export_csv(sessions: Sequence[Session], path: Path) -> None:
    """Write one row a session, result and side.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    head = ["session", "profile", "at", "mode", "drill", "result", "label", "side", "value", "sigma", "unit", "reason"]
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*head, "counted", "attempts"])
        for s in sessions:
            for r in s.results:
                m = r.measurement
                number = ["" if m.value is None else f"{m.value:.3f}", "" if m.sigma is None else f"{m.sigma:.3f}"]
                row: list[Any] = [s.id, s.profile, s.at.isoformat(), s.mode, s.exercise, r.name, r.label, r.side]
                writer.writerow([*row, *number, m.unit, m.reason or "", s.counted, s.attempts])


def import_json(path: Path, place: Path | None = None) -> Imported:
    """Add the sessions of a file of `export_json`; those that are here already are left as they are.

    Parameters
    ----------
    path
        The file.
    place
        The store to add to; left out: in the user's data folder.

    Raises
    ------
    HistoryError
        The file is missing, damaged, something else, or of a newer version; then nothing is added.
    """
    records = _read(path)
    known = store.unique_names(place)
    new = [record for record in records if record["uid"] not in known]
    for record in new:
        store.add(
            record["report"],
            profile=record["profile"],
            at=record["at"],
            mode=record["mode"],
            uid=record["uid"],
            store=place,
        )
    return Imported(len(new), len(records) - len(new))


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise HistoryError(f"{path} cannot be read: {error.strerror}; check the spelling of the path") from error
    except ValueError as error:
        raise HistoryError(f"{path} is no JSON; give a file of `formcheck history export`") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise HistoryError(f"{path} holds no history of formcheck; give a file of `formcheck history export`")
    if data.get("format_version") != FORMAT_VERSION:
        raise HistoryError(f"{path} was written by a newer formcheck; update formcheck to read it")
    try:
        return [_record(entry) for entry in data["sessions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise HistoryError(f"{path} is damaged; export the history again") from error


def _record(entry: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(entry["at"])
    if at.tzinfo is None or entry["mode"] not in get_args(Mode) or not str(entry["profile"]).strip():
        raise ValueError("a session without time zone, kind or profile")
    report = RepReport.model_validate_json(json.dumps(entry["report"]))
    return {
        "uid": str(entry["uid"]),
        "profile": str(entry["profile"]),
        "at": at,
        "mode": entry["mode"],
        "report": report,
    }
