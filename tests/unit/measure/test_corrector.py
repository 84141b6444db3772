"""The learned correction: bounded whatever it is told, and silent about people unlike those of its training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formcheck.measure.corrector import BOUNDED, LOG_SIGMA, Corrector, load_corrector, read_corrector
from formcheck.measure.ensemble import FARTHEST
from formcheck.measure.evidence import leg_evidence
from formcheck.pose.refiner import Refiner, packaged_refiner
from tests.conftest import ROOT, missing
from tests.unit.measure.made_clip import corrector_of, fitted, working

PACKAGED = ROOT / "src" / "formcheck" / "measure" / "corrector.npz"
INPUTS = 7


@pytest.fixture(scope="module")
def packaged() -> Corrector:
    if not PACKAGED.is_file():
        missing("src/formcheck/measure/corrector.npz")
    return load_corrector()


@pytest.fixture(scope="module")
def seen() -> np.ndarray:
    """Return the evidence of an exact person."""
    clip = fitted(working()[0])
    return leg_evidence(clip.observations, clip.rest_observations, clip.fit, "right")


def write(corrector: Corrector, path: Path) -> Path:
    """Write a corrector as `training/corrector.py` does."""
    layers = {}
    for k, (weight, bias) in enumerate(corrector.layers):
        layers |= {f"weight{k}": weight, f"bias{k}": bias}
    np.savez_compressed(
        path,
        mean=corrector.mean,
        spread=corrector.spread,
        layers=len(corrector.layers),
        bound=corrector.bound,
        sigma_factor=corrector.sigma_factor,
        basis=corrector.basis,
        limit=corrector.limit,
        card=np.frombuffer(json.dumps(corrector.card).encode(), np.uint8),
        **layers,
    )
    return path


@settings(max_examples=60, deadline=None)
@given(
    inputs=arrays(float, (3, INPUTS), elements=st.floats(allow_nan=True, allow_infinity=True)),
    weight=st.floats(0.01, 100.0),
    push=st.floats(-100.0, 100.0),
)
def test_no_input_makes_a_correction_larger_than_its_bound(inputs: np.ndarray, weight: float, push: float) -> None:
    corrector = corrector_of(INPUTS, weight=weight, push=push, members=3, spread=1.0)
    with np.errstate(all="ignore"):
        found = corrector.correct(inputs)
    assert np.isfinite(found.change).all()
    assert (np.abs(found.change) <= corrector.bound).all()
    low, high = np.exp(LOG_SIGMA)
    sigma = found.sigma[np.isfinite(found.sigma)]
    assert (sigma >= low * (1 - 1e-9)).all()
    assert (sigma <= np.hypot(high, corrector.bound.max())).all()
    lifted = found.lifted[np.isfinite(found.lifted)]
    assert ((lifted >= 0) & (lifted <= 1)).all()


@settings(max_examples=60, deadline=None)
@given(shift=st.floats(-1e6, 1e6), which=st.integers(0, 10_000))
def test_the_packaged_correction_keeps_its_bound_and_doubts_what_is_far_from_its_training(
    packaged: Corrector, shift: float, which: int
) -> None:
    inputs = np.repeat(packaged.mean[None], 2, axis=0)
    inputs[0] += shift * packaged.spread
    inputs[1, which % len(packaged.mean)] += shift * packaged.spread[which % len(packaged.mean)]
    found = packaged.correct(inputs)
    assert (np.abs(found.change) <= packaged.bound).all()
    if abs(shift) > FARTHEST:
        assert (found.change == 0).all()
        assert np.isnan(found.sigma).all()
        assert np.isnan(found.lifted).all()


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 16.0])
def test_one_input_that_training_never_had_is_enough_for_doubt(odd: float) -> None:
    corrector = corrector_of(INPUTS, push=20.0, spread=1.0)
    inputs = np.zeros((2, INPUTS))
    inputs[1, 3] = odd
    found = corrector.correct(inputs)
    np.testing.assert_allclose(found.change[0], corrector.bound)
    assert (found.change[1] == 0).all()
    assert np.isnan(found.sigma[1]).all()
    assert np.isnan([found.lifted[1], found.lifted_spread[1]]).all()


def test_many_small_oddities_together_are_doubted() -> None:
    corrector = replace(corrector_of(INPUTS, limit=2.0, spread=1.0), basis=np.ones((INPUTS, 1)))
    found = corrector.correct(np.array([[0.2] * INPUTS, [0.4] * INPUTS]))
    np.testing.assert_allclose(found.familiar, [1.4, 2.8])
    np.testing.assert_array_equal(np.isfinite(found.lifted), [True, False])


def test_members_that_disagree_make_sigma_and_the_verdict_s_spread_larger() -> None:
    agreed = corrector_of(INPUTS, members=2)
    ((weight, bias),) = agreed.layers
    n = len(BOUNDED)
    apart = bias.copy()
    apart[:, 0, :n] = np.array([[0.5], [-0.5]])
    apart[:, 0, 2 * n] = 1.0, -1.0
    disagreed = replace(agreed, layers=((weight, apart),))
    one, two = (c.correct(np.zeros((1, INPUTS))) for c in (agreed, disagreed))
    np.testing.assert_allclose(two.change, 0.0, atol=1e-12)
    np.testing.assert_allclose(two.sigma[0], np.hypot(one.sigma[0], agreed.bound * np.tanh(0.5)))
    assert two.lifted_spread[0] > 0.2
    assert one.lifted_spread[0] == 0.0


def test_a_corrector_comes_back_from_its_file(tmp_path: Path) -> None:
    there = replace(
        corrector_of(INPUTS, weight=0.3, push=0.2, logit=1.0, spread=1.0), card={"people": "5:9", "rows": 4}
    )
    here = read_corrector(write(there, tmp_path / "small.npz"))
    inputs = np.random.default_rng(2).normal(size=(4, INPUTS))
    said, expected = here.correct(inputs), there.correct(inputs)
    for name in ("change", "sigma", "lifted", "lifted_spread", "familiar"):
        np.testing.assert_allclose(getattr(said, name), getattr(expected, name))
    assert here.card == there.card
    assert (here.bound, here.limit) == (pytest.approx(there.bound), there.limit)


def test_the_packaged_corrector_is_small_and_says_what_it_was_made_from(packaged: Corrector) -> None:
    assert PACKAGED.stat().st_size < 3_000_000
    card = packaged.card
    assert card["rows"] > card["distinct_people"] > 0
    assert card["people"]
    assert len(card["refiner_sha256"]) == len(card["data_sha256"]) == 64
    assert len(packaged.bound) == len(packaged.sigma_factor) == len(BOUNDED)
    assert (packaged.sigma_factor > 0).all()


def test_the_packaged_corrector_was_trained_on_people_of_the_training_part(packaged: Corrector) -> None:
    from split import people_of

    for part in f"{packaged.card['people']},{packaged.card['seen_by_the_refiner']}".split(","):
        low, high = (int(v) for v in part.split(":"))
        assert low in people_of("training")
        assert high - 1 in people_of("training")


def test_the_packaged_corrector_reads_the_evidence_as_it_is_made_today(packaged: Corrector, seen: np.ndarray) -> None:
    assert packaged.mean.shape == (seen.shape[1],)
    assert np.isfinite(packaged.correct(seen).sigma).all()


def test_the_packaged_corrector_was_trained_behind_the_packaged_refiner(packaged: Corrector) -> None:
    if not packaged_refiner().is_file():
        missing("src/formcheck/pose/refiner.onnx")
    assert packaged.card["refiner_sha256"] == Refiner().sha256


def test_a_logit_beyond_all_measure_is_certainty_without_overflow() -> None:
    found = corrector_of(INPUTS, logit=1e4).correct(np.zeros((1, INPUTS)))
    assert found.lifted[0] == pytest.approx(1.0)
    assert corrector_of(INPUTS, logit=-1e4).correct(np.zeros((1, INPUTS))).lifted[0] == pytest.approx(0.0)
