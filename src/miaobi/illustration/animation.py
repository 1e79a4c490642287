"""Animation: a scene that moves, frame by frame.

The layers of its place are rasterized once and only placed per frame; figures are drawn anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import mix
from miaobi.drawing.raster import rasterize
from miaobi.illustration.motion.camera import camera_path
from miaobi.illustration.motion.cast import Cast
from miaobi.illustration.motion.effects import draw_effects
from miaobi.illustration.motion.planes import Camera, Lens, Plane, bake, mixed
from miaobi.illustration.motion.things import kind_of
from miaobi.illustration.motion.timeline import tracks_of
from miaobi.illustration.motion.tracks import BOAT_SPEED, RUNS, SLIDES, SPEEDS, Clip, Track, pace_of
from miaobi.illustration.motion.weather import Air, air_of, draw_air, draw_sky
from miaobi.illustration.rendering import draw_front, view_of
from miaobi.illustration.scene import Scene
from miaobi.illustration.stage import Placed, arrange
from miaobi.places.conditions import Palette
from miaobi.places.place import Place
from miaobi.places.table import build_place

DRIFT = 5.0  # units per second by which the sky moves
TRACKED = RUNS | SLIDES  # verbs under which the world goes by
SKY = 8.0  # depth of the sky
LOWERED = 40.0  # units by which the front goes down where it would often cover the figures
FRONT = 0.3  # of the way of the camera, by which leaves at the edges of the frame move
CHASES = ("chases", "flees")
COLORS = ("ambient", "key", "shadow", "haze")


@dataclass(frozen=True)
class Direction:
    """Camera and light that a prompt of a clip names."""

    camera: str = ""  # a row of scenes/motion.py, "still", "follow" or ""
    light: str = ""  # "day to night", "night to day" or ""


@dataclass
class Animation:
    """A clip that is ready to be drawn at any time."""

    size: tuple[int, int]
    seconds: float
    lens: Lens
    place: Place
    tracks: list[Track]
    camera: Callable[[float], Camera]
    planes: tuple[list[Plane], list[Plane]]
    air: Air
    cast: Cast
    vignette: Pixels
    dark: "Animation | None" = None  # the same place at night
    light: str = ""
    travels: bool = False

    def frame(self, t: float) -> Pixels:
        """Return the frame (H, W, 3) uint8 at a time in seconds."""
        camera, level = self.camera(t), self._level(t)
        place = self._place(level)
        canvas = Canvas()
        shift = self._shift(camera)
        for number, plane in enumerate(self.planes[0]):
            self._draw_plane(canvas, plane, camera, t, (0, number), level)
            if number == 0:
                air = self.dark.air if self.dark and level > 0.6 else self.air
                draw_sky(canvas, air, t, self.size, -shift)
        moments = [(track, track.moment(t)) for track in self.tracks]
        for track, now in moments:
            self.cast.shadow(canvas, track, now, camera, place)
        for track, now in moments:
            self.cast.draw(canvas, track, now, camera, place)
            x, y, scale = self.lens.to_frame(camera, now.x, now.y)
            with canvas.transformed(x, y, scale=scale * track.item.unit):
                draw_effects(canvas, track, now, t, self.seconds, track.item.unit)
        near = replace(camera, x=camera.x * FRONT)
        if self.travels:
            near = replace(camera, y=camera.y - LOWERED)
        for number, plane in enumerate(self.planes[1]):
            self._draw_plane(canvas, plane, near, t, (1, number), level)
        draw_air(canvas, self.air, t, self.size, shift)
        width, height = self.size
        for sheet in self.air.sheets:
            canvas.bitmap(sheet.at(t), 0, 0, width, height)
        canvas.bitmap(self.vignette, 0, 0, width, height)
        return np.ascontiguousarray(rasterize(canvas, width, height)[..., :3])

    def _draw_plane(
        self,
        canvas: Canvas,
        plane: Plane,
        camera: Camera,
        t: float,
        index: tuple[int, int],
        level: float,
    ) -> None:
        if self.air.sky and plane.depth >= SKY:
            camera = replace(camera, x=camera.x + DRIFT * plane.depth * t)
        if self.dark is not None and level > 0:
            others = self.dark.planes[index[0]]
            if index[1] < len(others):
                plane = mixed(plane, others[index[1]], level)
        seen = plane.seen(self.lens, camera)
        if seen is not None:
            pixels, x, y = seen
            canvas.bitmap(pixels, x, y, pixels.shape[1], pixels.shape[0])

    def _shift(self, camera: Camera) -> float:
        """Return pixels by which the ground has moved to the left."""
        return camera.x * self.lens.scale * camera.zoom

    def _level(self, t: float) -> float:
        """Return how dark it is, in [0, 1]."""
        if self.dark is None:
            return 0.0
        q = min(1.0, max(0.0, (t / self.seconds - 0.1) / 0.75))
        q = q * q * (3 - 2 * q)
        return q if self.light == "day to night" else 1 - q

    def _place(self, level: float) -> Place:
        """Return the place in the light between day and night."""
        if self.dark is None or level <= 0:
            return self.place
        other = self.dark.place
        colors = mixed_palette(self.place.colors, other.colors, level)
        lights = tuple(replace(lamp, strength=lamp.strength * level) for lamp in other.lights)
        return replace(self.place, colors=colors, lights=lights)


def mixed_palette(first: Palette, second: Palette, t: float) -> Palette:
    """Return the colors of light on figures between two hours."""
    changed = {name: mix(getattr(first, name), getattr(second, name), t) for name in COLORS}
    return replace(first, **changed)  # type: ignore[arg-type]


def cross_faded(first: Pixels, second: Pixels, t: float) -> Pixels:
    """Return the frame between two, (H, W, 3) uint8; t in [0, 1]."""
    weight = round(256 * t)
    both = first * np.uint16(256 - weight) + second * np.uint16(weight)
    return np.asarray(both >> 8, np.uint8)


def prepare(
    scene: Scene, direction: Direction, size: tuple[int, int], seconds: float, seed: int
) -> Animation:
    """Return the animation of a scene for frames of (width, height)."""
    if direction.light:
        scene = replace(scene, when=replace(scene.when, hour="day"))
    place = build_place(scene.place, scene.when)
    view = view_of(size)
    placed = arrange(scene, place, Random(f"stage {seed}"), view.width / view.scale)
    lens = Lens(view.width, view.height, view.scale)
    travel = _travel(scene, placed, place)
    placed = _turned_alike(scene, placed) if travel else placed
    clip = Clip(scene, seconds, seed, travel)
    tracks = tracks_of(clip, placed)
    animation = Animation(
        size,
        seconds,
        lens,
        place,
        tracks,
        camera_path(direction.camera, tracks, lens, clip),
        bake(place, view.scale, bool(travel)),
        air_of(scene.place, place, scene.when, size),
        Cast(lens),
        _vignette(place, size),
        light=direction.light,
        travels=bool(travel),
    )
    if direction.light:
        night = replace(scene, when=replace(scene.when, hour="night"))
        animation.dark = prepare(night, Direction(), size, seconds, seed)
    return animation


def _travel(scene: Scene, placed: list[Placed], place: Place) -> float:
    """Return units per second by which the world goes by, or 0 where nobody travels."""
    if place.layers[0].depth < SKY and scene.place:
        return 0.0  # a room
    for action in scene.actions:
        subject = scene.things[action.subject]
        item = next((item for item in placed if item.thing is subject), None)
        if action.verb not in TRACKED or item is None:
            continue
        if action.verb in ("rush-to", "pounce"):
            continue
        pace = pace_of(action.verb)
        if subject.character is None and pace is not None:
            return item.unit * 70
        ridden = scene.things[action.target] if action.target is not None else subject
        if kind_of(ridden.drawing) == "boat":
            return BOAT_SPEED
        return pace.speed(item.unit) if pace else SPEEDS[action.verb]
    return 0.0


def _turned_alike(scene: Scene, placed: list[Placed]) -> list[Placed]:
    """Let everything that travels go to the same side."""
    pairs = [(action.subject, action.target, action.relation) for action in scene.actions]
    subjects = [scene.things[subject] for subject, _, _ in pairs]
    chased = [scene.things[k] for _, k, how in pairs if k is not None and how in CHASES]
    first = next((item for item in placed if any(item.thing is s for s in subjects)), None)
    if first is None:
        return placed
    facing = first.facing
    moving = [item for item in placed if any(item.thing is s for s in (*subjects, *chased))]
    ahead = [item for item in moving if any(item.thing is thing for thing in chased)]
    if ahead and pairs[0][2] in CHASES:  # to the side of those in front
        hunters = [item for item in moving if item not in ahead]
        middle = sum(item.x for item in ahead) / len(ahead)
        behind = sum(item.x for item in hunters) / max(1, len(hunters))
        facing = 1 if (middle > behind) == (pairs[0][2] == "chases") else -1
    return [
        replace(item, facing=facing) if any(item is other for other in moving) else item
        for item in placed
    ]


def _vignette(place: Place, size: tuple[int, int]) -> Pixels:
    canvas = Canvas()
    draw_front(canvas, replace(place, front=()))
    view = view_of(size)
    return rasterize(canvas, *size, view.scale, view.left, view.top)
