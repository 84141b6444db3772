"""Every drill moves, every fault shows where it should, and bad requests are refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.core.errors import ExerciseError, FormcheckError
from formcheck.synthetic.camera import parse_placement, place_camera
from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.movements import MOVEMENTS, find_movement
from formcheck.synthetic.movements.script import build_script, parse_fault
from formcheck.synthetic.movements.timeline import Timeline, minimum_jerk
from formcheck.synthetic.people import PEOPLE, find_person, person_from_seed
from formcheck.synthetic.sets import SetOptions, parse_seed_range, random_spec

DRILLS = [
    "supine-ir-liftoff",
    "supine-ir-ere",
    "lying-hip-cars",
    "pails-rails-blocks",
    "sleeper-rotations",
    "knee-to-floor",
    "knee-inward-tilts",
    "banded-ir-isometric",
    "active-ir-arom",
    "arm-bar",
    "standing-rotation-dissociation",
    "ir-hinge",
    "trailing-leg-ir",
    "ffe-split-squat",
    "crossover-step-up",
    "assess-supine-ir",
    "assess-slr",
    "screen-squat",
    "screen-toe-touch",
    "screen-foot-presentation",
]
ALL_FAULTS = [(m.id, code) for m in MOVEMENTS.values() for code in m.faults]
P = person_from_seed(0).proportions


def _mid_rep_truth(
    drill: str, *faults: str, side: str = "right", **options: object
) -> tuple[dict, dict[str, np.ndarray]]:
    clip = Clip(ClipSpec(drill, side, faults=faults, reps=1, fps=10, **options))  # type: ignore[arg-type]
    truth = clip.truth()
    return truth, {k: np.array(v) for k, v in truth["channels"].items()}


def test_every_drill_has_a_movement() -> None:
    assert set(MOVEMENTS) == set(DRILLS)


@pytest.mark.parametrize(("drill", "code"), ALL_FAULTS)
def test_fault_changes_the_movement_inside_its_span_only(drill: str, code: str) -> None:
    movement = MOVEMENTS[drill]
    clean = build_script(movement, P, reps=2, seed=5)
    faulty = build_script(movement, P, reps=2, seed=5, faults=(parse_fault(f"{code}@2", movement),))
    (span,) = faulty.faults
    assert (span.code, span.rep) == (code, 2)
    assert faulty.reps[1].start_s - 1e-9 <= span.start_s < span.end_s <= faulty.reps[1].end_s + 1.0
    times = np.arange(0.0, min(clean.duration_s, faulty.duration_s), 0.05)
    a, b = clean.timeline.sample(times), faulty.timeline.sample(times)
    zero = np.zeros(len(times))
    names = sorted(set(a) | set(b))
    difference = np.max([np.abs(a.get(n, zero) - b.get(n, zero)) for n in names], axis=0)
    assert difference[times < span.start_s - 0.01].max() < 1e-9
    assert difference[times >= span.start_s].max() > 1e-3


@pytest.mark.parametrize("side", ["left", "right"])
def test_clean_liftoff_turns_in_by_its_amplitude_with_a_quiet_pelvis(side: str) -> None:
    truth, channels = _mid_rep_truth("supine-ir-liftoff", side=side, amplitude=22.0)
    (rep,) = truth["reps"]
    assert rep["amplitude"] == pytest.approx(22.0, abs=4.0)
    assert rep["counted"] is True
    assert np.abs(channels["pelvis_roll"]).max() < 1.5
    baseline = np.array(truth["time_s"]) < 2.0
    assert np.ptp(channels[f"hip_ir_{side}"][baseline]) < 3.0


@pytest.mark.parametrize(("side", "sign"), [("left", -1.0), ("right", 1.0)])
def test_pelvis_roll_fault_shows_in_the_true_channel_with_its_size_and_side(side: str, sign: float) -> None:
    truth, channels = _mid_rep_truth("supine-ir-liftoff", "pelvis_roll=14", side=side)
    peak = channels["pelvis_roll"][np.argmax(np.abs(channels["pelvis_roll"]))]
    assert peak == pytest.approx(sign * 14.0, abs=1.5)
    assert truth["reps"][0]["counted"] is False


def test_too_small_reaches_only_its_share_and_does_not_count() -> None:
    usual, _ = _mid_rep_truth("supine-ir-liftoff")
    small, _ = _mid_rep_truth("supine-ir-liftoff", "too_small=0.25")
    assert small["reps"][0]["amplitude"] < 0.45 * usual["reps"][0]["amplitude"]
    assert small["reps"][0]["counted"] is False


def test_knee_valgus_brings_the_knees_together_in_the_squat() -> None:
    def gap(*faults: str) -> float:
        truth, _ = _mid_rep_truth("screen-squat", *faults)
        j = {k: np.array(truth["joints_world_m"][k]) for k in ("left_knee", "right_knee")}
        return float((j["right_knee"] - j["left_knee"])[:, 2].min())

    assert gap("knee_valgus") < gap() - 0.08


def test_torso_only_turns_the_shoulders_but_not_the_pelvis() -> None:
    _, clean = _mid_rep_truth("ir-hinge")
    _, cheat = _mid_rep_truth("ir-hinge", "torso_only")
    assert np.abs(clean["pelvis_yaw"]).max() > 15.0
    assert np.abs(cheat["pelvis_yaw"]).max() < 4.0


def test_hinge_pelvis_turns_to_the_stance_side() -> None:
    _, right = _mid_rep_truth("ir-hinge", side="right")
    _, left = _mid_rep_truth("ir-hinge", side="left")
    assert right["pelvis_yaw"].min() < -15.0  # to the own right is negative
    assert left["pelvis_yaw"].max() > 15.0


def test_baseline_is_still_and_at_least_two_seconds() -> None:
    script = build_script(MOVEMENTS["screen-squat"], P, seed=1)
    start, end = script.baseline
    assert end - start >= 2.0
    assert script.reps[0].start_s == pytest.approx(end)


def test_repetitions_differ_a_little() -> None:
    reps = build_script(MOVEMENTS["screen-squat"], P, reps=3, seed=1).reps
    lengths = [r.end_s - r.start_s for r in reps]
    assert len({round(length, 3) for length in lengths}) == 3
    assert max(lengths) / min(lengths) < 1.5


def test_minimum_jerk_starts_and_ends_at_rest() -> None:
    u = np.array([0.0, 1e-4, 0.5, 1 - 1e-4, 1.0])
    s = minimum_jerk(u)
    assert s[0] == 0.0
    assert s[2] == pytest.approx(0.5)
    assert s[4] == 1.0
    assert (s[1] - s[0]) / 1e-4 < 1e-3


def test_timeline_keeps_values_after_a_move() -> None:
    line = Timeline({"a": 1.0})
    line.move(2.0, {"a": 3.0}, "go")
    np.testing.assert_allclose(line.sample(np.array([0.0, 1.0, 2.0, 9.0]))["a"], [1.0, 2.0, 3.0, 3.0])


def test_variable_frame_rate_keeps_times_rising() -> None:
    clip = Clip(ClipSpec("screen-squat", reps=1, fps=25, fps_jitter=0.2))
    steps = np.diff(clip.times)
    assert steps.min() > 0
    assert steps.std() > 0.1 / 25


def test_own_drill_file_renders_its_movement_with_its_parameters(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('id = "mine"\n[render]\nmovement = "active-ir-arom"\nparams = { position = "prone" }\n')
    movement, params = find_movement(path)
    assert (movement.id, params) == ("active-ir-arom", {"position": "prone"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[render]\nmovement = "screen-squatt"\n', "screen-squat"),
        ("[render\n", "not valid TOML"),
        ("x = 1\n", "[render]"),
    ],
)
def test_bad_drill_files_are_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ExerciseError) as caught:
        find_movement(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value).strip()


@pytest.mark.parametrize(
    "bad",
    [
        {"drill": "supine-ir-lift"},
        {"body": "nobody"},
        {"camera": "foot"},
        {"camera": "front:x"},
        {"faults": ("pelvis",)},
        {"faults": ("pelvis_roll=x",)},
        {"fps": 0.0},
        {"size": (10, 10)},
        {"reps": -1},
        {"camera": "front,zoom=3"},
    ],
)
def test_unknown_or_impossible_options_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(FormcheckError):
        Clip(ClipSpec(**{"drill": "supine-ir-liftoff", **bad}))  # type: ignore[arg-type]


def test_there_are_at_least_twelve_named_people_and_seeds_repeat() -> None:
    assert len(PEOPLE) >= 12
    assert find_person("7") == person_from_seed(7)
    assert person_from_seed(7) != person_from_seed(8)


def test_random_specs_repeat_and_are_valid() -> None:
    for seed in range(40):
        spec = random_spec(seed, SetOptions())
        assert spec == random_spec(seed, SetOptions())
        movement, _ = find_movement(spec.drill)
        for fault in spec.faults:
            parse_fault(fault, movement)
        parse_placement(spec.camera, spec.side)


@pytest.mark.parametrize("text", ["5", "3:3", "a:b", "9:2"])
def test_bad_seed_ranges_are_refused(text: str) -> None:
    with pytest.raises(FormcheckError):
        parse_seed_range(text)


def test_foot_end_camera_sees_the_right_leg_on_the_left_of_the_picture() -> None:
    camera = place_camera(parse_placement("foot_end:50"), np.zeros(3), np.array([1.0, 0.0, 0.0]), (640, 480))
    right, left = camera.project(np.array([[0.4, 0.1, 0.15], [0.4, 0.1, -0.15]]))
    head, feet = camera.project(np.array([[-0.7, 0.1, 0.0], [0.8, 0.1, 0.0]]))
    assert right[0] < left[0]
    assert head[1] < feet[1]
