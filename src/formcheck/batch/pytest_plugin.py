"""The pytest plugin: a fixture that scores clips with cached poses, and manifests as test items.

pytest loads this file in every run of an environment that has formcheck, so it imports the rest only when it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from formcheck.batch.jobs import Job
    from formcheck.exercises.schema import Exercise
    from formcheck.report.model import RepReport

MANIFESTS = ["*.formcheck.csv", "*.formcheck.jsonl", "*.formcheck.parquet"]
"""Names of files that become tests, unless `formcheck_manifests` says otherwise."""


class Score(Protocol):
    """What the fixture `formcheck_score` is."""

    def __call__(self, path: str | Path, exercise: str | Exercise, side: str = "auto") -> RepReport:
        """Return the report of a clip; see `formcheck_score`."""
        ...


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the plugin's settings."""
    parser.addini(
        "formcheck_cache", "folder that keeps poses and measurements; by default in pytest's own cache", default=""
    )
    parser.addini("formcheck_manifests", "names of manifests that become tests", type="args", default=MANIFESTS)
    parser.addini("formcheck_model", "pose model", default="full")


@pytest.fixture(scope="session")
def formcheck_score(pytestconfig: pytest.Config) -> Score:
    """Score a clip: `formcheck_score(path, exercise=...)` returns its `RepReport`.

    Poses and measurements are cached; a clip is looked at once, until its content, the pose model or formcheck changes,
    and drill files can be changed freely. Relative paths are relative to pytest's root folder. Saved poses
    (`formcheck analyze --save-poses`) work like clips.
    """
    return scorer(pytestconfig)


def scorer(config: pytest.Config) -> Score:
    """Return what the fixture returns."""

    def score(path: str | Path, exercise: str | Exercise, side: str = "auto") -> RepReport:
        from formcheck.batch.rescore import rescore
        from formcheck.exercises.lookup import load_exercise

        drill = load_exercise(_from_root(exercise, config)) if isinstance(exercise, str) else exercise
        return rescore(
            config.rootpath / path, drill, side, cache_folder(config), model=config.getini("formcheck_model")
        )

    return score


def cache_folder(config: pytest.Config) -> Path:
    """Return where poses and measurements are kept."""
    if chosen := config.getini("formcheck_cache"):
        return config.rootpath / str(chosen)
    if config.cache is None:
        raise pytest.UsageError("formcheck needs pytest's cache: leave the cacheprovider on, or set formcheck_cache")
    return config.cache.mkdir("formcheck")


def _from_root(exercise: str, config: pytest.Config) -> str:
    """Return a drill's name, or the whole path of its file."""
    return str(config.rootpath / exercise) if exercise.endswith(".toml") else exercise


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Make a manifest a collection of tests."""
    patterns = parent.config.getini("formcheck_manifests")
    if any(fnmatch(file_path.name, pattern) for pattern in patterns):
        return Manifest.from_parent(parent, path=file_path)
    return None


class Manifest(pytest.File):
    """A manifest, one test a row."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the rows."""
        from formcheck.batch.jobs import find_jobs
        from formcheck.core.errors import FormcheckError

        try:
            jobs = find_jobs(self.path)
        except FormcheckError as error:
            raise self.CollectError(str(error)) from None
        for job in jobs:
            name = f"{job.name}[{job.exercise if '/' not in job.exercise else Path(job.exercise).stem}-{job.side}]"
            yield ClipItem.from_parent(self, name=name, job=job)


class ClipItem(pytest.Item):
    """One clip that must be as its labels say; without labels it must only be possible to judge it."""

    def __init__(self, *, job: Job, **options: Any) -> None:
        super().__init__(**options)
        self.job = job

    def runtest(self) -> None:
        """Score the clip and compare it with its labels."""
        from formcheck.batch.rows import found_row, labelled

        report = scorer(self.config)(self.job.path, self.job.exercise, self.job.side)
        row = labelled(self.job, found_row(report))
        if row["match"] is False:
            raise Mismatch(
                f"{row['mismatch']}\n{row['reps']} repetitions, {row['attempts']} attempts; seen: "
                f"{row['faults'] or 'nothing'}; hints: {row['advice'] or 'none'}"
            )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """Show what is wrong in a sentence instead of a traceback."""
        from formcheck.core.errors import FormcheckError

        if isinstance(excinfo.value, Mismatch | FormcheckError):
            return f"{self.job.name}: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where the test comes from."""
        return self.path, None, self.name


class Mismatch(AssertionError):
    """A clip is not as its labels say."""
