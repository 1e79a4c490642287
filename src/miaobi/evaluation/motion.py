"""Measurement of motion in a clip: the subject by its edges, the camera by image registration.

    frames --edges that are not static--> position and size of the subject
    frames --best shift and scale between frames--> camera motion
    frames --mean brightness--> change of light

No learned model is involved. Lengths are fractions of the side of a frame.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.core.arrays import Pixels
from miaobi.scenes.frames import Action

SIDE = 64  # pixels to which frames are resized
EDGE_THRESHOLD = 0.2  # weaker edges are ignored; fraction of the strongest
MIN_TRAVEL = 0.13  # minimum displacement of a motion
MIN_NET_TRAVEL = 0.5  # minimum net displacement, as a fraction of the range
MIN_GROWTH = 1.22  # minimum size ratio of "grow"
CLEAR_GROWTH = 1.6  # size ratio that no other motion causes
STILL = 1e-4  # mean change between frames of a static clip
MIN_BRIGHTENING = 1.3  # minimum brightness ratio
MAX_SHIFT = 6  # pixels between two frames
MIN_ZOOM = 1.18  # minimum scale of a camera zoom
MAX_ZOOM_ERROR = 0.6  # maximum error after undoing the zoom, as a fraction of that before
MIN_SHAKE = 0.4  # pixels per frame
SCALES = tuple(round(0.6 + 0.05 * n, 2) for n in range(22))

Gray = npt.NDArray[np.float32]  # (F, SIDE, SIDE), 0 to 1


@dataclass(frozen=True)
class Track:
    """Center and radius of the subject in each frame."""

    x: npt.NDArray[np.float64]  # (F,)
    y: npt.NDArray[np.float64]
    radius: npt.NDArray[np.float64]
    change: float  # mean difference of successive frames, 0 to 1


def matches_action(frames: Pixels, action: Action) -> bool:
    """Return True if uint8 frames (F, H, W, 3) show everything that the action states."""
    gray = to_gray(frames)
    if action.light and light_of(gray) != action.light:
        return False
    if action.camera and not action.motion and camera_of(gray) != action.camera:
        return False
    if action.motion and not action.light and motion_of(gray) != action.motion:
        return False
    return bool(action.motion or action.camera or action.light)


def to_gray(frames: Pixels) -> Gray:
    """Convert uint8 frames (F, H, W, 3) to brightness (F, SIDE, SIDE) in [0, 1]."""
    from PIL import Image

    images = [Image.fromarray(np.asarray(frame)).convert("L") for frame in frames]
    small = [image.resize((SIDE, SIDE), Image.Resampling.BOX) for image in images]
    return np.stack([np.asarray(image, np.float32) for image in small]) / np.float32(255)


def light_of(gray: Gray) -> str:
    """Detect the change of light: a row of LIGHTS, or ""."""
    margin = max(1, len(gray) // 8)
    ratio = gray[-margin:].mean() / max(float(gray[:margin].mean()), 1e-3)
    if ratio > MIN_BRIGHTENING:
        return "night to day"
    return "day to night" if ratio < 1 / MIN_BRIGHTENING else ""


def track(gray: Gray) -> Track:
    """Track the subject by its edges, without those that are static."""
    dy, dx = np.gradient(gray, axis=(1, 2))
    edges = np.hypot(dy, dx)  # (F, S, S)
    moving = edges - np.median(edges, axis=0)
    moving[moving < EDGE_THRESHOLD * max(float(moving.max()), 1e-6)] = 0
    mass = moving.sum((1, 2))  # (F,)
    total = np.maximum(mass, 1e-6)
    centers = (np.arange(SIDE) + 0.5) / SIDE  # of pixels
    x = (moving.sum(1) * centers).sum(1) / total
    y = (moving.sum(2) * centers).sum(1) / total
    squared = (centers[None, None, :] - x[:, None, None]) ** 2 + (
        centers[None, :, None] - y[:, None, None]
    ) ** 2
    radius = np.sqrt((moving * squared).sum((1, 2)) / total)
    return Track(x, y, radius, float(np.abs(np.diff(gray, axis=0)).mean()))


def motion_of(gray: Gray) -> str:
    """Detect the motion of the subject: a row of MOTIONS, or ""."""
    subject = track(gray)
    if subject.change < STILL:
        return ""
    width, height = float(np.ptp(subject.x)), float(np.ptp(subject.y))
    margin = max(1, len(gray) // 8)
    dx = subject.x[-margin:].mean() - subject.x[:margin].mean()
    dy = subject.y[-margin:].mean() - subject.y[:margin].mean()
    if abs(dy) > max(MIN_TRAVEL, MIN_NET_TRAVEL * height) and abs(dy) > abs(dx):
        return "fall" if dy > 0 else "rise"
    if abs(dx) > max(MIN_TRAVEL, MIN_NET_TRAVEL * width) and abs(dx) > abs(dy):
        return "slide right" if dx > 0 else "slide left"
    growth = subject.radius[-margin:].mean() / max(float(subject.radius[:margin].mean()), 1e-6)
    if abs(np.log(max(growth, 1e-6))) > np.log(CLEAR_GROWTH):
        return "grow" if growth > 1 else "shrink"
    if width > MIN_TRAVEL and height > MIN_TRAVEL / 2:
        return "orbit"
    if height > MIN_TRAVEL / 2 and height > 1.5 * width:
        return "bounce"
    if growth > MIN_GROWTH:
        return "grow"
    return "shrink" if growth < 1 / MIN_GROWTH else "spin"


def camera_of(gray: Gray) -> str:
    """Detect the camera motion: a row of CAMERAS, or ""."""
    change = _error(gray[0], gray[-1])
    if change < STILL and float(np.abs(np.diff(gray, axis=0)).mean()) < STILL:
        return ""
    scale, error = scale_between(gray[0], gray[-1])
    shifts = np.array([shift_between(a, b) for a, b in zip(gray, gray[1:], strict=False)])
    x, y = shifts.sum(0) / SIDE
    is_scaled = abs(np.log(scale)) > np.log(MIN_ZOOM) and error < MAX_ZOOM_ERROR * change
    if is_scaled and max(abs(x), abs(y)) < 2 * MIN_TRAVEL:
        return "zoom in" if scale > 1 else "zoom out"
    if max(abs(x), abs(y)) > MIN_TRAVEL:
        if abs(x) > abs(y):
            return "pan right" if x < 0 else "pan left"  # the picture moves against the camera
        return "pan down" if y < 0 else "pan up"
    return "shake" if float(np.abs(shifts).sum(1).mean()) > MIN_SHAKE else ""


def shift_between(first: Gray, second: Gray) -> tuple[float, float]:
    """Find the shift (x, y) in pixels that best maps one frame onto the next."""
    lowest, shift = np.inf, (0, 0)
    inner = slice(MAX_SHIFT, SIDE - MAX_SHIFT)
    center = first[inner, inner]
    for y in range(-MAX_SHIFT, MAX_SHIFT + 1):
        rows = slice(MAX_SHIFT + y, SIDE - MAX_SHIFT + y)
        for x in range(-MAX_SHIFT, MAX_SHIFT + 1):
            moved = second[rows, MAX_SHIFT + x : SIDE - MAX_SHIFT + x]
            # of equal errors, prefer the smaller shift
            error = _error(moved, center) * (1 + 1e-3 * (abs(x) + abs(y)))
            if error < lowest:
                lowest, shift = error, (x, y)
    return shift


def scale_between(first: Gray, second: Gray) -> tuple[float, float]:
    """Find the scale about the center that best maps one frame onto another, and its error."""
    errors = []
    for scale in SCALES:
        small, large = (first, second) if scale >= 1 else (second, first)
        errors.append(_error(_enlarge(small, max(scale, 1 / scale)), large))
    best = int(np.argmin(errors))
    return SCALES[best], errors[best]


def _enlarge(gray: Gray, scale: float) -> Gray:
    from PIL import Image

    edge = SIDE * (1 - 1 / scale) / 2
    box = (edge, edge, SIDE - edge, SIDE - edge)
    image = Image.fromarray(gray)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box))


def _error(first: Gray, second: Gray) -> float:
    return float(np.square(first - second).mean())


def flicker(frames: Pixels) -> float:
    """Compute the mean absolute second difference over time, 0 to 1, of frames (F, H, W, 3).

    Steady motion has a low value.
    """
    gray = to_gray(frames)
    if len(gray) < 3:
        return 0.0
    return float(np.abs(gray[2:] - 2 * gray[1:-1] + gray[:-2]).mean())
