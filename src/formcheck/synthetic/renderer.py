"""Draws a person in a room with OpenGL on EGL (software GL is enough)."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.core.errors import MissingDependencyError
from formcheck.core.pose import FloatArray
from formcheck.synthetic import shaders
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.mesh import BodyMesh, coarse_faces
from formcheck.synthetic.people import PATTERNS, Person
from formcheck.synthetic.picture import smooth_edges
from formcheck.synthetic.scene import Scene
from formcheck.synthetic.skeleton import Posture

SHADOW_PX, ABOVE_PX = 1024, 256
_ABOVE_HALF_M, _ABOVE_TOP_M, _ABOVE_DEPTH_M = 1.6, 3.0, 4.0

_MISSING = (
    "Rendering needs OpenGL over EGL, which is not installed here: on Debian or Ubuntu run "
    "`apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri`."
)


def create_context() -> Any:
    """Return a standalone OpenGL context.

    Raises
    ------
    MissingDependencyError
        moderngl or the system's EGL is missing.
    """
    try:
        import moderngl
    except ImportError as err:
        raise MissingDependencyError(
            "Rendering people needs moderngl: install it with `pip install 'formcheck[synthetic]'`."
        ) from err
    options: dict[str, Any] = {"backend": "egl"}
    try:
        return moderngl.create_standalone_context(**options)
    except Exception as err:  # moderngl raises plain Exception for every reason
        raise MissingDependencyError(_MISSING) from err


def _look_at(eye: FloatArray, forward: FloatArray, up: FloatArray) -> FloatArray:
    z = -forward / np.linalg.norm(forward)
    x = np.cross(up, z)
    x /= np.linalg.norm(x)
    y = np.cross(z, x)
    out = np.eye(4)
    out[:3, :3] = np.stack([x, y, z])
    out[:3, 3] = -out[:3, :3] @ eye
    return out


def _ortho(half: float, near: float, far: float) -> FloatArray:
    out = np.diag([1 / half, 1 / half, -2 / (far - near), 1.0])
    out[2, 3] = -(far + near) / (far - near)
    return out


def _gl(matrix: FloatArray) -> bytes:
    return matrix.T.astype("f4").tobytes()


class Renderer:
    """Draws frames of one size; use it with `with`, or call `close`.

    Parameters
    ----------
    size
        Width and height of the pictures, pixels.
    samples
        Samples a pixel at edges, 0 or 4. With 0, stair steps are smoothed afterwards, which software GL does in half
        the time.
    """

    def __init__(self, size: tuple[int, int], samples: int = 0) -> None:
        self.size = size
        self._ctx = ctx = create_context()
        ctx.enable(ctx.DEPTH_TEST)
        self._depth = ctx.program(vertex_shader=shaders.DEPTH_VERTEX, fragment_shader=shaders.DEPTH_FRAGMENT)
        self._body = ctx.program(vertex_shader=shaders.BODY_VERTEX, fragment_shader=shaders.BODY_FRAGMENT)
        self._room = ctx.program(vertex_shader=shaders.SCENE_VERTEX, fragment_shader=shaders.SCENE_FRAGMENT)
        samples = min(samples, ctx.max_samples)
        self._smooth = samples == 0
        self._msaa = ctx.framebuffer(
            ctx.renderbuffer(size, 4, samples=samples), ctx.depth_renderbuffer(size, samples=samples)
        )
        self._target = ctx.framebuffer(ctx.renderbuffer(size, 4))
        self._shadow_map = ctx.depth_texture((SHADOW_PX, SHADOW_PX))
        self._shadow_map.compare_func = "<="
        self._shadow = ctx.framebuffer(depth_attachment=self._shadow_map)
        self._above_map = ctx.depth_texture((ABOVE_PX, ABOVE_PX))
        self._above_map.compare_func = ""
        self._above = ctx.framebuffer(depth_attachment=self._above_map)
        self._mesh: BodyMesh | None = None
        self._scene: Scene | None = None
        self._empty_room: tuple[Any, NDArray[np.uint8]] | None = None
        self._owned: list[Any] = []
        self._room_owned: list[Any] = []

    def __enter__(self) -> Self:
        """Return the renderer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the context."""
        self.close()

    def close(self) -> None:
        """Free everything on the graphics side."""
        if self._ctx is not None:
            self._ctx.gc_mode = "context_gc"
            self._ctx.release()
            self._ctx = None

    def set_person(self, person: Person, mesh: BodyMesh) -> None:
        """Choose who is drawn."""
        for thing in self._owned:
            thing.release()
        ctx = self._ctx
        self._mesh = mesh
        static = np.concatenate([mesh.vertices, mesh.head_local, mesh.cover], axis=1).astype("f4")
        self._static = ctx.buffer(static.tobytes())
        self._dynamic = ctx.buffer(reserve=len(mesh.vertices) * 24, dynamic=True)
        self._index = ctx.buffer(mesh.faces.astype("i4").tobytes())
        self._body_vao = ctx.vertex_array(
            self._body,
            [
                (self._dynamic, "3f 3f", "in_pos", "in_normal"),
                (self._static, "3f 3f 4f", "in_rest", "in_head", "in_cover"),
            ],
            self._index,
        )
        self._coarse = ctx.buffer(coarse_faces(mesh.vertices, mesh.faces, 0.017).tobytes())
        self._body_depth = ctx.vertex_array(self._depth, [(self._dynamic, "3f 12x", "in_pos")], self._coarse)
        self._owned = [self._body_vao, self._body_depth, self._static, self._dynamic, self._index, self._coarse]
        outfit = person.outfit
        colours = {
            "skin": person.skin,
            "hair": person.hair_colour,
            "eyes": person.eye_colour,
            "top_a": outfit.top_colour,
            "top_b": outfit.top_colour2,
            "bottom_a": outfit.bottom_colour,
            "bottom_b": outfit.bottom_colour2,
            "shoe_a": outfit.shoe_colour,
            "sole": outfit.sole_colour,
        }
        for name, colour in colours.items():
            self._body[name].value = tuple(float(c) ** 2.2 for c in colour)
        self._body["top_pattern"].value = PATTERNS.index(outfit.top_pattern)
        self._body["bottom_pattern"].value = PATTERNS.index(outfit.bottom_pattern)
        self._body["shod"].value = int(outfit.feet == "shoes")
        self._body["crease"].value = outfit.crease
        self._body["beard"].value = person.beard
        self._body["seed"].value = float(person.seed % 97)
        self._body["sole_y"].value = float(mesh.vertices[:, 1].min() + 0.016)

    def set_scene(self, scene: Scene) -> None:
        """Choose the room."""
        for thing in self._room_owned:
            thing.release()
        ctx = self._ctx
        self._scene = scene
        self._empty_room = None
        layers, h, w, _ = scene.textures.shape
        texture = ctx.texture_array((w, h, layers), 3, scene.textures.tobytes())
        texture.build_mipmaps()
        texture.filter = (ctx.LINEAR_MIPMAP_LINEAR, ctx.LINEAR)
        texture.repeat_x = texture.repeat_y = True
        self._surfaces = texture
        buffer = ctx.buffer(scene.vertices.astype("f4").tobytes())
        self._room_vao = ctx.vertex_array(
            self._room, [(buffer, "3f 3f 2f 1f 3f", "in_pos", "in_normal", "in_uv", "in_layer", "in_tint")]
        )
        self._room_owned = [self._room_vao, buffer, texture]
        for program in (self._body, self._room):
            light = scene.light
            program["sun_dir"].value = tuple(light.sun_direction)
            program["sun_colour"].value = tuple(light.sun)
            program["sky_colour"].value = tuple(light.sky)
            program["ground_colour"].value = tuple(light.ground)
            program["shadow_map"].value = 0
            program["above_map"].value = 1
        self._room["surfaces"].value = 2

    def draw(
        self, posture: Posture, camera: Camera, exposure: float = 1.0, markers: NDArray[np.float64] | None = None
    ) -> NDArray[np.uint8]:
        """Return one picture.

        Parameters
        ----------
        posture
            The person's posture.
        camera
            From where.
        exposure
            Brightness factor.
        markers
            World positions, shape (N, 3), at which a small pure magenta dot is painted over everything: for tests
            that compare pixels with projections.

        Returns
        -------
        ndarray
            RGB, shape (height, width, 3).
        """
        if self._mesh is None or self._scene is None:
            raise ValueError("set_person and set_scene come before draw")
        v, n = self._mesh.posed(posture)
        v = flattened(v)
        self._dynamic.write(np.concatenate([v, n], axis=1).astype("f4").tobytes())
        middle = np.asarray(posture.joints["mid_hip"])
        sun = self._scene.light.sun_direction
        light = _ortho(1.75, 0.1, 8.0) @ _look_at(middle + 4.0 * sun, -sun, np.array([0.31, 0.05, 0.95]))
        top = np.array([middle[0], _ABOVE_TOP_M, middle[2]])
        above = _ortho(_ABOVE_HALF_M, 0.0, _ABOVE_DEPTH_M) @ _look_at(
            top, np.array([0.0, -1.0, 0.0]), np.array([1.0, 0.0, 0.0])
        )
        for target, matrix in ((self._shadow, light), (self._above, above)):
            target.use()
            target.clear(depth=1.0)
            self._depth["light"].write(_gl(matrix))
            self._body_depth.render()
        self._shadow_map.use(0)
        self._above_map.use(1)
        self._surfaces.use(2)
        clip = camera.gl_matrix()
        key = (clip.tobytes(), exposure)
        for program in (self._body, self._room):
            program["clip"].write(_gl(clip))
            program["light"].write(_gl(light))
            program["above"].write(_gl(above))
            program["eye"].value = tuple(camera.position)
            program["exposure"].value = exposure
        if self._empty_room is None or self._empty_room[0] != key:
            far_away = np.diag([0.0, 0.0, 0.0, 1.0])
            far_away[:3, 3] = 5.0  # outside both maps: nothing throws a shadow
            self._room["light"].write(_gl(far_away))
            self._room["above"].write(_gl(far_away))
            empty = self._pass(None)
            self._empty_room = (key, smooth_edges(empty) if self._smooth else empty)
            self._room["light"].write(_gl(light))
            self._room["above"].write(_gl(above))
        image = self._empty_room[1].copy()
        box = self._touched(v, sun, camera)
        if box is not None:
            x0, y0, x1, y1 = box
            drawn = self._pass(box)
            image[y0:y1, x0:x1] = smooth_edges(drawn) if self._smooth else drawn
        if markers is not None:
            self._paint(image, markers, camera)
        return image

    def _pass(self, box: tuple[int, int, int, int] | None) -> NDArray[np.uint8]:
        """Draw and read the room alone (no box), or room and person inside a box of the picture."""
        ctx, (w, h) = self._ctx, self.size
        x0, y0, x1, y1 = box or (0, 0, w, h)
        region = (x0, h - y1, x1 - x0, y1 - y0)
        assert self._scene is not None
        self._msaa.use()
        self._msaa.scissor = region
        self._msaa.clear(*(float(c) for c in self._scene.clear), depth=1.0)
        if box is not None:
            ctx.enable(ctx.CULL_FACE)
            self._body_vao.render()
            ctx.disable(ctx.CULL_FACE)
        self._room_vao.render(ctx.TRIANGLES)
        self._msaa.scissor = None
        ctx.copy_framebuffer(self._target, self._msaa)
        data = np.frombuffer(self._target.read(viewport=region, components=3, alignment=1), dtype=np.uint8)
        return np.ascontiguousarray(data.reshape(y1 - y0, x1 - x0, 3)[::-1])

    def _touched(self, v: NDArray[np.float32], sun: FloatArray, camera: Camera) -> tuple[int, int, int, int] | None:
        """Return the box of the picture in which person, shadow and contact shade can be, pixels."""
        some = v[::7].astype(np.float64)
        along = some - sun * (some[:, 1] / max(sun[1], 0.2))[:, None]  # where each point's shadow meets the floor
        base = np.stack([some[:, 0], np.zeros(len(some)), some[:, 2]], axis=1)
        px = camera.project(np.concatenate([some, along, base]))
        if not np.isfinite(px).all():
            return 0, 0, *self.size
        margin = 0.12 * camera.focal / max(float(camera.to_camera(some)[:, 2].min()), 0.3)
        low = np.floor(px.min(axis=0) - margin).astype(int)
        high = np.ceil(px.max(axis=0) + margin).astype(int)
        x0, y0 = max(low[0], 0), max(low[1], 0)
        x1, y1 = min(high[0], self.size[0]), min(high[1], self.size[1])
        return (int(x0), int(y0), int(x1), int(y1)) if x1 > x0 and y1 > y0 else None

    def _paint(self, image: NDArray[np.uint8], markers: NDArray[np.float64], camera: Camera) -> None:
        """Draw each marker with the same OpenGL matrices as the body, on top of the picture."""
        ctx = self._ctx
        ctx.disable(ctx.DEPTH_TEST)
        program = ctx.program(
            vertex_shader="#version 330\nuniform mat4 clip; in vec3 in_pos;\n"
            "void main() { gl_Position = clip * vec4(in_pos, 1.0); gl_PointSize = 5.0; }",
            fragment_shader="#version 330\nout vec4 c; void main() { c = vec4(1.0, 0.0, 1.0, 1.0); }",
        )
        program["clip"].write(_gl(camera.gl_matrix()))
        buffer = ctx.buffer(np.asarray(markers, dtype="f4").tobytes())
        vao = ctx.vertex_array(program, [(buffer, "3f", "in_pos")])
        ctx.enable(ctx.PROGRAM_POINT_SIZE)
        self._target.use()
        self._target.clear()
        vao.render(ctx.POINTS)
        data = np.frombuffer(self._target.read(components=3, alignment=1), dtype=np.uint8)
        dots = data.reshape(image.shape)[::-1]
        painted = dots[..., 0] > 127
        image[painted] = (255, 0, 255)
        for thing in (vao, buffer, program):
            thing.release()
        ctx.enable(ctx.DEPTH_TEST)


def flattened(vertices: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vertices with whatever is below the floor pressed flat onto it, as soft tissue is."""
    out = vertices.copy()
    out[:, 1] = np.maximum(out[:, 1], 0.0035)
    return out
