from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from formcheck.core.frame import Frame
from formcheck.core.pose import Pose
from formcheck.video.source import open_source
from formcheck.web.models import Models

pytestmark = pytest.mark.slow


def first(clip: Path, count: int = 10) -> list[Frame]:
    with open_source(clip) as source:
        return list(islice(source, count))


@pytest.mark.usefixtures("pose_model")
def test_a_lent_model_is_loaded_once_and_remembers_nobody(sample: Callable[[str], Path]) -> None:
    standing, lying = first(sample("squat_front_clean")), first(sample("liftoff_right_clean"))
    models, other = Models("full"), Models("full")

    def found(frames: list[Frame], lender: Models) -> list[Pose]:
        with lender.lend(None) as estimator:
            return [estimator.estimate(frame) for frame in frames]

    found(lying, models)
    loaded = models.lend(None)
    inner = loaded._estimator
    loaded.close()
    again, fresh = found(standing, models), found(standing, other)
    with models.lend("right") as lent:
        assert lent._estimator is inner
        with models.lend("left") as mirrored:
            assert mirrored._estimator is not inner
    for one, two in zip(again, fresh, strict=True):
        assert one.found
        np.testing.assert_allclose(one.pixels, two.pixels, atol=0.2)
        np.testing.assert_allclose(one.joints[:, :2], two.joints[:, :2], atol=2)
    models.close()
    other.close()
