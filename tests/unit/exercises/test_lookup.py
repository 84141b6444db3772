"""Drill files: found by any of their names, and told apart from broken ones with line and key."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import load_exercise, read_exercise_file, shipped_exercises

SQUAT = files("formcheck.exercises").joinpath("library/screen-squat.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["screen-squat", "Squat", "Squat screen", "air_squat", "SCREEN-SQUAT"])
def test_a_drill_is_found_by_id_name_or_alias(name: str) -> None:
    assert load_exercise(name).id == "screen-squat"


def test_an_unknown_drill_suggests_the_nearest_name() -> None:
    with pytest.raises(ExerciseError, match="did you mean 'supine-ir-liftoff'"):
        load_exercise("supine-ir-lift")


def test_a_name_like_nothing_points_to_the_list() -> None:
    with pytest.raises(ExerciseError, match="formcheck exercises list"):
        load_exercise("xyzzy")


def test_a_persons_own_file_works_like_a_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(SQUAT.replace('id = "screen-squat"', 'id = "my-squat"'), encoding="utf-8")
    assert load_exercise(str(file)).id == "my-squat"


@pytest.mark.parametrize(
    ("before", "after", "line_with", "message"),
    [
        (
            'channel = "knee_frontal"',
            'channel = "knee_fronal"',
            'channel = "knee_fronal"',
            "did you mean 'knee_frontal'",
        ),
        ("reps = 5", "reps = 0", "reps = 0", "greater than or equal to 1"),
        ("sustain_s = 0.05", 'sustain_s = "soon"', 'sustain_s = "soon"', "must be a number, not 'soon'"),
        ('safety = "', 'saftey = "', "saftey", "there is no such key; did you mean 'safety'?"),
        ('praise = "', '# praise = "', "schema_version", "praise: this is missing"),
        ('position = "standing"', 'position = "standin"', "standin", "did you mean 'standing'?"),
        ('id = "screen-squat"', 'id = "Screen Squat"', "Screen Squat", "small letters"),
        ('unit = "shank"', 'unit = "deg"', 'unit = "deg"', "is measured in 'shank', not in 'deg'"),
        ('name = "bottom"', 'name = "botom"', "during", "there is no phase 'bottom'"),
        ("fail = 15", "fail = 5", "[[faults]]", "`fail` must not be below `warn`"),
    ],
)
def test_a_broken_file_is_told_with_line_and_key(
    before: str, after: str, line_with: str, message: str, tmp_path: Path
) -> None:
    text = SQUAT.replace(before, after, 1)
    file = tmp_path / "broken.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExerciseError) as error:
        read_exercise_file(file)
    lines = str(error.value).splitlines()
    matching = [line for line in lines if message in line]
    assert matching == lines
    number = int(matching[0].split("broken.toml:")[1].split(":")[0])
    assert line_with in text.splitlines()[number - 1]


def test_text_that_is_not_toml_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("id = \n", encoding="utf-8")
    with pytest.raises(ExerciseError, match="line 1"):
        read_exercise_file(file)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match="There is no drill file"):
        load_exercise(str(tmp_path / "none.toml"))


def test_every_shipped_drill_says_everything_a_person_needs() -> None:
    drills = shipped_exercises()
    assert {"supine-ir-liftoff", "assess-slr", "screen-squat"} <= set(drills)
    for drill in drills.values():
        assert any(m.result for m in drill.measures), f"{drill.id} has no result for the history"
        assert drill.render is not None, f"{drill.id} cannot be rendered"
        for text in (drill.camera, drill.safety, *drill.steps, *(f.message for f in drill.faults)):
            assert text.endswith("."), f"{drill.id}: {text!r} is not a sentence"


def test_a_name_that_is_there_twice_is_told_where_it_is_the_second_time(tmp_path: Path) -> None:
    file = tmp_path / "twice.toml"
    file.write_text(SQUAT.replace('name = "hip_shift"', 'name = "depth"'), encoding="utf-8")
    with pytest.raises(ExerciseError, match="measure 'depth' is defined twice") as error:
        read_exercise_file(file)
    number = int(str(error.value).split("twice.toml:")[1].split(":")[0])
    names = [i for i, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if line == 'name = "depth"']
    assert number == names[1]


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text("\n", encoding="utf-8")
    with pytest.raises(ExerciseError, match=r"none\.toml: the file is empty"):
        read_exercise_file(tmp_path / "none.toml")
