"""Bodies respect the floor: they lie on it, planted feet stay, and a rolling pelvis tips over one sit bone."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.synthetic.clip import Clip, ClipSpec
from formcheck.synthetic.inverse import leg_reach, solve_leg, solve_leg_for_ir
from formcheck.synthetic.mesh import BodyMesh
from formcheck.synthetic.movements import MOVEMENTS
from formcheck.synthetic.movements.base import Context
from formcheck.synthetic.people import Person
from formcheck.synthetic.posing import Poser
from formcheck.synthetic.skeleton import BodyAngles, forward_kinematics


@pytest.fixture
def liftoff(person: Person, mesh: BodyMesh) -> Poser:
    movement = MOVEMENTS["supine-ir-liftoff"]
    return Poser(person, mesh, movement.setup(Context("right", 26, {}, person.proportions)))


@pytest.mark.parametrize("drill", list(MOVEMENTS))
def test_skin_sinks_at_most_a_centimetre_into_the_floor(drill: str) -> None:
    clip = Clip(ClipSpec(drill, reps=1, fps=10))
    clip.keep(np.linspace(0, len(clip.times) - 1, 7).astype(int).tolist())
    lowest = [float(clip.mesh.posed(p)[0][:, 1].min()) for p in clip.solve()[1]]
    assert min(lowest) > -0.010


@pytest.mark.parametrize("part", ["pelvis", "thorax", "head", "left_leg", "left_arm", "right_arm"])
def test_a_supine_body_touches_the_floor_with(part: str, liftoff: Poser) -> None:
    angles = liftoff.solve({})
    assert -0.010 < liftoff._lowest(angles, part) < 0.004


def test_a_planted_foot_stays_planted_while_the_knee_dips(liftoff: Poser) -> None:
    centres = [liftoff.posture({"right_ir": ir})[1].joints for ir in (0.0, 12.0, 26.0)]
    for name in ("right_ankle", "right_heel", "right_foot_index"):
        assert np.ptp([c[name] for c in centres], axis=0).max() < 1e-4


def test_planted_dip_reaches_the_internal_rotation_asked_for(liftoff: Poser) -> None:
    neutral, dipped = liftoff.solve({}), liftoff.solve({"right_ir": 20.0})
    assert dipped.right_leg.ir - neutral.right_leg.ir == pytest.approx(20.0, abs=1e-6)
    assert dipped.right_leg.adduction > neutral.right_leg.adduction + 5.0


def test_pelvis_roll_lifts_one_sit_bone_and_leaves_the_other(liftoff: Poser) -> None:
    sit_bone = {s: np.array([-0.08, -0.06, z]) for s, z in (("left", -0.065), ("right", 0.065))}

    def heights(roll: float) -> dict[str, float]:
        _, posture = liftoff.posture({"roll": roll})
        rot, origin = posture.bones["pelvis"]
        return {s: float((origin + rot @ p)[1]) for s, p in sit_bone.items()}

    flat, rolled = heights(0.0), heights(12.0)
    assert rolled["right"] - flat["right"] > 0.02
    assert abs(rolled["left"] - flat["left"]) < 0.012


def test_lift_raises_knee_and_ankle_and_keeps_the_rotation(liftoff: Poser) -> None:
    dip = liftoff.posture({"right_ir": 20.0})
    top = liftoff.posture({"right_ir": 20.0, "right_dflex": 24.0})
    for joint in ("right_knee", "right_ankle"):
        assert top[1].joints[joint][1] - dip[1].joints[joint][1] > 0.03
    assert top[0].right_leg.ir == pytest.approx(dip[0].right_leg.ir, abs=1e-6)


@pytest.mark.parametrize("side", ["left", "right"])
def test_leg_inverse_kinematics_puts_the_ankle_where_it_is_wanted(person: Person, side: str) -> None:
    p = person.proportions
    pelvis = np.eye(3)
    sign = 1.0 if side == "right" else -1.0
    hip = np.array([0.0, 0.9, sign * p.hip_half_width])
    ankle = np.array([0.25, 0.25, sign * 0.2])
    for leg in (
        solve_leg(p, pelvis, hip, ankle, np.array([1.0, 0.2, 0.0]), 15.0, side),  # type: ignore[arg-type]
        solve_leg_for_ir(p, pelvis, hip, ankle, np.array([1.0, 0.2, 0.0]), 12.0, side),  # type: ignore[arg-type]
    ):
        pose = BodyAngles(np.array([0.0, 0.9, 0.0]), pelvis).with_leg(side, leg)  # type: ignore[arg-type]
        np.testing.assert_allclose(forward_kinematics(p, pose).joints[f"{side}_ankle"], ankle, atol=1e-9)
    assert leg.ir == pytest.approx(12.0, abs=1e-6)


def test_leg_reach_of_a_straight_leg_is_thigh_plus_shank(person: Person) -> None:
    assert leg_reach(person.proportions, 0.0) == pytest.approx(person.proportions.thigh + person.proportions.shank)
