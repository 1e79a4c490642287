"""Clips by rule: a drawing, or the subject of a picture, moved as the words say.

prompt --words--> who, where, what happens --stage--> frames
picture --cut out, where its ground is plain--> the same; otherwise the camera moves

No network is behind the motion. Where the words name nothing that is drawn, the picture is painted
by the default model of pictures.
"""

import random
import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import EngineError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.requests import ImageRequest
from miaobi.core.video import FILMED, VideoRequest
from miaobi.media import image
from miaobi.models.zoo import Model, default_model
from miaobi.scenes.clip_prompt import action_in, as_camera, understood
from miaobi.scenes.clips import staged
from miaobi.scenes.compositing import Look
from miaobi.scenes.frames import Action, Actor, Stage, shares_of
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS, eased, narrowest, without

SECONDS, FPS, SIZE = 3.0, 24, (256, 256)  # where nothing is asked for
LARGEST = 1280  # pixels of the longer side of a clip from a picture, where no size is asked for
SUBJECT = (0.03, 0.7)  # how much of a picture a cut-out subject covers, at least and at most


class MovingEngine:
    """Moves drawings and pictures; there is nothing to load."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.lock = threading.Lock()

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Progress and Preview events, then the Output with the frames; rate is frames a second.

        Raises OptionError for what cannot be done by rule, MissingAsset, and MediaError for a
        picture that cannot be read.
        """
        names = ("negative", "steps", "guidance", "precision", "memory")
        check_able(self.name, {name: bool(getattr(request, name)) for name in names}, OTHER)
        count, fps = request.frames(SECONDS, FPS), request.fps or FPS
        with self.lock:
            frames: Stage | _Crossing
            if request.to is not None:
                frames = _Crossing(request)
            else:
                frames = yield from self._stage(request)
            shares = shares_of(count, frames.action, request.loop)
            made: list[Any] = []
            for number, share in enumerate(shares):
                made.append(frames.frame(share))
                yield Progress("frames", number + 1, count)
                if request.previews and (number + 1) % request.previews == 0:
                    yield Preview(made[-1])
        yield Output(pictures=tuple(made), rate=fps)

    def close(self) -> None:
        """Nothing is kept."""

    def _stage(self, request: VideoRequest) -> Generator[Event, None, Stage]:
        """What is seen: a picture that is given, a drawing that is named, or a painted one."""
        if request.init is not None:
            pixels = image.opaque(image.decode(request.init))
            return of_picture(pixels, action_in(request.prompt), _size(request, pixels))
        told = understood(request.prompt, request.seed)
        size = request.size or SIZE
        if told.plan is None:
            pixels = yield from _painted(request, without(request.prompt, (CAMERAS, LIGHTS)))
            return of_picture(pixels, told.action, size)
        draw = random.Random(f"moving {request.seed}")
        stage, _ = staged(told.plan, draw, size, told.tint)
        return replace(stage, dark=1.0) if told.dark else stage


class _Crossing:
    """From one picture to another: both are kept as they are, and between them one fades in."""

    action = Action()

    def __init__(self, request: VideoRequest) -> None:
        assert request.init is not None and request.to is not None
        first = image.opaque(image.decode(request.init))
        size = _size(request, first)
        second = image.fit(image.opaque(image.decode(request.to)), size)
        self.ends = image.fit(first, size).astype(np.float32), second.astype(np.float32)

    def frame(self, share: float) -> Any:
        """uint8 (H, W, 3)."""
        first, second = self.ends
        return np.asarray((first + (second - first) * eased(share)).round(), np.uint8)


def of_picture(pixels: Any, action: Action, size: tuple[int, int]) -> Stage:
    """A stage for a picture (H, W, 3): its subject moves if it can be cut out, or else the camera.

    The camera begins with the whole picture where it comes closer.
    """
    if action.motion:
        cut = image.cut_out(pixels)
        covered = float((cut[..., 3] > 127).mean())
        if SUBJECT[0] <= covered <= SUBJECT[1]:
            return _moved(cut, action, size)
        action = as_camera(action)
    side = narrowest(action.camera)
    world = image.fit(pixels, (round(size[0] / side), round(size[1] / side)))
    return Stage(world, (), action, size)


def _moved(cut: Any, action: Action, size: tuple[int, int]) -> Stage:
    """The subject of a cut-out picture (H, W, 4) on the color that its ground had."""
    rows, columns = (np.flatnonzero((cut[..., 3] > 8).any(axis)) for axis in (1, 0))
    part = cut[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint16)
    part[..., :3] = part[..., :3] * part[..., 3:] // 255
    ground = np.median(cut[cut[..., 3] == 0][:, :3], axis=0)
    side = narrowest(action.camera)
    width, height = round(size[0] / side), round(size[1] / side)
    world = np.broadcast_to(np.asarray(ground, np.uint8), (height, width, 3)).copy()
    long = max(part.shape[:2]) / max(cut.shape[:2])
    share = min(long, 0.5) if action.motion in ("rise", "fall", "orbit", "bounce") else long
    x, y = 0.5, 0.62 if action.motion == "bounce" else 0.5
    sprite = np.ascontiguousarray(part.astype(np.uint8))
    actor = Actor(sprite, Look(), (x, y), min(share, 0.62), action.motion)
    return Stage(world, (actor,), action, size)


def _painted(request: VideoRequest, prompt: str) -> Generator[Event, None, Any]:
    """A picture (H, W, 3) of the default model; its events pass through."""
    from miaobi.engines.registry import engine_for

    without_motion = without(prompt, (MOTIONS,)) or request.prompt
    model = default_model("image", "")
    asked = ImageRequest(model=model.name, prompt=without_motion, seed=request.seed)
    for event in engine_for(model).generate(asked):
        if isinstance(event, Output):
            return image.opaque(event.pictures[0])
        yield event
    raise EngineError(
        "{model} ended without an answer.",
        "Try another seed, or other words.",
        model=model.name,
    )


def _size(request: VideoRequest, pixels: Any) -> tuple[int, int]:
    """(width, height) of frames: what is asked for, or the picture's own up to LARGEST."""
    if request.size is not None:
        return request.size
    height, width = pixels.shape[:2]
    scale = min(1.0, LARGEST / max(width, height))
    unit = 2 if request.format in FILMED else 1
    width, height = (max(16, round(side * scale / unit) * unit) for side in (width, height))
    return width, height
