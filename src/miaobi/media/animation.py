"""Encode frames as one file: a strip, a looping animation, or a video."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from miaobi.core.arrays import Pixels
from miaobi.core.errors import OptionError
from miaobi.core.morph import MORPH_FORMATS
from miaobi.media import video
from miaobi.media.image import QUALITY, flatten_alpha
from miaobi.media.image import encode as encode_picture

MEDIA_TYPES = {"png": "image/png", "gif": "image/gif", "webp": "image/webp"}
GAP = 2  # pixels between the frames of a strip


def encode(frames: Sequence[Pixels], format: str, fps: int = 12, ping_pong: bool = False) -> bytes:
    """Encode frames uint8 (H, W, 3) of one size; `ping_pong` appends them in reverse order.

    "png" is a strip, "mp4" and "webm" are videos, "gif" (256 colors per frame) and "webp" loop.
    """
    if format == "png":
        return encode_picture(strip(frames), "png")
    if format in ("mp4", "webm"):
        return _encode_video(frames, format, fps)
    from PIL import Image

    order = [*frames, *frames[-2:0:-1]] if ping_pong else list(frames)
    pictures = [Image.fromarray(flatten_alpha(frame)) for frame in order]
    # GIF counts in 10 ms, and players replace delays below 20 ms by 100 ms
    duration = max(20, round(100 / fps) * 10) if format == "gif" else round(1000 / fps)
    options: dict[str, Any] = {"save_all": True, "loop": 0, "duration": duration}
    options |= {"quality": QUALITY, "method": 4} if format == "webp" else {"optimize": False}
    buffer = io.BytesIO()
    pictures[0].save(buffer, format.upper(), append_images=pictures[1:], **options)
    return buffer.getvalue()


def _encode_video(frames: Sequence[Pixels], format: str, fps: int) -> bytes:
    """Encode a video through a temporary file."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="miaobi-") as folder:
        path = Path(folder) / f"clip.{format}"
        for _ in video.write(map(flatten_alpha, frames), path, fps, frames[0].shape[1::-1]):
            pass
        return path.read_bytes()


def strip(frames: Sequence[Pixels], gap: int = GAP) -> Pixels:
    """Join N frames (H, W, 3) side by side on white: (H, N * W + (N - 1) * gap, 3)."""
    import numpy as np

    height, width = frames[0].shape[:2]
    sheet = np.full((height, len(frames) * (width + gap) - gap, 3), 255, np.uint8)
    for number, frame in enumerate(frames):
        left = number * (width + gap)
        sheet[:, left : left + width] = flatten_alpha(frame)
    return sheet


def resolve_format(extension: str, option: str | None) -> str:
    """Return the format of an option or a file extension; default png. Raises OptionError."""
    format = option or extension.lstrip(".").lower() or "png"
    if format not in MORPH_FORMATS:
        raise OptionError(
            "There is no picture format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(MORPH_FORMATS),
        )
    return format
