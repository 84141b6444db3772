"""The packaged pelvis verdict: what it was made from, and when it is silent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.measure.corrector import load_corrector
from formcheck.measure.engine import correct_clip
from formcheck.measure.ensemble import FARTHEST
from formcheck.measure.evidence import leg_evidence
from formcheck.measure.surface import surface_evidence
from formcheck.measure.verdict import PelvisVerdict, load_verdict
from formcheck.pose.refiner import Refiner, packaged_refiner
from tests.conftest import ROOT, missing
from tests.unit.measure.made_clip import fitted, working

PACKAGED = ROOT / "src" / "formcheck" / "measure" / "verdict.npz"


@pytest.fixture(scope="module")
def packaged() -> PelvisVerdict:
    if not PACKAGED.is_file():
        missing("src/formcheck/measure/verdict.npz")
    return load_verdict()


def test_it_is_small_and_says_what_it_was_made_from(packaged: PelvisVerdict) -> None:
    from split import people_of

    assert PACKAGED.stat().st_size < 1_000_000
    card = packaged.card
    assert card["rows"] > card["distinct_people"] > 0
    assert len(card["data_sha256"]) == 64
    for part in f"{card['people']},{card['seen_by_the_refiner']}".split(","):
        low, high = (int(v) for v in part.split(":"))
        assert low in people_of("training")
        assert high - 1 in people_of("training")


def test_it_was_trained_behind_the_packaged_refiner(packaged: PelvisVerdict) -> None:
    if not packaged_refiner().is_file():
        missing("src/formcheck/pose/refiner.onnx")
    assert packaged.card["refiner_sha256"] == Refiner().sha256


def test_it_reads_the_evidence_as_it_is_made_today(packaged: PelvisVerdict) -> None:
    clip = fitted(working()[0])
    still = replace(clip, surface=np.full_like(clip.surface, 0.002))
    legs = leg_evidence(still.observations, still.rest_observations, still.fit, "right")
    inputs = np.concatenate([legs, surface_evidence(still.surface, "right")], axis=1)
    assert packaged.mean.shape == (inputs.shape[1],)
    likely, spread = packaged.lifted(inputs)
    assert ((likely >= 0) & (likely <= 1)).all()
    assert (spread >= 0).all()
    told = correct_clip(still, load_corrector(), packaged)["right"].lifted
    np.testing.assert_allclose(told, likely)


def test_it_is_silent_about_inputs_that_its_training_never_had(packaged: PelvisVerdict) -> None:
    inputs = np.repeat(packaged.mean[None], 4, axis=0)
    inputs[1, -1] += 1.01 * FARTHEST * packaged.spread[-1]
    inputs[2, 7] = np.nan
    inputs[3] += 2 * packaged.limit / np.sqrt(np.mean(packaged.basis.sum(axis=0) ** 2)) * packaged.spread
    likely, spread = packaged.lifted(inputs)
    np.testing.assert_array_equal(np.isfinite(likely), [True, False, False, False])
    np.testing.assert_array_equal(np.isfinite(spread), np.isfinite(likely))
