"""Clips by rule: a drawing, or the subject of a picture, moved by keywords of the prompt.

prompt --scenes/clip_prompt.py--> subject, setting, action --compose_clip--> frames
picture --cut out of a plain background--> the same; otherwise the camera moves

No network generates the motion. Where the prompt names no drawing, the default image model paints
the picture.
"""

import random
import threading
from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import EngineError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.requests import ImageRequest
from miaobi.core.video import EVEN_SIDED_FORMATS, VideoRequest
from miaobi.media import image
from miaobi.models.zoo import Model, default_model
from miaobi.scenes.clip_prompt import as_camera_motion, parse_action, parse_clip_prompt
from miaobi.scenes.clips import compose_clip
from miaobi.scenes.compositing import SpriteStyle
from miaobi.scenes.frames import Action, ClipComposition, SpriteTrack, frame_times
from miaobi.scenes.motion import (
    CAMERAS,
    LIGHTS,
    MOTIONS,
    ease_in_out,
    min_window_size,
    strip_keywords,
)

SECONDS, FPS, SIZE = 3.0, 24, (256, 256)  # defaults; size is (width, height)
MAX_SIDE = 1280  # pixels of the longer side of a clip from a picture, where no size is requested
SUBJECT_AREA = (0.03, 0.7)  # smallest and largest fraction of a picture that a subject may cover
MAX_SPRITE, MAX_MOVING_SPRITE = 0.62, 0.5  # longer side of a cut-out subject


class ImageAnimationEngine:
    """Animates sprites and pictures; loads nothing."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.lock = threading.Lock()

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output with frames (H, W, 3) and their rate.

        Raises OptionError for unsupported options, MissingAsset, and MediaError for a picture that
        cannot be read.
        """
        names = ("negative", "steps", "guidance", "precision", "memory")
        used = {name: bool(getattr(request, name)) for name in names}
        check_supported(self.name, used, TRY_ANOTHER_MODEL)
        count, fps = request.frames(SECONDS, FPS), request.fps or FPS
        with self.lock:
            source: ClipComposition | CrossFade
            if request.to is not None:
                source = CrossFade(request)
            else:
                source = yield from self._composition(request)
            frames: list[Pixels] = []
            for t in frame_times(count, source.action, request.loop):
                frames.append(source.frame(t))
                yield Progress("frames", len(frames), count)
                if request.previews and len(frames) % request.previews == 0:
                    yield Preview(frames[-1])
        yield Output(pictures=tuple(frames), rate=fps)

    def close(self) -> None:
        """Do nothing: no model is loaded."""

    def _composition(self, request: VideoRequest) -> Generator[Event, None, ClipComposition]:
        """Compose the clip of an input picture, of a named drawing, or of a painted picture."""
        if request.init is not None:
            pixels = image.flatten_alpha(image.decode(request.init))
            return animate_picture(pixels, parse_action(request.prompt), _size(request, pixels))
        prompt = parse_clip_prompt(request.prompt, request.seed)
        size = request.size or SIZE
        if prompt.plan is None:
            pixels = yield from _paint(request, strip_keywords(request.prompt, (CAMERAS, LIGHTS)))
            return animate_picture(pixels, prompt.action, size)
        rng = random.Random(f"moving {request.seed}")
        composition, _ = compose_clip(prompt.plan, rng, size, prompt.tint)
        return replace(composition, dark=1.0) if prompt.dark else composition


class CrossFade:
    """A transition from the first frame of a request to its last one."""

    action = Action()

    def __init__(self, request: VideoRequest) -> None:
        assert request.init is not None and request.to is not None
        first = image.flatten_alpha(image.decode(request.init))
        size = _size(request, first)
        second = image.fit(image.flatten_alpha(image.decode(request.to)), size)
        self.ends = image.fit(first, size).astype(np.float32), second.astype(np.float32)

    def frame(self, t: float) -> Pixels:
        """Render the frame at time t in [0, 1]: uint8 (H, W, 3)."""
        first, second = self.ends
        return np.asarray((first + (second - first) * ease_in_out(t)).round(), np.uint8)


def animate_picture(pixels: Pixels, action: Action, size: tuple[int, int]) -> ClipComposition:
    """Compose a clip of a picture (H, W, 3): its subject moves if it can be cut out, or the camera.

    A camera that zooms in starts with the whole picture.
    """
    if action.motion:
        cutout = image.remove_background(pixels)
        area = float((cutout[..., 3] > 127).mean())
        if SUBJECT_AREA[0] <= area <= SUBJECT_AREA[1]:
            return _animate_cutout(cutout, action, size)
        action = as_camera_motion(action)
    return ClipComposition(image.fit(pixels, _world_size(size, action)), (), action, size)


def _animate_cutout(cutout: Pixels, action: Action, size: tuple[int, int]) -> ClipComposition:
    """Compose a clip of a cut-out subject (H, W, 4) over the median color of its background."""
    rows, columns = (np.flatnonzero((cutout[..., 3] > 8).any(axis)) for axis in (1, 0))
    subject = cutout[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint16)
    subject[..., :3] = subject[..., :3] * subject[..., 3:] // 255
    color = np.median(cutout[cutout[..., 3] == 0][:, :3], axis=0)
    width, height = _world_size(size, action)
    world = np.broadcast_to(np.asarray(color, np.uint8), (height, width, 3)).copy()
    side = max(subject.shape[:2]) / max(cutout.shape[:2])
    if action.motion in ("rise", "fall", "orbit", "bounce"):
        side = min(side, MAX_MOVING_SPRITE)
    middle = 0.5, 0.62 if action.motion == "bounce" else 0.5
    sprite = np.ascontiguousarray(subject.astype(np.uint8))
    track = SpriteTrack(sprite, SpriteStyle(), middle, min(side, MAX_SPRITE), action.motion)
    return ClipComposition(world, (track,), action, size)


def _world_size(size: tuple[int, int], action: Action) -> tuple[int, int]:
    window = min_window_size(action.camera)
    return round(size[0] / window), round(size[1] / window)


def _paint(request: VideoRequest, prompt: str) -> Generator[Event, None, Pixels]:
    """Return a picture (H, W, 3) of the default image model; its other events pass through."""
    from miaobi.engines.registry import engine_for

    content = strip_keywords(prompt, (MOTIONS,)) or request.prompt
    model = default_model("image", "")
    image_request = ImageRequest(model=model.name, prompt=content, seed=request.seed)
    for event in engine_for(model).generate(image_request):
        if isinstance(event, Output):
            return image.flatten_alpha(event.pictures[0])
        yield event
    raise EngineError(
        "{model} ended without an answer.",
        "Try another seed, or other words.",
        model=model.name,
    )


def _size(request: VideoRequest, pixels: Pixels) -> tuple[int, int]:
    """Return (width, height) of the frames: as requested, or of the picture up to MAX_SIDE."""
    if request.size is not None:
        return request.size
    height, width = pixels.shape[:2]
    scale = min(1.0, MAX_SIDE / max(width, height))
    unit = 2 if request.format in EVEN_SIDED_FORMATS else 1
    width, height = (max(16, round(side * scale / unit) * unit) for side in (width, height))
    return width, height
