"""Camera of a clip: its path by the words of the prompt, or a slow push toward what acts."""

import math
import re
from collections.abc import Callable

from miaobi.illustration.motion.planes import Camera, Lens
from miaobi.illustration.motion.tracks import Clip, Track
from miaobi.places.place import WIDTH
from miaobi.scenes.motion import CAMERAS, match_keyword

STILL = re.compile(r"\b(static|still|fixed|locked) (camera|shot)\b|固定镜头|镜头(不动|固定)", re.I)
FOLLOW = re.compile(
    r"\btracking( shot)?\b|\bcamera (follows|tracks)\b|\bfollowing shot\b|跟拍|镜头(跟着|跟随)",
    re.I,
)
CLOSE = re.compile(r"\bclose-?up\b|特写", re.I)
PUSH = {"wide": (1.06, 1.2), "medium": (1.03, 1.16), "close-up": (1.0, 1.05)}  # zooms by shot
PUSHES = 12  # steps per second of that slow push, which are too small to be seen
FOLLOWED = 0.55  # of the way of somebody who crosses the picture
TALL = 250.0  # things that reach above it stay in the middle
LOW = 270.0  # units below the middle, where a push toward what stands on the ground begins
REACH = 150.0  # units of a pan to each side
Path = Callable[[float], Camera]


def camera_words(prompt: str) -> str:
    """Return the row of the table of cameras that a prompt names, "still", "follow" or ""."""
    if STILL.search(prompt):
        return "still"
    if FOLLOW.search(prompt):
        return "follow"
    return match_keyword(CLOSE.sub(" ", prompt), CAMERAS)


def camera_path(kind: str, tracks: list[Track], lens: Lens, clip: Clip) -> Path:
    """Return the path of the camera; it stays with a hero that travels."""
    seconds, travel = clip.seconds, clip.travel
    hero = _hero(tracks)
    moves = travel > 0 or (hero is not None and abs(hero.moment(seconds * 0.5).speed) > 1)

    seen = min(1.0, lens.width / lens.scale / WIDTH)  # narrow frames follow more closely
    followed = 1 - (1 - FOLLOWED) * seen
    middle, most = _framing(tracks, lens, seconds)

    def path(t: float) -> Camera:
        if not kind and not moves:
            t = math.floor(t * PUSHES) / PUSHES
        q = t / seconds
        eased = 0.5 * q + 0.5 * (0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, q))))
        camera = _by_words(kind, q, eased)
        if not kind and not moves:
            start, end = (min(zoom, most) for zoom in PUSH[clip.scene.shot])
            zoom = start + (end - start) * eased
            x, y = (value * (1 - 1 / zoom) for value in middle)
            return Camera(_within(x, lens, zoom), y, zoom)
        if hero is None:
            return camera
        now = hero.moment(t)
        x = now.x - WIDTH / 2
        if travel:
            ahead = now.facing * travel * t
            return Camera(camera.x + ahead + (x - ahead) * 0.25, camera.y, camera.zoom)
        pulled = 1 - 1 / camera.zoom
        walked = followed if abs(now.speed) > 1 else 0.0
        share = {"follow": 0.9, "still": 0.0}.get(kind, walked)
        follow = _within(x * max(share, pulled), lens, camera.zoom)
        up = _height_of(hero, now.y) * pulled
        return Camera(_within(camera.x + follow, lens, camera.zoom), camera.y + up, camera.zoom)

    return path


def _by_words(kind: str, q: float, eased: float) -> Camera:
    side = 2 * eased - 1
    if kind == "still":
        return Camera()
    if kind == "zoom in":
        return Camera(zoom=1.0 + 0.5 * eased)
    if kind == "zoom out":
        return Camera(zoom=1.5 - 0.5 * eased)
    if kind in ("pan left", "pan right"):
        return Camera(x=REACH * side * (1 if kind == "pan right" else -1), zoom=1.04)
    if kind in ("pan up", "pan down"):
        return Camera(y=62 * side * (-1 if kind == "pan up" else 1), zoom=1.1)
    if kind == "shake":
        x = 7 * math.sin(61 * q) + 5 * math.sin(97 * q + 1)
        y = 5 * math.sin(73 * q + 2) + 4 * math.sin(113 * q)
        return Camera(x, y, 1.05)
    return Camera()


def _hero(tracks: list[Track]) -> Track | None:
    """Return the track that the camera follows: a figure that acts, else the largest thing."""
    figures = [track for track in tracks if track.item.thing.character]
    acting = [track for track in figures if track.verb] or figures or tracks
    return max(acting, key=lambda track: track.item.unit, default=None)


def _framing(tracks: list[Track], lens: Lens, seconds: float) -> tuple[tuple[float, float], float]:
    """Return the middle of all that is shown, from the world's, and the zoom that shows it."""
    boxes = []
    for track in tracks:
        side = track.item.unit * (38 if track.item.thing.character else 50)
        for part in (0.0, 0.5, 0.99):
            now = track.moment(part * seconds)
            boxes.append((now.x - side, now.y - 2.9 * side, now.x + side, now.y + 20))
    if not boxes:
        return (0.0, 0.0), 9.0
    left, top = (min(box[k] for box in boxes) for k in (0, 1))
    right, bottom = (max(box[k] for box in boxes) for k in (2, 3))
    seen = lens.width / lens.scale, lens.height / lens.scale
    most = max(1.0, 0.96 * min(seen[0] / (right - left), seen[1] / (bottom - top)))
    y = (top + bottom) / 2 - lens.middle if top < TALL else LOW
    return ((left + right - WIDTH) / 2, y), most


def _height_of(hero: Track, y: float) -> float:
    """Return how far the middle of a hero is below that of the picture."""
    return y - hero.item.unit * 55 - 360


def _within(x: float, lens: Lens, zoom: float) -> float:
    """Return x limited so that the painted margins of the world fill the frame."""
    seen = lens.width / lens.scale / zoom
    most = max(0.0, (WIDTH + 2 * 350 - seen) / 2)
    return max(-most, min(most, x))
