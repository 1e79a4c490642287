"""What moves in a clip, measured: the subject followed by its edges, the camera by its shifts.

    frames --edges that are not always there--> where the subject is, and how large
    frames --best shift and scale of one onto another--> what the camera does
    frames --mean brightness--> what the light does

Nothing here has learned anything: a clip whose motion is found moves so. Lengths are shares of the
side of a frame.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from miaobi.scenes.frames import Action

SIDE = 64  # pixels that frames are looked at in
FAINT = 0.2  # edges below this share of the strongest are left out
FAR = 0.13  # a way that counts, as a share of the side
NEARLY = 0.5  # what is less than this share of the main way is no way of its own
LARGER = 1.22  # ratio of sizes that counts
MUCH_LARGER = 1.6  # ratio of sizes that no other motion brings about
STILL = 1e-4  # mean change from frame to frame of what does not move
BRIGHTER = 1.3  # ratio of brightness that counts
SEARCH = 6  # pixels of a shift from one frame to the next
SCALES = tuple(round(0.6 + 0.05 * n, 2) for n in range(22))

Gray = npt.NDArray[np.float32]  # (F, SIDE, SIDE), 0 to 1


@dataclass(frozen=True)
class Track:
    """Where the subject is in each frame, and how far its edges lie from its middle."""

    x: npt.NDArray[np.float64]  # (F,)
    y: npt.NDArray[np.float64]
    radius: npt.NDArray[np.float64]
    change: float  # how much changes at all, 0 to 1


def shows(frames: Any, action: Action) -> bool:
    """True where everything that an action states is seen in uint8 frames (F, H, W, 3)."""
    gray = grays(frames)
    if action.light and light_of(gray) != action.light:
        return False
    if action.camera and not action.motion and camera_of(gray) != action.camera:
        return False
    if action.motion and not action.light and motion_of(gray) != action.motion:
        return False
    return bool(action.motion or action.camera or action.light)


def grays(frames: Any) -> Gray:
    """uint8 (F, H, W, 3) -> brightness (F, SIDE, SIDE), 0 to 1."""
    from PIL import Image

    seen = [Image.fromarray(np.asarray(frame)).convert("L") for frame in frames]
    small = [one.resize((SIDE, SIDE), Image.Resampling.BOX) for one in seen]
    return np.stack([np.asarray(one, np.float32) for one in small]) / np.float32(255)


def light_of(gray: Gray) -> str:
    """A row of LIGHTS, or ""."""
    some = max(1, len(gray) // 8)
    ratio = gray[-some:].mean() / max(float(gray[:some].mean()), 1e-3)
    if ratio > BRIGHTER:
        return "night to day"
    return "day to night" if ratio < 1 / BRIGHTER else ""


def track(gray: Gray) -> Track:
    """Follow the subject, by edges that are somewhere now and not always."""
    down, across = np.gradient(gray, axis=(1, 2))
    edges = np.hypot(down, across)  # (F, S, S)
    moving = edges - np.median(edges, axis=0)
    moving[moving < FAINT * max(float(moving.max()), 1e-6)] = 0
    mass = moving.sum((1, 2))  # (F,)
    total = np.maximum(mass, 1e-6)
    places = (np.arange(SIDE) + 0.5) / SIDE
    x = (moving.sum(1) * places).sum(1) / total
    y = (moving.sum(2) * places).sum(1) / total
    apart = (places[None, None, :] - x[:, None, None]) ** 2 + (
        places[None, :, None] - y[:, None, None]
    ) ** 2
    radius = np.sqrt((moving * apart).sum((1, 2)) / total)
    return Track(x, y, radius, float(np.abs(np.diff(gray, axis=0)).mean()))


def motion_of(gray: Gray) -> str:
    """What the subject does: a row of MOTIONS, or "" where nothing is seen to move."""
    seen = track(gray)
    if seen.change < STILL:
        return ""
    wide, tall = float(np.ptp(seen.x)), float(np.ptp(seen.y))
    some = max(1, len(gray) // 8)
    dx = seen.x[-some:].mean() - seen.x[:some].mean()
    dy = seen.y[-some:].mean() - seen.y[:some].mean()
    if abs(dy) > max(FAR, NEARLY * tall) and abs(dy) > abs(dx):
        return "fall" if dy > 0 else "rise"
    if abs(dx) > max(FAR, NEARLY * wide) and abs(dx) > abs(dy):
        return "slide right" if dx > 0 else "slide left"
    ratio = seen.radius[-some:].mean() / max(float(seen.radius[:some].mean()), 1e-6)
    if abs(np.log(max(ratio, 1e-6))) > np.log(MUCH_LARGER):
        return "grow" if ratio > 1 else "shrink"
    if wide > FAR and tall > FAR / 2:
        return "orbit"
    if tall > FAR / 2 and tall > 1.5 * wide:
        return "bounce"
    if ratio > LARGER:
        return "grow"
    return "shrink" if ratio < 1 / LARGER else "spin"


def camera_of(gray: Gray) -> str:
    """What the camera does: a row of CAMERAS, or "" where it stands still."""
    still = _apart(gray[0], gray[-1])
    if still < 1e-4 and float(np.abs(np.diff(gray, axis=0)).mean()) < STILL:
        return ""
    scale, left = scale_between(gray[0], gray[-1])
    shifts = np.array([shift_between(a, b) for a, b in zip(gray, gray[1:], strict=False)])
    x, y = shifts.sum(0) / SIDE
    if abs(np.log(scale)) > np.log(1.18) and left < 0.6 * still and max(abs(x), abs(y)) < 2 * FAR:
        return "zoom in" if scale > 1 else "zoom out"
    if max(abs(x), abs(y)) > FAR:
        if abs(x) > abs(y):
            return "pan right" if x < 0 else "pan left"  # what is seen goes the other way
        return "pan down" if y < 0 else "pan up"
    return "shake" if float(np.abs(shifts).sum(1).mean()) > 0.4 else ""


def shift_between(first: Gray, second: Gray) -> tuple[float, float]:
    """How far (x, y) what is in one frame has moved in the next, in pixels."""
    best, place = np.inf, (0, 0)
    inner = slice(SEARCH, SIDE - SEARCH)
    middle = first[inner, inner]
    for y in range(-SEARCH, SEARCH + 1):
        for x in range(-SEARCH, SEARCH + 1):
            moved = second[SEARCH + y : SIDE - SEARCH + y, SEARCH + x : SIDE - SEARCH + x]
            apart = float(np.square(moved - middle).mean()) * (1 + 1e-3 * (abs(x) + abs(y)))
            if apart < best:
                best, place = apart, (x, y)
    return place


def scale_between(first: Gray, second: Gray) -> tuple[float, float]:
    """How much larger what is in the middle of one frame is in another, and what is left over."""
    found = []
    for scale in SCALES:
        near, far = (first, second) if scale >= 1 else (second, first)
        found.append(_apart(_enlarged(near, max(scale, 1 / scale)), far))
    best = int(np.argmin(found))
    return SCALES[best], found[best]


def _enlarged(gray: Gray, scale: float) -> Gray:
    from PIL import Image

    edge = SIDE * (1 - 1 / scale) / 2
    box = (edge, edge, SIDE - edge, SIDE - edge)
    image = Image.fromarray(gray)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box))


def _apart(first: Gray, second: Gray) -> float:
    return float(np.square(first - second).mean())


def flicker(frames: Any) -> float:
    """How much frames leave the way from the one before to the one after, of 0 to 1.

    The mean absolute second difference in time: steady motion has little of it.
    """
    gray = grays(frames)
    if len(gray) < 3:
        return 0.0
    return float(np.abs(gray[2:] - 2 * gray[1:-1] + gray[:-2]).mean())
