"""Renders a whole clip with its truth: drill, person, camera, room and faults in, video and truth out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import FormcheckError
from formcheck.core.frame import Frame
from formcheck.core.landmarks import Side
from formcheck.core.pose import FloatArray
from formcheck.synthetic.camera import Camera, Placement, parse_placement, place_camera
from formcheck.synthetic.hindrance import elsewhere, hinder, parse_hindrance
from formcheck.synthetic.mesh import BodyMesh, load_mesh
from formcheck.synthetic.movements import find_movement
from formcheck.synthetic.movements.script import FaultChoice, Script, build_script, parse_fault
from formcheck.synthetic.movements.timeline import tremor
from formcheck.synthetic.people import Person, find_person
from formcheck.synthetic.picture import PictureQuality, PictureSpoiler, quality_from_seed
from formcheck.synthetic.posing import Poser
from formcheck.synthetic.scene import Scene, build_scene
from formcheck.synthetic.skeleton import BodyAngles, Posture
from formcheck.synthetic.truth import build_truth, truth_path, write_truth


@dataclass(frozen=True)
class ClipSpec:
    """Everything that decides a clip."""

    drill: str
    """Drill id or path of a drill file."""
    side: Side = "right"
    """Working side."""
    body: str = "ben"
    """Name or seed of the person."""
    camera: str = ""
    """Camera placement; the drill's own when empty."""
    faults: tuple[str, ...] = ()
    """What goes wrong, each `CODE[=SIZE][@REP]`."""
    reps: int | None = None
    amplitude: float | None = None
    params: Mapping[str, float | str] = field(default_factory=dict)
    fps: float = 30.0
    fps_jitter: float = 0.0
    """Variable frame rate: standard deviation of each frame's duration as a share."""
    size: tuple[int, int] = (640, 480)
    seed: int = 0
    """Decides room, light, tremor, noise."""
    baseline_s: float = 2.4
    transitions: bool = False
    """Whether getting into position and leaving it are shown."""
    quality: PictureQuality | None = None
    """Camera faults; from the seed when absent."""
    hindrances: tuple[str, ...] = ()
    """What gets in the way, each `KIND[@REP]` or `KIND@START-END`."""


class Clip:
    """A clip ready to be rendered: script, postures, cameras, room.

    Parameters
    ----------
    spec
        What to render.

    Raises
    ------
    FormcheckError
        Something in the spec is unknown or out of range.
    """

    def __init__(self, spec: ClipSpec) -> None:
        _check(spec)
        self.spec = spec
        movement, params = find_movement(spec.drill)
        faults: tuple[FaultChoice, ...] = tuple(parse_fault(f, movement) for f in spec.faults)
        self.person: Person = find_person(spec.body)
        self.script: Script = build_script(
            movement,
            self.person.proportions,
            side=spec.side,
            amplitude=spec.amplitude,
            reps=spec.reps,
            faults=faults,
            params={**params, **spec.params},
            baseline_s=spec.baseline_s,
            transitions=spec.transitions,
            seed=spec.seed,
        )
        self.hindrances = tuple(parse_hindrance(text, self.script) for text in spec.hindrances)
        self.placement: Placement = parse_placement(spec.camera or movement.camera, spec.side)
        self.mesh: BodyMesh = load_mesh(self.person)
        setup = movement.setup(self.script.context)
        self.poser = Poser(self.person, self.mesh, setup)
        self.times = _frame_times(spec, self.script.duration_s)
        self.lying = setup.lying
        self.neutral: Posture = self.poser.posture(dict(self.script.timeline.base))[1]
        pelvis = self.neutral.joints["mid_hip"]
        props = movement.props(Poser(self.person, self.mesh, setup), self.script.context)
        near = 1.0 if setup.lying else 0.8
        target = camera_target(self.neutral, setup.lying)
        self.cameras: list[Camera] = self._cameras(target)
        usual = [
            place_camera(parse_placement(view, spec.side), target, self.poser.heading, spec.size)
            for view in movement.views
        ]
        lenses = tuple(c.position for c in (self.cameras[0], *usual))
        self.scene: Scene = build_scene(spec.seed, setup.lying, pelvis, self.poser.heading, props, near + 0.6, lenses)
        self.quality = spec.quality or quality_from_seed(spec.seed)
        self._posed: tuple[list[BodyAngles], list[Posture]] | None = None

    def _cameras(self, target: FloatArray) -> list[Camera]:
        still = place_camera(self.placement, target, self.poser.heading, self.spec.size)
        if not self.placement.shake:
            if not any(h.kind == "wrong_view" for h in self.hindrances):
                return [still] * len(self.times)
            placement = parse_placement(elsewhere(self.script.movement.views, self.lying), self.spec.side)
            wrong = place_camera(placement, target, self.poser.heading, self.spec.size)
            return [wrong if "wrong_view" in self._in_the_way(t) else still for t in self.times.tolist()]
        rng = np.random.default_rng([223606, self.spec.seed])
        waves = [tremor(rng, self.placement.shake)(self.times) for _ in range(3)]
        return [still.shaken(*(float(w[i]) for w in waves)) for i in range(len(self.times))]

    def _in_the_way(self, time_s: float) -> list[str]:
        return [h.kind for h in self.hindrances if h.start_s <= time_s < h.end_s]

    def keep(self, indices: list[int]) -> None:
        """Keep only some frames; to be called before anything is solved.

        The still neutral pose should be among them: changes from the baseline are counted from it.
        """
        self.times = self.times[indices]
        self.cameras = [self.cameras[i] for i in indices]
        self._posed = None

    def solve(self) -> tuple[list[BodyAngles], list[Posture]]:
        """Return pose and posture of every frame."""
        if self._posed is None:
            solved = [self.poser.posture(c) for c in self.script.controls(self.times)]
            self._posed = [a for a, _ in solved], [p for _, p in solved]
        return self._posed

    def truth(self) -> dict[str, Any]:
        """Return the truth of the clip."""
        angles, postures = self.solve()
        s = self.spec
        options = {
            "drill": Path(s.drill).name,
            "side": s.side,
            "body": s.body,
            "camera": s.camera or self.script.movement.camera,
            "faults": list(s.faults),
            "reps": len(self.script.reps),
            "amplitude": self.script.context.amplitude,
            "params": dict(self.script.context.params),
            "fps": s.fps,
            "fps_jitter": s.fps_jitter,
            "size": list(s.size),
            "seed": s.seed,
            "transitions": s.transitions,
            "hindrances": list(s.hindrances),
        }
        truth = build_truth(
            self.script, self.person, self.placement, self.cameras, self.times, angles, postures, options
        )
        return {**truth, "hindrances": [asdict(h) for h in self.hindrances]}

    def frames(self, every: int = 1) -> Iterator[Frame]:
        """Yield the pictures one by one with their times; `every` skips frames."""
        from formcheck.synthetic.renderer import Renderer

        _, postures = self.solve()
        spoiler = PictureSpoiler(self.quality, self.spec.size, self.spec.seed)
        with Renderer(self.spec.size) as renderer:
            renderer.set_person(self.person, self.mesh)
            renderer.set_scene(self.scene)
            for i in range(0, len(self.times), every):
                image = renderer.draw(postures[i], self.cameras[i], self.quality.exposure)
                for kind in self._in_the_way(float(self.times[i])):
                    joints = {name: self.cameras[i].project(p) for name, p in postures[i].joints.items()}
                    image = hinder(image, kind, joints, self.spec.side)
                yield Frame(i, float(self.times[i]), spoiler.apply(image))

    def write(self, path: Path, crf: int = 23, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
        """Write video and truth, and return the truth.

        Raises
        ------
        OutputError
            A file cannot be written.
        MissingDependencyError
            There is no renderer.
        """
        from formcheck.video.writer import VideoWriter

        truth = self.truth()
        with VideoWriter(path, size=self.spec.size, fps=self.spec.fps, crf=crf) as writer:
            for frame in self.frames():
                writer.write(frame.image, frame.time_s)
                if progress is not None:
                    progress(frame.index + 1, len(self.times))
        write_truth(truth, truth_path(path))
        return truth


def _check(spec: ClipSpec) -> None:
    if not 1.0 <= spec.fps <= 240.0:
        raise FormcheckError(f"A frame rate of {spec.fps:g} is out of range; choose 1 to 240 frames a second.")
    if not 0.0 <= spec.fps_jitter <= 0.3:
        raise FormcheckError(f"A frame-rate jitter of {spec.fps_jitter:g} is out of range; choose 0 to 0.3.")
    if not (64 <= spec.size[0] <= 4096 and 64 <= spec.size[1] <= 4096):
        raise FormcheckError(
            f"A size of {spec.size[0]}x{spec.size[1]} is out of range; choose 64 to 4096 pixels a side."
        )
    if spec.reps is not None and not 0 <= spec.reps <= 200:
        raise FormcheckError(f"{spec.reps} repetitions are out of range; choose 0 to 200.")


def _frame_times(spec: ClipSpec, duration_s: float) -> NDArray[np.float64]:
    n = max(int(duration_s * spec.fps), 1)
    steps = np.full(n, 1.0 / spec.fps)
    if spec.fps_jitter:
        rng = np.random.default_rng([244948, spec.seed])
        steps *= np.clip(1.0 + rng.normal(0.0, spec.fps_jitter, n), 0.4, 2.5)
    times = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(times[times < duration_s], dtype=np.float64)


def camera_target(neutral: Posture, lying: bool) -> FloatArray:
    """Return what the camera looks at: the pelvis, shifted so that the whole body is in the picture."""
    pelvis, shoulders = neutral.joints["mid_hip"], neutral.joints["mid_shoulder"]
    if lying:
        return np.asarray(pelvis + 0.10 * (shoulders - pelvis) * [1, 0, 1])
    return np.asarray(pelvis * [1.0, 0.97, 1.0])
