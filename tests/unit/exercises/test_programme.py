"""Programmes: the shipped ones, a person's own, and what is said of a wrong file."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.core.errors import ExerciseError
from formcheck.exercises.lookup import shipped_exercises
from formcheck.exercises.programme import load_programme, shipped_programmes

OWN = """
schema_version = 1
id = "my-morning"
name = "My Morning"
purpose = "Both hips before work."
clock_min = 3
safety = "Pain: stop."

[[steps]]
drill = "supine-ir-liftoff"
sides = ["right", "left"]
sets = 2
reps = 3
hold_s = 1
work_s = 20
setup_s = 10
rest_s = 5
switch = "Other leg."

[[steps]]
drill = "my_drill.toml"
work_s = 15
setup_s = 10
"""


def own(folder: Path, text: str = OWN) -> Path:
    drill = (Path(__file__).parents[3] / "src/formcheck/exercises/library/screen-squat.toml").read_text("utf-8")
    (folder / "my_drill.toml").write_text(drill.replace('id = "screen-squat"', 'id = "my-squat"'), encoding="utf-8")
    path = folder / "morning.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("programme", shipped_programmes().values(), ids=lambda p: p.id)
def test_a_shipped_programme_names_shipped_drills_and_fits_its_clock(programme) -> None:  # type: ignore[no-untyped-def]
    assert {bout.exercise.id for bout in programme.bouts()} <= set(shipped_exercises())
    assert 0.5 * 60 * programme.clock_min < programme.planned_s <= 60 * programme.clock_min


def test_the_named_programmes_ship_and_are_found_by_other_names() -> None:
    assert set(shipped_programmes()) == {"hinge-day-12min", "hip-ir-baseline"}
    assert load_programme("Hinge Day").id == "hinge-day-12min"
    assert load_programme("hip_ir baseline").follow


def test_the_baseline_holds_the_five_measures_that_history_follows() -> None:
    drills = dict.fromkeys(b.exercise.id for b in load_programme("hip-ir-baseline").bouts())
    assert list(drills) == ["assess-supine-ir", "active-ir-arom", "assess-slr", "screen-squat", "screen-toe-touch"]


def test_sets_and_sides_become_bouts_on_a_clock_with_prompts(tmp_path: Path) -> None:
    bouts = load_programme(str(own(tmp_path))).bouts()
    assert [(b.side, b.set_number) for b in bouts] == [
        ("right", 1),
        ("left", 1),
        ("right", 2),
        ("left", 2),
        ("both", 1),
    ]
    assert [b.start_s for b in bouts] == [10, 35, 60, 85, 120]
    assert [b.prompt for b in bouts][:4] == ["Supine Hip IR Lift-offs", "Other leg.", "Other leg.", "Other leg."]
    assert bouts[0].exercise.dose.reps == 3
    assert bouts[-1].rest_s == 0
    assert bouts[-1].exercise.id == "my-squat"  # found beside the programme's file
    assert bouts[1].clip_stem == "01-supine-ir-liftoff-left"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('drill = "supine-ir-liftoff"', 'drill = "supine-ir-lift"', "did you mean 'supine-ir-liftoff'"),
        ('["right", "left"]', '["both"]', "has no side 'both'"),
        ('["right", "left"]', '["right", "right"]', "a side is named twice"),
        ("clock_min = 3", "clock_min = 2", "more than 2"),
        ("sets = 2", "sets = 0", "greater than or equal to 1"),
        ("reps = 3", "repetitions = 3", "repetitions"),
        ('drill = "my_drill.toml"', 'drill = "gone.toml"', "There is no drill file"),
        ("clock_min = 3", "clock_min =", "not valid TOML"),
    ],
)
def test_a_wrong_programme_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = own(tmp_path, OWN.replace(old, new, 1))
    with pytest.raises(ExerciseError) as error:
        load_programme(str(path))
    assert said in str(error.value)
    assert str(error.value).startswith(f"{path}:")


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ExerciseError, match="did you mean 'hinge-day-12min'"):
        load_programme("hinge-day-12")
