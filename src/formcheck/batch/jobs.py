"""What is to be scored: a folder, a pattern, or a manifest, as a list of jobs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from formcheck.batch.labels import POSES, Expected, expected_of, stem_of, truth_beside
from formcheck.batch.manifest import MANIFESTS, ManifestRow, read_manifest
from formcheck.core.errors import ExerciseError, SourceError
from formcheck.exercises.lookup import load_exercise

VIDEOS: Final = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".3gp")
"""Files that are taken from a folder; a manifest or a pattern may name any."""

_KEY_BYTES: Final = 80  # of a clip's name in the name of its folder: file systems allow 255 for all of a name
_WHOLE_PATTERN: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Job:
    """One clip, judged for one drill."""

    key: str
    """Name of its folder among the results; the same whenever the same is asked for."""

    name: str
    """The clip as the source names it: relative to the folder or the manifest."""

    path: Path
    """Where it is."""

    exercise: str
    """Drill id, name or file."""

    side: str
    """left, right, both or auto."""

    person: str | None = None
    """Who it is, if the source says."""

    view: str | None = None
    """Where the camera stood, if the source says."""

    expected: Expected = field(default_factory=Expected)
    """What a label says that is to be found."""

    meta: Mapping[str, Any] = field(default_factory=dict)
    """Other columns of the manifest; they are passed on."""


def find_jobs(source: str | Path, exercise: str = "", side: str = "auto", leave_out: Path | None = None) -> list[Job]:
    """Return what a source asks for, in its order (files: by name).

    Parameters
    ----------
    source
        A folder (videos in it and below), a pattern with `*`, `?` or `**`, a manifest, or a single clip.
    exercise
        Drill of the clips that do not say theirs.
    side
        Side of the clips that do not say theirs.
    leave_out
        A folder in which nothing is looked for: that of the results.

    Raises
    ------
    SourceError
        There is nothing there, a clip has no drill, or two rows ask for the same.
    """
    path = Path(source)
    if path.suffix.lower() in MANIFESTS and path.is_file():
        rows = read_manifest(path)
    else:
        rows = [_row_of(name, clip) for name, clip in _clips(path, leave_out)]
    jobs = [_job(row, path, exercise, side) for row in rows]
    _check_unique(jobs, path)
    return jobs


def _clips(source: Path, leave_out: Path | None) -> list[tuple[str, Path]]:
    """Return names and paths of the clips of a folder or pattern."""
    if source.is_dir():
        found = [(str(p.relative_to(source)), p) for p in _below(source, leave_out)]
        if not found:
            raise SourceError(f"{source} holds no videos ({', '.join(VIDEOS)}); give a folder, a pattern or a manifest")
        return found
    if source.exists():
        return [(source.name, source)]
    if not _WHOLE_PATTERN.search(str(source)):
        raise SourceError(f"{source} does not exist; check the spelling of the path")
    root = _fixed_part(source)
    hits = sorted(root.glob(str(source.relative_to(root))))
    found = [(str(p.relative_to(root)), p) for p in hits if not _inside(p, leave_out) and not _is_note(p)]
    if not found:
        raise SourceError(f"nothing fits the pattern {source}; quote it so that the shell leaves it alone")
    return found


def _below(folder: Path, leave_out: Path | None) -> Iterator[Path]:
    """Yield the videos of a folder and its folders by name, and saved poses that have no video of their name beside."""
    shown = [p for p in folder.rglob("*") if not any(part.startswith(".") for part in p.relative_to(folder).parts)]
    files = sorted(p for p in shown if p.is_file() and not _inside(p, leave_out))
    videos = {p.with_name(p.stem) for p in files if p.suffix.lower() in VIDEOS}
    for path in files:
        saved = path.name.endswith(POSES) and path.with_name(stem_of(path)) not in videos
        if path.suffix.lower() in VIDEOS or saved:
            yield path


def _is_note(path: Path) -> bool:
    return path.name.startswith(".") or path.name.endswith((".json", ".json.gz", ".txt", ".md"))


def _inside(path: Path, folder: Path | None) -> bool:
    return folder is not None and folder.resolve() in path.resolve().parents


def _fixed_part(pattern: Path) -> Path:
    """Return the folders of a pattern before its first wildcard."""
    fixed = []
    for part in pattern.parts[:-1]:
        if _WHOLE_PATTERN.search(part):
            break
        fixed.append(part)
    return Path(*fixed)


def _row_of(name: str, clip: Path) -> ManifestRow:
    """Return the row of a clip without a manifest; rendered clips bring their truth."""
    truth = truth_beside(clip)
    columns: dict[str, Any] = {"path": name}
    if truth is not None:
        columns |= {"truth": str(truth)}
    return ManifestRow(name, clip, columns)


def _job(row: ManifestRow, source: Path, exercise: str, side: str) -> Job:
    columns = dict(row.columns)
    columns.pop("path")
    expected, rest = expected_of(columns, row.where, row.clip.parent if not row.line else source.parent)
    drill = str(rest.pop("exercise", None) or expected.drill or exercise)
    if not drill:
        raise SourceError(f"{row.where} does not say which drill it is: add a column exercise, or give --exercise")
    expected = _fitting(expected, drill, row.where)
    wanted = str(rest.pop("side", None) or (side if side != "auto" else expected.side or "auto"))
    person, view = (None if (v := rest.pop(name, None)) is None else str(v) for name in ("person", "view"))
    return Job(
        key=_key(row.name, drill, wanted),
        name=row.name,
        path=row.clip.absolute(),
        exercise=_drill_file(drill, source.parent if row.line else None),
        side=wanted,
        person=person or expected.person,
        view=view,
        expected=expected,
        meta=rest,
    )


def _fitting(expected: Expected, drill: str, where: str) -> Expected:
    """Return labels as a drill can be compared with them.

    A rendered clip knows sides and faults that a drill may not tell apart; a label that a person wrote must fit.
    """
    try:
        exercise = load_exercise(drill)
    except ExerciseError:  # becomes the error of its row
        return expected
    known = [rule.code for rule in exercise.faults]
    unknown = [code for code in expected.faults or () if code not in known]
    if unknown and not expected.drill:
        raise SourceError(f"{where}: {exercise.id} has no compensation {unknown[0]!r}; it has: {', '.join(known)}")
    faults = expected.faults and tuple(code for code in expected.faults if code in known)
    return replace(expected, faults=faults, side=expected.side if expected.side in exercise.sides else "")


def _drill_file(drill: str, beside: Path | None) -> str:
    """Return a drill's own name, or the whole path of its file, which may be beside the manifest."""
    for path in (Path(drill), *([beside / drill] if beside else [])):
        if path.is_file():
            return str(path.absolute())
    return drill


def _key(name: str, exercise: str, side: str) -> str:
    """Return a folder name that a person can read and that no other job has."""
    plain = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", Path(name).name))
    plain = plain.encode()[:_KEY_BYTES].decode(errors="ignore").strip("._") or "clip"
    mark = hashlib.sha256("\0".join((name, exercise, side)).encode()).hexdigest()[:8]
    return f"{plain}-{mark}"


def _check_unique(jobs: Iterable[Job], source: Path) -> None:
    seen: set[str] = set()
    for job in jobs:
        if job.key in seen:
            raise SourceError(
                f"{source} asks twice for {job.name} with the drill {job.exercise} and side {job.side}; "
                f"take one of the two rows out"
            )
        seen.add(job.key)
