"""Clips of illustrations by rule: figures act, things move and the world goes by.

prompt --illustration/understanding.py--> scene --illustration/animation.py--> frames (H, W, 3)
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from miaobi.catalog.pictograms import CREDIT, PREFIX
from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.illustration.animation import Animation, Direction, cross_faded, prepare
from miaobi.illustration.motion.camera import CLOSE, FOLLOW, STILL, camera_words
from miaobi.illustration.scene import Scene
from miaobi.illustration.understanding import understand
from miaobi.models.zoo import Model
from miaobi.scenes.motion import CAMERAS, LIGHTS, match_keyword, strip_keywords

SECONDS, FPS, SIZE = 4.0, 24, (1280, 720)  # defaults; size is (width, height)
UNSUPPORTED = ("init", "to", "negative", "steps", "guidance", "precision", "memory")
# an hour at which something happens, and no change of light
HOUR = re.compile(
    r"\b(at|in|during|before|after|under|by) (the |a )?(\w+ )?(sunset|sunrise|dawn|daybreak)\b"
    r"|\b(sunset|sunrise|dawn) (sky|light|beach|scene)\b|(日落|日出|天黑|天亮)(时|的|下|后|前|之)",
    re.I,
)
BLENDED = 0.5  # seconds at the end of a loop that blend into its beginning


class MovingIllustrationEngine:
    """Animates scenes of the catalog; needs no weights, only the drawings."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output with frames (H, W, 3) and their rate.

        What the prompt names and is not drawn is in `left_out`. Raises OptionError and
        MissingAsset.
        """
        used = {name: bool(getattr(request, name)) for name in UNSUPPORTED}
        check_supported(self.name, used, TRY_ANOTHER_MODEL)
        count, fps = request.frames(SECONDS, FPS), request.fps or FPS
        scene, direction = read(request.prompt, request.seed)
        yield Progress("frames", 0, count)
        animation = prepare(scene, direction, request.size or SIZE, count / fps, request.seed)
        frames: list[Pixels] = []
        for number in range(count):
            frames.append(_frame(animation, number, count, fps, request.loop))
            yield Progress("frames", number + 1, count)
            if request.previews and len(frames) % request.previews == 0:
                yield Preview(frames[-1])
        left_out = scene.left_out
        if scene.look != "vector":
            left_out = (*left_out, scene.look)
        yield Output(
            pictures=tuple(frames),
            rate=fps,
            drawn=tuple({"phrase": a, "drawing": b, "match": c} for a, b, c in scene.drawn),
            left_out=left_out,
            credits=_credits(scene),
        )

    def close(self) -> None:
        """Do nothing: no model is loaded."""


def read(prompt: str, seed: int) -> tuple[Scene, Direction]:
    """Return the scene of a prompt without its words about camera and light, and these."""
    light = match_keyword(HOUR.sub(" ", prompt), LIGHTS)
    direction = Direction(camera_words(prompt), light)
    text = FOLLOW.sub(" ", STILL.sub(" ", prompt))
    content = strip_keywords(text, (CAMERAS, LIGHTS) if light else (CAMERAS,))
    if CLOSE.search(prompt):
        content += ", close-up"
    return understand(content or prompt, seed), direction


def _frame(animation: Animation, number: int, count: int, fps: int, loop: bool) -> Pixels:
    """Return a frame; the last ones of a loop blend into the frames before its start."""
    t = number / fps
    frame = animation.frame(t)
    blended = min(count // 2, round(BLENDED * fps))
    left = count - number
    if not loop or left > blended:
        return frame
    weight = 1 - (left - 0.5) / max(blended, 1)
    return cross_faded(frame, animation.frame(t - count / fps), weight)


def _credits(scene: Scene) -> tuple[str, ...]:
    """Return the credits that licenses of the drawings ask for."""
    return (CREDIT,) if any(name.startswith(PREFIX) for _, name, _ in scene.drawn) else ()


def accepts(prompt: str, options: Mapping[str, Any]) -> bool:
    """Return True for text to video: no first frame, and no option of a network."""
    return bool(prompt) and not any(map(options.get, UNSUPPORTED))
