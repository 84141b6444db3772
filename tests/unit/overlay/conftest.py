import pytest

from formcheck.core.results import PhaseSpan, Rep
from formcheck.exercises.lookup import load_exercise
from formcheck.measure.baseline import BaselineSpan, neutral_value
from formcheck.measure.channels import CHANNELS, full_names
from formcheck.measure.compute import compute_channels
from formcheck.measure.view import ViewFinding
from formcheck.session import Judgement
from tests.fixtures.stick import squat_track


@pytest.fixture(scope="session")
def judgement() -> Judgement:
    """Two squats that count, a dip that does not, and three seconds of standing; written down, not judged."""
    track = squat_track([90.0, 90.0, 32.0, 0.0])
    view = ViewFinding("front", lying=False, elevation_deg=None)
    channels = compute_channels(track, [name for base in CHANNELS for name in full_names(base)], view)
    baseline = BaselineSpan(0, 40, still=True)
    reps = tuple(_squat(i + 1, 1.5 + 3.9 * i, counted=i < 2) for i in range(3))
    return Judgement(
        exercise=load_exercise("screen-squat"),
        side="both",
        track=track,
        channels=channels,
        view=view,
        view_ok=True,
        view_message=None,
        baseline=baseline,
        baseline_values={name: neutral_value(series, baseline) for name, series in channels.items()},
        phases=tuple(phase for rep in reps for phase in rep.phases),
        reps=reps,
        coverage=1.0,
        abstentions=(),
    )


def _squat(index: int, start_s: float, *, counted: bool) -> Rep:
    lower, bottom, end = start_s + 0.9, start_s + 1.5, start_s + 2.4
    return Rep(
        index,
        "both",
        start_s,
        end,
        counted,
        None if counted else "too_shallow",
        None if counted else "Too shallow to count.",
        start_s + 1.2,
        (PhaseSpan("lower", start_s, lower), PhaseSpan("bottom", lower, bottom), PhaseSpan("rise", bottom, end)),
    )
