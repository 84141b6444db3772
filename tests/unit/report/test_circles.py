"""The circles of a drill that goes round: what the report says and draws of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.coach.circle import SECTORS, circle_of
from formcheck.coach.samples import Sample
from formcheck.core.measurement import Measurement
from formcheck.core.results import Circle, Fault, Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.report.circles import SIZE, circle_figures, circle_sentences
from formcheck.report.write import write_report
from formcheck.session import Judgement
from tests.unit.report.conftest import report_of

DRILL = load_exercise("lying-hip-cars")
TIME = np.linspace(2.0, 8.0, 90)


def circle(sector: int | None = None) -> Circle:
    """Return a full circle, inwards first, or one with a dent in a sector."""
    angle = np.linspace(0, 2 * np.pi, len(TIME))
    depth = np.zeros(len(TIME))
    if sector is not None:
        off = np.abs((angle - sector * np.pi / 4 + np.pi) % (2 * np.pi) - np.pi)
        depth = 0.8 * np.exp(-((off / 0.5) ** 2))
    x, y = 20 * (1 - depth) * np.sin(angle), 20 * ((1 - depth) * np.cos(angle) - 1)
    samples = [
        (float(t), {"hip_adduction": Sample(a, a, 1.0, 1.0), "hip_flexion": Sample(b, b, 1.0, 1.0)})
        for t, a, b in zip(TIME, x.tolist(), y.tolist(), strict=True)
    ]
    found, _ = circle_of(DRILL.circle, samples, 6.0)
    assert found is not None
    return found


def rep(index: int, path: Circle | None, side: str = "right", faults: tuple[Fault, ...] = ()) -> Rep:
    return Rep(index, side, 2.0, 8.0, True, None, None, 5.0, faults=faults, circle=path)


def fault(code: str, start_s: float = 2.0, end_s: float = 8.0) -> Fault:
    return Fault(code, "fail", start_s, end_s, 60.0, "percent", start_s, "", "So.")


def judged(front: Judgement, *reps: Rep) -> Judgement:
    return replace(front, exercise=DRILL, reps=reps)


def points(text: str) -> np.ndarray:
    return np.array([[float(v) for v in pair.split(",")] for pair in text.split()])


def test_the_sentence_says_in_which_sector_which_circle_is_cut_short() -> None:
    reps = (rep(1, circle()), rep(2, circle(6), faults=(fault("circle_cut"),)))
    (sentence,) = circle_sentences(reps, DRILL)
    assert sentence.startswith("Circle of repetition 2: cut short outwards,")


def test_whole_circles_get_one_sentence_and_none_gets_none() -> None:
    (sentence,) = circle_sentences((rep(1, circle()), rep(2, circle())), DRILL)
    assert sentence.startswith("2 circles: the least reach is ")
    assert circle_sentences((rep(1, None),), DRILL) == []


@pytest.mark.parametrize(("side", "towards"), [("right", 1), ("left", -1)])
def test_inwards_is_towards_the_other_leg_as_seen_from_above(front: Judgement, side: str, towards: int) -> None:
    (figure,) = circle_figures(judged(front, rep(1, circle(2), side)))
    label = next(s["label"] for s in figure["sectors"] if s["name"] == "inwards")
    assert np.sign(label["x"] - SIZE[0] / 2) == towards
    assert figure["inwards"] == ("right" if towards > 0 else "left")
    assert next(s for s in figure["sectors"] if s["least"])["name"] == "inwards"
    assert figure["sectors"][0]["label"]["y"] < SIZE[1] / 2  # the chest is at the top


def test_all_pictures_of_a_clip_have_one_scale_and_stay_inside(front: Judgement) -> None:
    small = circle()
    small = replace(small, **{k: tuple(v / 2 for v in getattr(small, k)) for k in ("across_deg", "along_deg")})
    small = replace(small, **{k: tuple(v / 2 for v in getattr(small, k)) for k in ("middle_deg", "half_deg")})
    large, little = circle_figures(judged(front, rep(1, circle()), rep(2, small)))
    spread = [np.ptp(points(figure["path"]), axis=0) for figure in (large, little)]
    assert spread[1] == pytest.approx(spread[0] / 2, rel=0.02)
    assert large["scale"] == little["scale"]
    for figure in (large, little):
        assert (points(figure["path"]) >= 0).all()
        assert (points(figure["path"]) <= SIZE).all()


def test_where_the_pelvis_joined_in_is_marked_and_a_fault_of_the_whole_circle_is_not(front: Judgement) -> None:
    faults = (fault("trunk_joins", 4.0, 6.0), fault("circle_cut"))
    (figure,) = circle_figures(judged(front, rep(1, circle(), faults=faults)))
    (joined,) = figure["joined"]
    assert len(points(joined)) == pytest.approx(len(TIME) / 3, abs=2)


@pytest.mark.parametrize(("stops", "words"), [(0.0, "Without a stop on the way."), (2.0, "2 stops on the way.")])
def test_the_picture_says_how_evenly_the_knee_went_round(front: Judgement, stops: float, words: str) -> None:
    even = replace(rep(1, circle()), measures={"stops": Measurement(stops, 0.0, "count")})
    (drawn,) = circle_figures(judged(front, even))
    assert drawn["text"].endswith(words)


def test_the_page_draws_every_circle_and_says_what_is_short(front: Judgement, tmp_path: Path) -> None:
    judgement = judged(front, rep(1, circle()), rep(2, circle(5), "left"))
    measures = {m.name: next(iter(front.reps[0].measures.values())) for m in DRILL.measures}
    judgement = replace(judgement, reps=tuple(replace(r, measures=measures) for r in judgement.reps))
    page = write_report(judgement, report_of(judgement), None, tmp_path).page.read_text(encoding="utf-8")
    drawn = re.findall(r'<svg viewBox="[^"]*" role="img" aria-label="([^"]*)"', page)
    assert len(drawn) == 2
    assert "Least outwards and away from the chest" in drawn[1]
    assert all(f"<title>{name}: " in page for name in SECTORS)


def test_other_drills_have_no_such_section(front: Judgement, tmp_path: Path) -> None:
    page = write_report(front, report_of(front), None, tmp_path).page.read_text(encoding="utf-8")
    assert "The knee's circles" not in page
